using Foreman.Kubernetes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>Records events in their lane: one that the server has no time for waits there and is tried again, and counts once.</summary>
/// <param name="lanes">The lanes.</param>
/// <param name="events">Writes the events.</param>
/// <param name="logger">Log.</param>
internal sealed class EventLane(LaneRunner lanes, EventRecorder events, ILogger logger)
{
    /// <summary>Queues an event.</summary>
    /// <param name="about">The object.</param>
    /// <param name="told">What is told.</param>
    /// <param name="stop">Gives it up.</param>
    public void Queue(IKubernetesObject about, DecisionEvent told, CancellationToken stop)
    {
        UnstoredEvent? left = null;
        lanes.Queue(new(
            WriteLane.Event,
            Key: null,
            async () =>
            {
                left = await PublishAsync(about, told, left, stop);
                return left?.RetryAfter;
            },
            stop));
    }

    private async Task<UnstoredEvent?> PublishAsync(IKubernetesObject about, DecisionEvent told, UnstoredEvent? left, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            return await (left is null ? events.TryRecordAsync(about, told.Warning, told.Reason, told.Message, stop) : events.TryAgainAsync(left, stop));
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested || e is LeadershipLostException)
        {
            LoopLog.EventNotWritten(logger, told.Reason, ObjectKey.Of(about));
        }
#pragma warning disable CA1031 // An event is for people: its failure must not end the others.
        catch (Exception e)
        {
            LoopLog.Unforeseen(logger, e, told.Reason, ObjectKey.Of(about));
        }
#pragma warning restore CA1031

        return null;
    }
}
