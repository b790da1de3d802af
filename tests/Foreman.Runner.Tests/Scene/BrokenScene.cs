using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Runner.Stages;
using Foreman.Runner.Supervision;
using Foreman.Testing;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Tests.Scene;

/// <summary>One task that is assigned to a host, its runner with the loop of its outbox, and faults at will.</summary>
internal sealed class BrokenScene : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _outbox;

    public BrokenScene(Faults faults, TimeProvider time, IStage[] stages, Func<AgenticTask, AgenticTask>? change = null)
    {
        var task = Tasks.With(TaskPhase.Scheduled);
        Assigned = change is null ? task : change(task);
        Server = new TaskServer(Assigned, faults);
        var options = new RunnerOptions
        {
            Holder = Tasks.Me,
            NodeName = "host-a",
            Placement = Placement.Node,
            Program = RunnerProgram.Agent,
            WorkspaceRoot = _folder["work"],
            StateDirectory = _folder["state"],
        };
        var registry = new StageRegistry(new Dictionary<TaskKind, ImmutableArray<IStage>> { [TaskKind.Freeform] = [.. stages] }, [], time, Logger);
        Runner = new TaskRunner(Server, options, time, Logger, registry);
        Runs = new RunSupervisor(Runner, time, Logger);
        _outbox = Runner.ReplayOutboxAsync(_end.Token);
    }

    public AgenticTask Assigned { get; }

    public TaskServer Server { get; }

    public RecordingLogger Logger { get; } = new();

    public TaskRunner Runner { get; }

    public RunSupervisor Runs { get; }

    public string OutboxFolder => _folder["state/outbox"];

    /// <summary>Files that wait in the outbox.</summary>
    public int Waiting => Directory.Exists(OutboxFolder) ? Directory.GetFiles(OutboxFolder, "*.json").Length : 0;

    /// <summary>Starts the task and waits until its slot is free.</summary>
    public async Task RunAsync()
    {
        Runs.Start(Assigned);
        await SlotIsFreeAsync();
    }

    public Task SlotIsFreeAsync() => Runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

    /// <summary>Waits until nobody holds the task and nothing of it waits any more.</summary>
    public async Task<AgenticTask> SettledAsync(string what)
    {
        try
        {
            await Eventually.TrueAsync(() => Server.Task!.PhaseOrPending() != TaskPhase.Running && Waiting == 0, what);
            return Server.Task!;
        }
        catch (TimeoutException e)
        {
            var log = string.Join(" | ", Logger.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => $"{entry.Message} {entry.Exception?.Message}"));
            throw new TimeoutException($"{e.Message} The task is {Server.Task!.PhaseOrPending()}, {Waiting} files wait. Log: {log}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _outbox;
        Runs.Dispose();
        _folder.Dispose();
        _end.Dispose();
    }
}
