using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Runs;

/// <summary>Runs the tasks that are placed in the operator, through the same runner as an agent's.</summary>
internal sealed class OperatorRuns : IAsyncDisposable
{
    /// <summary>How long runs may go on once the operator is told to stop; then they are given back.</summary>
    public static TimeSpan DrainTime { get; } = TimeSpan.FromSeconds(10);

    private readonly TaskRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<(string Uid, long Attempt), Run> _runs = new();
    private readonly CancellationTokenSource _hardStop = new();
    private IDisposable? _subscription;
    private volatile bool _draining;

    public OperatorRuns(TaskRunner runner, TimeProvider time, ILogger logger) => (_runner, _time, _logger) = (runner, time, logger);

    /// <summary>Follows the tasks from now on.</summary>
    public void Start(Store<AgenticTask> tasks) => _subscription = tasks.Subscribe(Follow);

    /// <summary>Gives running tasks a moment to end, has the rest given back, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        _draining = true;
        _subscription?.Dispose();
        var deadline = _time.GetUtcNow() + DrainTime;
        foreach (var run in _runs.Values)
        {
            run.Signals.Drain(deadline);
        }

        var rest = Task.WhenAll(_runs.Values.Select(r => r.Work));
        try
        {
            await rest.WaitAsync(DrainTime * 2, _time);
        }
        catch (TimeoutException)
        {
            await _hardStop.CancelAsync();
            await rest;
        }

        _hardStop.Dispose();
    }

    private void Follow(ResourceEvent<AgenticTask> change)
    {
        var task = change.Object;
        foreach (var run in _runs.Where(r => r.Key.Uid == task.Uid()).Select(r => r.Value))
        {
            if (change.Type == ResourceEventType.Deleted)
            {
                run.Signals.Deleted();
            }
            else
            {
                run.Signals.Update(task);
            }
        }

        if (change.Type != ResourceEventType.Deleted && !_draining
            && task.PhaseOrPending() == TaskPhase.Scheduled && task.Status.Placement == Placement.Operator)
        {
            Begin(task);
        }
    }

    private void Begin(AgenticTask task)
    {
        var key = (task.Uid(), task.Status.Attempt);
        var run = new Run(new RunSignals());
        if (_runs.TryAdd(key, run))
        {
            run.Work = Task.Run(() => RunAsync(key, task, run.Signals));
        }
    }

    private async Task RunAsync((string, long) key, AgenticTask task, RunSignals signals)
    {
        try
        {
            var outcome = await _runner.RunAsync(task, signals, _hardStop.Token);
            _logger.LogInformation(
                "{Namespace}/{Name} (attempt {Attempt}) ran here: {End}, {Message}", task.Namespace(), task.Name(), task.Status.Attempt, outcome.End, outcome.Message);
        }
        finally
        {
            _runs.TryRemove(key, out _);
        }
    }

    private sealed class Run(RunSignals signals)
    {
        public RunSignals Signals { get; } = signals;

        public Task Work { get; set; } = Task.CompletedTask;
    }
}
