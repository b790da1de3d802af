using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;
using Foreman.Operator.Metrics;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Completions;

/// <summary>Follows tasks to their end, whoever ends them: counts them, records an event, and writes the digest.</summary>
internal sealed class CompletionWatch(EventRecorder events, DigestWriter digests, TimeProvider time, ILogger logger, CancellationToken stop) : IAsyncDisposable
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private IDisposable? _subscription;

    /// <summary>Follows the tasks from now on; those that had ended before get no further event, but their digest.</summary>
    public void Start(Store<AgenticTask> tasks) => _subscription = tasks.Subscribe(Apply);

    /// <summary>Waits for the writes under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await Task.WhenAll(_underWay.Values);
    }

    /// <summary>Takes note of a change.</summary>
    internal void Apply(ResourceEvent<AgenticTask> change)
    {
        if (change is { Type: ResourceEventType.Modified, Previous: { } before, Object: { } task } && task.IsTerminal() && !before.IsTerminal())
        {
            OperatorMetrics.Ended(task);
            Begin(task, isNew: true);
        }
        else if (change is { Type: ResourceEventType.Added, Object: { } old } && old.IsTerminal() && time.GetUtcNow() - old.Status.FinishedAt < Recently)
        {
            // It ended while no operator was there: its status says so, but nobody else writes the digest.
            Begin(old, isNew: false);
        }
    }

    private void Begin(AgenticTask task, bool isNew) => _underWay[task.Uid()] = Task.Run(() => WriteAsync(task, isNew));

    private async Task WriteAsync(AgenticTask task, bool isNew)
    {
        try
        {
            if (isNew)
            {
                await RecordEventAsync(task);
            }

            if (task.Status.Attempt > 0 && await digests.WriteAsync(task, stop) is { } fault)
            {
                await events.WarningAsync(task, Reasons.DigestFailed, $"The digest of the transcript was not written: {fault}", stop);
            }
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested || e is LeadershipLostException)
        {
            CompletionLog.NotWritten(logger, ObjectKey.Of(task));
        }
        finally
        {
            _underWay.TryRemove(task.Uid(), out _);
        }
    }

    private Task RecordEventAsync(AgenticTask task)
    {
        var message = Message(task);
        CompletionLog.Ended(logger, ObjectKey.Of(task), message);
        return task.SucceededOnTarget() || task.HadNothingToDo()
            ? events.NormalAsync(task, Reasons.Completed, message, stop)
            : events.WarningAsync(task, Reasons.Completed, message, stop);
    }

    private static string Message(AgenticTask task)
    {
        var reason = task.Status.Conditions.Find(ConditionTypes.Completed)?.Message;
        var verdict = $"{task.PhaseOrPending()}, verdict {task.Status.Verdict?.Value ?? "none"}";
        return string.IsNullOrEmpty(reason) ? verdict : $"{verdict}: {reason}";
    }
}
