using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>A host whose agent can be killed and started again; what it left stays.</summary>
/// <param name="node">Its FleetNode.</param>
/// <param name="request">How its agent is started.</param>
/// <param name="workspaces">Folder of its workspaces.</param>
/// <param name="state">Folder of its transcripts and outbox.</param>
public sealed class RepositoryHost(string node, ProcessRequest request, string workspaces, string state) : IAsyncDisposable
{
    private readonly List<RealProcess> _processes = [];

    /// <summary>Its FleetNode.</summary>
    public string Node => node;

    /// <summary>The agent that was started last.</summary>
    public RealProcess Process => _processes[^1];

    /// <summary>Everything that its agents wrote.</summary>
    public string Output => string.Join('\n', _processes.Select(p => p.Output));

    /// <summary>The workspace of an attempt.</summary>
    public string WorkspaceOf(string space, string task, long attempt) => Path.Combine(workspaces, space, FormattableString.Invariant($"{task}-{attempt}"));

    /// <summary>The transcript of an attempt.</summary>
    public string TranscriptOf(string uid, long attempt) => Path.Combine(state, "transcripts", FormattableString.Invariant($"{uid}-{attempt}.jsonl"));

    /// <summary>True while the result of an attempt waits to be delivered.</summary>
    public bool HasKept(string uid, long attempt) =>
        Directory.Exists(Path.Combine(state, "outbox")) && Directory.EnumerateFiles(Path.Combine(state, "outbox"), FormattableString.Invariant($"{uid}-{attempt}.json")).Any();

    /// <summary>Kills the agent, and it alone.</summary>
    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await Process.WaitForExitAsync();
    }

    /// <summary>Starts an agent; the one before it must have ended.</summary>
    public void Start() => _processes.Add(RealProcess.Start(request));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }
}
