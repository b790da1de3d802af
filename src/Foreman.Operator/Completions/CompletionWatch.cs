using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;
using Foreman.Operator.Metrics;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Completions;

/// <summary>Sees tasks end, whoever ends them: counts them, tells people, and writes the digest.</summary>
internal sealed class CompletionWatch(EventRecorder events, DigestWriter digests, ILogger logger, CancellationToken stop) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private IDisposable? _subscription;

    /// <summary>Follows the tasks from now on; those that had ended before are not told again.</summary>
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
            _underWay[task.Uid()] = Task.Run(() => TellAsync(task));
        }
    }

    private async Task TellAsync(AgenticTask task)
    {
        try
        {
            var message = Message(task);
            logger.LogInformation("{Namespace}/{Name} ended: {Message}", task.Namespace(), task.Name(), message);
            await (task.SucceededOnTarget()
                ? events.NormalAsync(task, Reasons.Completed, message, stop)
                : events.WarningAsync(task, Reasons.Completed, message, stop));
            if (task.Status.Attempt > 0)
            {
                await digests.WriteAsync(task, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            logger.LogDebug("The end of {Namespace}/{Name} is not told: the operator stops", task.Namespace(), task.Name());
        }
        finally
        {
            _underWay.TryRemove(task.Uid(), out _);
        }
    }

    private static string Message(AgenticTask task)
    {
        var said = task.Status.Conditions.Find(ConditionTypes.Completed)?.Message;
        var verdict = $"{task.PhaseOrPending()}, verdict {task.Status.Verdict?.Value ?? "none"}";
        return string.IsNullOrEmpty(said) ? verdict : $"{verdict}: {said}";
    }
}
