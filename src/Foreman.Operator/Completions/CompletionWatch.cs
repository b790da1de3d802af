using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;
using Foreman.Operator.Loop;
using Foreman.Operator.Metrics;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Completions;

/// <summary>Follows tasks to their end, whoever ends them: counts them, and queues an event and the digest of each in their lanes.</summary>
/// <param name="lanes">The lanes.</param>
/// <param name="events">The lane of events.</param>
/// <param name="digests">Writes digests.</param>
/// <param name="time">Time of day.</param>
/// <param name="logger">Log.</param>
/// <param name="stop">Gives up what is queued or under way.</param>
internal sealed class CompletionWatch(LaneRunner lanes, EventLane events, DigestWriter digests, TimeProvider time, ILogger logger, CancellationToken stop) : IDisposable
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(10);

    private IDisposable? _subscription;

    /// <summary>Follows the tasks from now on; those that had ended before get no further event, but their digest.</summary>
    public void Start(Store<AgenticTask> tasks) => _subscription = tasks.Subscribe(Apply);

    /// <inheritdoc/>
    public void Dispose() => _subscription?.Dispose();

    /// <summary>Takes note of a change.</summary>
    internal void Apply(ResourceEvent<AgenticTask> change)
    {
        if (change is { Type: ResourceEventType.Modified, Previous: { } before, Object: { } task } && task.IsTerminal() && !before.IsTerminal())
        {
            OperatorMetrics.Ended(task);
            QueueEvent(task);
            QueueDigest(task);
        }
        else if (change is { Type: ResourceEventType.Added, Object: { } old } && old.IsTerminal() && time.GetUtcNow() - old.Status.FinishedAt < Recently)
        {
            // It ended while no operator was there: its status says so, but nobody else writes the digest.
            QueueDigest(old);
        }
    }

    private void QueueEvent(AgenticTask task)
    {
        var message = Message(task);
        CompletionLog.Ended(logger, ObjectKey.Of(task), message);
        events.Queue(task, new(!task.SucceededOnTarget() && !task.HadNothingToDo(), Reasons.Completed, message), stop);
    }

    private void QueueDigest(AgenticTask task)
    {
        if (task.Status.Attempt > 0)
        {
            lanes.Queue(new(WriteLane.Mirror, $"mirror/{task.Uid()}", () => WriteAsync(task), stop));
        }
    }

    private async Task<TimeSpan?> WriteAsync(AgenticTask task)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            if (await digests.WriteAsync(task, stop) is { } fault)
            {
                events.Queue(task, new(Warning: true, Reasons.DigestFailed, $"The digest of the transcript was not written: {fault}"), stop);
            }
        }
        catch (KubernetesException e) when (e is { IsOverloaded: true, RetryAfter: not null })
        {
            return e.RetryAfter;
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested || e is LeadershipLostException)
        {
            CompletionLog.NotWritten(logger, ObjectKey.Of(task));
        }

        return null;
    }

    private static string Message(AgenticTask task)
    {
        var reason = task.Status.Conditions.Find(ConditionTypes.Completed)?.Message;
        var verdict = $"{task.PhaseOrPending()}, verdict {task.Status.Verdict?.Value ?? "none"}";
        return string.IsNullOrEmpty(reason) ? verdict : $"{verdict}: {reason}";
    }
}
