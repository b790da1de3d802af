using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Compare.Model;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Compare.Runs;

/// <summary>What came of one run.</summary>
/// <param name="Completed">True when the model submitted GO and the check passes.</param>
/// <param name="Ended">How the run ended, in words.</param>
/// <param name="Tokens">Of all prompts and answers.</param>
/// <param name="Turns">Answers of the model.</param>
internal sealed record TrialResult(bool Completed, string Ended, long Tokens, int Turns);

/// <summary>Runs a task by the real loop with the real tools, commands in the real cage, and checks what it left.</summary>
internal static class Trial
{
    /// <summary>A window that small models on small hosts have.</summary>
    internal const int ContextTokens = 8192;

    /// <summary>Longer files than about 2,000 characters don't fit one answer.</summary>
    private const int OutputTokens = 512;

    private const int Turns = 40;

    private static readonly TimeSpan CommandTime = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="task">What is to be done.</param>
    /// <param name="seed">Of the model's faults.</param>
    /// <param name="variant">The loop's defences.</param>
    /// <param name="server">The model; it is told the request and the seed.</param>
    /// <param name="cage">Where commands run.</param>
    /// <param name="stop">Ends it.</param>
    internal static async Task<TrialResult> RunAsync(CodingTask task, int seed, Variant variant, SmallModelServer server, Cage cage, CancellationToken stop)
    {
        using var folder = new TempFolder("foreman-compare-");
        var workspace = folder["workspace"];
        await PrepareAsync(task, workspace, cage, stop);
        var agent = new AgentSpec
        {
            Role = AgentRole.Coder,
            Tools = [KnownTools.ReadFile, KnownTools.WriteFile, KnownTools.StrReplace, KnownTools.Grep, KnownTools.ListFiles, KnownTools.Bash],
            MaxTurns = Turns,

            // What the server refuses once it refuses each time.
            MaxRetries = 0,
            MaxOutputTokens = OutputTokens,
            ContextWindowTokens = ContextTokens,
            StuckLoopDetection = variant.DetectsStuck ? null : new StuckLoopDetection(),
        };
        var result = await AgentRun.RunAsync(
            new AgentRunRequest
            {
                TaskUid = "7d1c2c8e-51f5-4d0e-9a52-1f4e0c5f8d10",
                Attempt = 1,
                Prompt = task.Goal,
                SystemPrompt = SystemMessage.Compose(null, null),
                Settings = EffectiveSettings.Resolve(agent, new AgenticTaskSpec { Kind = TaskKind.Freeform }, ContextTokens),
                Model = server.Endpoint(seed),
                WorkspaceDirectory = workspace,
                ResultsDirectory = folder["results"],
                Seed = seed,
            },
            new AgentRunServices
            {
                Transcript = new NoTranscript(),
                Cage = cage,
                Defences = variant.Loop with { OfTools = s => s with { Defences = variant.Tools } },
            },
            stop);
        var submitted = result.Envelope.Verdict == Verdict.Go;
        var right = await PassesAsync(task, workspace, cage, stop);
        var ended = submitted ? (right ? "done" : "submitted, the check fails") : $"{result.Envelope.FailureReason}: {result.Envelope.Summary}{(right ? " (the check passes)" : "")}";
        return new TrialResult(submitted && right, ended, result.Usage.PromptTokens + result.Usage.CompletionTokens, result.Usage.Turns);
    }

    /// <summary>Makes the repository of a task.</summary>
    internal static async Task PrepareAsync(CodingTask task, string workspace, Cage cage, CancellationToken stop)
    {
        task.CopyTo(workspace);
        if (task.Setup is { } setup && await ScriptAsync(setup, workspace, cage, stop) is { ExitCode: not 0 } failed)
        {
            throw new InvalidOperationException($"setup.sh of {task.Id} failed: {Said(failed)}");
        }
    }

    /// <summary>Whether the check of a task passes in a workspace.</summary>
    internal static async Task<bool> PassesAsync(CodingTask task, string workspace, Cage cage, CancellationToken stop) =>
        (await ScriptAsync(task.Check, workspace, cage, stop)).ExitCode == 0;

    private static Task<CageResult> ScriptAsync(string script, string workspace, Cage cage, CancellationToken stop) => cage.RunAsync(
        new CagePolicy { Workspace = workspace },
        new CageCommand { Program = "/bin/sh", Arguments = ["-eu", "-c", File.ReadAllText(script)], Timeout = CommandTime },
        stop);

    private static string Said(CageResult result) => System.Text.Encoding.UTF8.GetString([.. result.Output.Head.Span, .. result.Errors.Head.Span]);

    private sealed class NoTranscript : ITranscriptStore
    {
        public ValueTask AppendAsync(TranscriptRecord record, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
