using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Supervision;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Runs;

/// <summary>Hands the tasks that are placed in the operator to its supervisor, and stops their runs with the operator or with its lead.</summary>
internal sealed class OperatorRuns : IAsyncDisposable
{
    private readonly RunSupervisor _runs;
    private readonly Store<AgenticTask> _tasks;
    private readonly string _holder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reconciling;

    /// <param name="runs">Starts and stops the runs; the caller disposes of it.</param>
    /// <param name="tasks">Every task of the cluster.</param>
    /// <param name="holder">Identity under which this process claims attempts.</param>
    /// <param name="time">The clock of the reconciliation.</param>
    /// <param name="logger">Told when that fails.</param>
    public OperatorRuns(RunSupervisor runs, Store<AgenticTask> tasks, string holder, TimeProvider time, ILogger logger)
    {
        (_runs, _tasks, _holder, _time, _logger) = (runs, tasks, holder, time, logger);
        _runs.RunEnded += Reconsider;
        _reconciling = ReconcileAsync(_end.Token);
    }

    /// <summary>How often attempts that this process holds without a run of them are looked for.</summary>
    internal static TimeSpan ReconcileInterval { get; } = TimeSpan.FromSeconds(30);

    /// <summary>How long runs may go on once the operator is told to stop; then they are given back.</summary>
    public static TimeSpan DrainTime { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Has runs given back now instead of after <see cref="DrainTime"/>.</summary>
    public CancellationToken StopNow { get; init; }

    /// <summary>Whether this process still leads; once it does not, runs are given back at once, because the next leader takes them back.</summary>
    public Func<bool> Leads { get; init; } = static () => true;

    /// <summary>Gives running tasks a moment to end while this process leads, has the rest given back, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        await _runs.ShutdownAsync(Leads() ? DrainTime : TimeSpan.Zero, StopNow);
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
            await _reconciling;
            _end.Dispose();
        }

        _runs.RunEnded -= Reconsider;
    }

    /// <summary>Runs an attempt, unless it runs or ran here already or the operator is told to stop.</summary>
    public void Start(AgenticTask task) => _runs.Start(task);

    /// <summary>Tells the run of a task what it looks like now.</summary>
    public void Update(AgenticTask task) => _runs.Update(task);

    /// <summary>Tells the run of a task that it was deleted.</summary>
    public void Release(AgenticTask task) => _runs.Deleted(task.Uid());

    private async Task ReconcileAsync(CancellationToken end)
    {
        while (true)
        {
            await Task.Delay(ReconcileInterval, _time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested)
            {
                return;
            }

            try
            {
                _runs.Reconcile(_tasks.Snapshot().Values.Where(t => t.Status.Claim?.Holder == _holder));
            }
#pragma warning disable CA1031 // It is tried again with the next turn, whatever the fault.
            catch (Exception e)
            {
                RunsLog.NotReconciled(_logger, e);
            }
#pragma warning restore CA1031
        }
    }

    // A next attempt may have been assigned here while the one before still ended; a task that is gone by now is forgotten.
    private void Reconsider(AgenticTask ended)
    {
        if (_tasks.Get(ended.Name(), ended.Namespace()) is not { } now || now.Uid() != ended.Uid())
        {
            _runs.Forget(ended.Uid());
            return;
        }

        _runs.Update(now);
        if (now.PhaseOrPending() == TaskPhase.Scheduled && now.Status.Placement == Placement.Operator)
        {
            _runs.Start(now);
        }
    }
}
