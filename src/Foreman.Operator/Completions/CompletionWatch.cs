using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;
using Foreman.Operator.Metrics;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Completions;

/// <summary>Sees tasks end, whoever ends them: counts them, tells people, and writes the digest.</summary>
internal sealed class CompletionWatch(EventRecorder events, DigestWriter digests, TimeProvider time, ILogger logger, CancellationToken stop) : IAsyncDisposable
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private IDisposable? _subscription;

    /// <summary>Follows the tasks from now on; those that had ended before are not told again, but get their digest.</summary>
    public void Start(Store<AgenticTask> tasks) => _subscription = tasks.Subscribe(Follow);

    /// <summary>Waits for what is being written.</summary>
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await Task.WhenAll(_underWay.Values);
    }

    private void Follow(ResourceEvent<AgenticTask> change)
    {
        if (change is { Type: ResourceEventType.Modified, Previous: { } before, Object: { } task } && task.IsTerminal() && !before.IsTerminal())
        {
            OperatorMetrics.Ended(task);
            Begin(task, told: true);
        }
        else if (change is { Type: ResourceEventType.Added, Object: { } old } && old.IsTerminal() && time.GetUtcNow() - old.Status.FinishedAt < Recently)
        {
            // It ended while no operator was there: people can read the end in its status, but only here is the digest written.
            Begin(old, told: false);
        }
    }

    private void Begin(AgenticTask task, bool told) => _underWay[task.Uid()] = Task.Run(() => TellAsync(task, told));

    private async Task TellAsync(AgenticTask task, bool told)
    {
        try
        {
            if (told)
            {
                await RecordAsync(task);
            }

            if (task.Status.Attempt > 0)
            {
                await digests.WriteAsync(task, stop);
            }
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested || e is LeadershipLostException)
        {
            logger.LogDebug("The end of {Namespace}/{Name} is not told: the operator stops", task.Namespace(), task.Name());
        }
        finally
        {
            _underWay.TryRemove(task.Uid(), out _);
        }
    }

    private Task RecordAsync(AgenticTask task)
    {
        var message = Message(task);
        logger.LogInformation("{Namespace}/{Name} ended: {Message}", task.Namespace(), task.Name(), message);
        return task.SucceededOnTarget()
            ? events.NormalAsync(task, Reasons.Completed, message, stop)
            : events.WarningAsync(task, Reasons.Completed, message, stop);
    }

    private static string Message(AgenticTask task)
    {
        var said = task.Status.Conditions.Find(ConditionTypes.Completed)?.Message;
        var verdict = $"{task.PhaseOrPending()}, verdict {task.Status.Verdict?.Value ?? "none"}";
        return string.IsNullOrEmpty(said) ? verdict : $"{verdict}: {said}";
    }
}
