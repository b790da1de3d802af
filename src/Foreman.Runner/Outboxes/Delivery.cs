using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Outboxes;

/// <summary>How a final write ended.</summary>
internal enum DeliveryOutcome
{
    /// <summary>It is stored with the task.</summary>
    Acknowledged,

    /// <summary>The task is somebody else's, or gone: the write is dropped.</summary>
    Fenced,

    /// <summary>It waits in the outbox.</summary>
    Kept,

    /// <summary>It is neither with the task nor in the outbox.</summary>
    Lost,
}

/// <summary>Brings final writes to the API server: stored durably first, then tried until acknowledged or fenced.</summary>
internal sealed class Delivery(IKubernetes kubernetes, FencedWriter writer, Outbox outbox, TimeProvider time, Jitter jitter, ILogger logger)
{
    /// <summary>Stores and delivers the final write of an attempt that the caller holds.</summary>
    public async Task<(DeliveryOutcome Outcome, string Message)> DeliverAsync(OutboxEntry entry, CancellationToken stop)
    {
        var unstored = outbox.Store(entry);
        if (unstored is not null)
        {
            logger.NotInOutbox(unstored);
        }

        var outcome = await writer.WriteAsync(entry.WriteBy(entry.Holder), null, stop).ConfigureAwait(false);
        if (outcome.Kind == WriteOutcomeKind.Refused && Reduced(entry, outcome.Message) is { } reduced)
        {
            logger.ResultRefused(entry, outcome.Message);
            outcome = await writer.WriteAsync(reduced.WriteBy(entry.Holder), null, stop).ConfigureAwait(false);
        }

        return (Settle(entry, outcome, unstored is null), outcome.Message);
    }

    /// <summary>Delivers what an earlier process of this host stored, taking the attempt over first when that is needed.</summary>
    public async Task<DeliveryOutcome> ReplayAsync(OutboxEntry entry, string holder, CancellationToken stop)
    {
        var task = await ReadAsync(entry, stop).ConfigureAwait(false);
        var held = task?.Status.Claim?.Holder;
        if (held is not null && held != entry.Holder && Holder.SameHost(held, entry.Holder))
        {
            // A process in between took the attempt over and ended, too.
            entry = entry with { Holder = held };
        }

        if (entry.Holder != holder && Fence.Decide(entry.WriteBy(entry.Holder), task) == FenceAnswer.Retry)
        {
            var taken = await writer.WriteAsync(entry.ReclaimBy(entry.Holder, holder), null, stop).ConfigureAwait(false);
            if (taken.Kind != WriteOutcomeKind.Stored)
            {
                return Settle(entry, taken, isStored: true);
            }

            entry = entry with { Holder = holder };
        }

        var outcome = await writer.WriteAsync(entry.WriteBy(entry.Holder), null, stop).ConfigureAwait(false);
        if (outcome.Kind == WriteOutcomeKind.Refused && Reduced(entry, outcome.Message) is { } reduced)
        {
            outcome = await writer.WriteAsync(reduced.WriteBy(entry.Holder), null, stop).ConfigureAwait(false);
        }

        return Settle(entry, outcome, isStored: true);
    }

    private DeliveryOutcome Settle(OutboxEntry entry, WriteOutcome outcome, bool isStored)
    {
        switch (outcome.Kind)
        {
            case WriteOutcomeKind.Stored:
                outbox.Remove(entry.Key);
                return DeliveryOutcome.Acknowledged;
            case WriteOutcomeKind.Fenced:
                outbox.Remove(entry.Key);
                return DeliveryOutcome.Fenced;
            case var _ when isStored:
                logger.StaysInOutbox(entry, outcome.Message);
                return DeliveryOutcome.Kept;
            default:
                return DeliveryOutcome.Lost;
        }
    }

    private static OutboxEntry? Reduced(OutboxEntry entry, string why)
    {
        if (entry.Completion is not { } completion)
        {
            return null;
        }

        var result = completion.Result?.DeepClone().AsObject();
        if (result is not null)
        {
            result["extra"] = new System.Text.Json.Nodes.JsonObject { [Completions.ResultLimit.LeftOut] = "everything: the API server refused it: " + why };
        }

        return entry with { Completion = completion with { Result = result } };
    }

    private async Task<AgenticTask?> ReadAsync(OutboxEntry entry, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await kubernetes.TryReadAsync<AgenticTask>(entry.Name, entry.Namespace, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (WriteFailure.Remedy(e) is not null)
            {
                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(e), jitter.Next()), time, stop).ConfigureAwait(false);
            }
        }
    }
}
