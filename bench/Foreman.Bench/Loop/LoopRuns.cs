using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>Runs of the real loop within this process, each with a transcript and a workspace in the given folder.</summary>
internal sealed class LoopRuns(TempFolder folder, TimeProvider time, CancellationToken stop)
{
    public const string Uid = "0b5c9a51-6f0e-4f5e-9d5e-2f1f7d9f6a11";

    private static readonly AgentSpec Patient = BuiltInAgent.Spec with { MaxTurns = 500, StuckLoopDetection = new StuckLoopDetection() };

    /// <summary>Where commands run; null for nowhere.</summary>
    public Cage? Cage { get; init; }

    public string TranscriptOf(string name) => folder[$"{name}.jsonl"];

    public string WorkspaceOf(string name) => folder[name];

    /// <summary>Runs to the end.</summary>
    /// <param name="name">Of its files.</param>
    /// <param name="model">The model server.</param>
    /// <param name="agent">Null for one that is never stopped as stuck.</param>
    /// <param name="prompt">The task.</param>
    /// <param name="contextTokens">The window.</param>
    /// <param name="earlier">What it goes on from; it is then the second attempt.</param>
    public async Task<AgentRunResult> RunAsync(
        string name, ModelEndpoint model, AgentSpec? agent = null, string prompt = "Write the files", int contextTokens = 1_000_000, EarlierRun? earlier = null)
    {
        await using var transcript = JsonLinesTranscript.Open(TranscriptOf(name));
        return await AgentRun.RunAsync(
            new AgentRunRequest
            {
                TaskUid = Uid,
                Attempt = earlier is null ? 1 : 2,
                Prompt = prompt,
                SystemPrompt = SystemMessage.Compose(agent?.SystemPrompt, null),
                Settings = EffectiveSettings.Resolve(agent ?? Patient, new AgenticTaskSpec { Kind = TaskKind.Freeform }, contextTokens),
                Model = model,
                WorkspaceDirectory = WorkspaceOf(name),
                Earlier = earlier,
            },
            new AgentRunServices { Transcript = transcript, Time = time, Cage = Cage },
            stop);
    }

    /// <summary>As above; a run that does not end with GO is a fault of the bench.</summary>
    public async Task<AgentRunResult> RunToGoAsync(string name, ModelEndpoint model, EarlierRun? earlier = null)
    {
        var result = await RunAsync(name, model, earlier: earlier);
        return result.Envelope.Verdict == Verdict.Go
            ? result
            : throw new InvalidOperationException($"a run of the bench ended with {result.Envelope.Verdict}: {result.Envelope.Summary}");
    }
}
