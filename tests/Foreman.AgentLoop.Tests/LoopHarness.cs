using System.Collections.Concurrent;
using System.Text.Json;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Sandbox;
using Foreman.Testing;
using Foreman.Tools.Audit;
using Foreman.Tools.Mcp;

namespace Foreman.AgentLoop.Tests;

/// <summary>A run of the real loop in a workspace of its own, with everything that it leaves behind.</summary>
internal sealed class LoopHarness : IDisposable, ITranscriptStore, IRunObserver
{
    internal const string Uid = "0b5c9a51-6f0e-4f5e-9d5e-2f1f7d9f6a11";

    private readonly TempFolder _folder = new();

    internal LoopHarness() => Directory.CreateDirectory(Workspace);

    internal string Workspace => _folder["workspace"];

    internal string Folder => _folder.Path;

    internal List<TranscriptRecord> Records { get; } = [];

    internal int Flushed { get; private set; }

    internal List<RunProgress> Turns { get; } = [];

    /// <summary>Called at the end of each turn, on the run's thread.</summary>
    internal Action<RunProgress>? OnTurn { get; init; }

    internal List<string?> Waits { get; } = [];

    /// <summary>Each sign that the run goes on: when, during a wait or after which record. A server's script may look at it.</summary>
    internal ConcurrentQueue<(DateTimeOffset At, string During)> Signs { get; } = [];

    /// <summary>What it was told of model servers that lacked memory.</summary>
    internal List<(Uri Server, string Message)> MemoryLacked { get; } = [];

    /// <summary>How often it was told that files have changed.</summary>
    internal int Edited { get; private set; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal AgentSpec? Agent { get; init; }

    /// <summary>The task's images.</summary>
    internal IReadOnlyList<string> Images { get; init; } = [];

    internal McpPlan? Mcp { get; init; }

    /// <summary>The attempt that the run goes on from.</summary>
    internal EarlierRun? Earlier { get; init; }

    internal List<ModelWait?> ModelWaits { get; } = [];

    /// <summary>When each of them was told.</summary>
    internal List<DateTimeOffset> WaitsToldAt { get; } = [];

    internal int? ContextTokens { get; init; }

    internal PromisedModel? Promised { get; init; }

    /// <summary>Where commands and the programs of MCP servers run; null for nowhere.</summary>
    internal Cage? Cage { get; init; }

    /// <summary>Looks at results before they end the run; null accepts all.</summary>
    internal IResultCheck? ResultCheck { get; init; }

    /// <summary>Told of every call; null for nobody.</summary>
    internal IToolAudit? Audit { get; init; }

    /// <summary>What it was told of MCP servers that the run goes without.</summary>
    internal List<string> McpFaults { get; } = [];

    internal Func<EffectiveSettings, EffectiveSettings> Adjust { get; init; } = s => s;

    internal string Write(string path, string text) => _folder.Write($"workspace/{path}", text);

    internal string Read(string path) => File.ReadAllText(Path.Combine(Workspace, path));

    internal Task<AgentRunResult> RunAsync(string url, string model, string prompt, CancellationToken cancellationToken = default) =>
        RunAsync(new ModelEndpoint(new Uri(url), model), prompt, cancellationToken);

    internal Task<AgentRunResult> RunAsync(ModelEndpoint model, string prompt, CancellationToken cancellationToken = default) => AgentRun.RunAsync(
        new AgentRunRequest
        {
            TaskUid = Uid,
            Attempt = Earlier is null ? 1 : 2,
            Earlier = Earlier,
            PromisedModel = Promised,
            Prompt = prompt,
            Images = Images,
            SystemPrompt = SystemMessage.Compose(Agent?.SystemPrompt, null),
            Settings = Adjust(EffectiveSettings.Resolve(Agent, new AgenticTaskSpec { Kind = TaskKind.Freeform }, ContextTokens)),
            Model = model,
            WorkspaceDirectory = Workspace,
            ResultsDirectory = _folder["results"],
            Seed = 7,
            Mcp = Mcp ?? McpPlan.Of(Agent, allowed: true),
        },
        new AgentRunServices { Transcript = this, Observer = this, Time = Time, Cage = Cage, ResultCheck = ResultCheck, Audit = Audit },
        cancellationToken);

    /// <summary>The transcript as JSON, one record a line.</summary>
    internal string Transcript() => string.Join('\n', Records.Select(r => JsonSerializer.Serialize(r, ApiJson.Default.TranscriptRecord)));

    ValueTask ITranscriptStore.AppendAsync(TranscriptRecord record, CancellationToken cancellationToken)
    {
        Records.Add(record);
        return ValueTask.CompletedTask;
    }

    ValueTask ITranscriptStore.FlushAsync(CancellationToken cancellationToken)
    {
        Flushed = Records.Count;
        return ValueTask.CompletedTask;
    }

    void IRunObserver.TurnEnded(RunProgress progress)
    {
        Turns.Add(progress);
        OnTurn?.Invoke(progress);
    }

    void IRunObserver.StillRunning() =>
        Signs.Enqueue((Time.GetUtcNow(), Waits is [.., not null] ? "wait" : Records[^1].GetType().Name));

    void IRunObserver.Edited() => Edited++;

    void IRunObserver.ShortOfMemory(Uri server, string message) => MemoryLacked.Add((server, message));

    void IRunObserver.McpFaults(IReadOnlyList<string> faults) => McpFaults.AddRange(faults);

    void IRunObserver.Waiting(ModelWait? wait)
    {
        Waits.Add(wait?.Message);
        ModelWaits.Add(wait);
        WaitsToldAt.Add(Time.GetUtcNow());
    }

    public void Dispose() => _folder.Dispose();
}
