using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Supervision;

namespace Foreman.Operator.Runs;

/// <summary>Hands the tasks that are placed in the operator to its supervisor, and stops their runs with the operator.</summary>
internal sealed class OperatorRuns : IAsyncDisposable
{
    /// <summary>How long runs may go on once the operator is told to stop; then they are given back.</summary>
    public static TimeSpan DrainTime { get; } = TimeSpan.FromSeconds(10);

    private readonly RunSupervisor _runs;
    private readonly Store<AgenticTask> _tasks;
    private readonly IDisposable _subscription;

    /// <summary>Follows the tasks from now on.</summary>
    /// <param name="runs">Starts and stops the runs; the caller disposes of it.</param>
    /// <param name="tasks">Every task of the cluster.</param>
    public OperatorRuns(RunSupervisor runs, Store<AgenticTask> tasks)
    {
        (_runs, _tasks) = (runs, tasks);
        _runs.RunEnded += Reconsider;
        _subscription = tasks.Subscribe(Handle);
    }

    /// <summary>Gives running tasks a moment to end, has the rest given back, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        await _runs.ShutdownAsync(DrainTime, CancellationToken.None);
        _runs.RunEnded -= Reconsider;
    }

    private void Handle(ResourceEvent<AgenticTask> change)
    {
        if (change.Type == ResourceEventType.Deleted)
        {
            _runs.Deleted(change.Object.Uid());
        }
        else
        {
            Consider(change.Object);
        }
    }

    // A next attempt may have been assigned here while the one before still ended; a task that is gone by now is forgotten.
    private void Reconsider(AgenticTask ended)
    {
        if (_tasks.Get(ended.Name(), ended.Namespace()) is { } now && now.Uid() == ended.Uid())
        {
            Consider(now);
        }
        else
        {
            _runs.Forget(ended.Uid());
        }
    }

    private void Consider(AgenticTask task)
    {
        _runs.Update(task);
        if (task.PhaseOrPending() == TaskPhase.Scheduled && task.Status.Placement == Placement.Operator)
        {
            _runs.Start(task);
        }
    }
}
