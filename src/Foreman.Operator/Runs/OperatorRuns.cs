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
    private volatile bool _draining;

    public OperatorRuns(TaskRunner runner, TimeProvider time, ILogger logger) => (_runner, _time, _logger) = (runner, time, logger);

    /// <summary>Gives running tasks a moment to end, has the rest given back, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        _draining = true;
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

    /// <summary>Runs an attempt, unless it runs already or the operator is told to stop.</summary>
    public void Start(AgenticTask task)
    {
        if (!_draining)
        {
            Begin(task);
        }
    }

    /// <summary>Tells the runs of a task what it looks like now.</summary>
    public void Update(AgenticTask task)
    {
        foreach (var run in RunsOf(task))
        {
            run.Signals.Update(task);
        }
    }

    /// <summary>Tells the runs of a task that it was deleted.</summary>
    public void Release(AgenticTask task)
    {
        foreach (var run in RunsOf(task))
        {
            run.Signals.Deleted();
        }
    }

    private IEnumerable<Run> RunsOf(AgenticTask task) => _runs.Where(r => r.Key.Uid == task.Uid()).Select(r => r.Value);

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
