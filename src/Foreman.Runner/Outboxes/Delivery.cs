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

    /// <summary>It waits in memory: it is lost if this process ends before it is delivered.</summary>
    Unstored,
}

/// <summary>
/// Brings final writes to the API server: kept first, then tried until acknowledged, fenced, or the time is up. What the API
/// server refuses, or what can't be written as JSON, is sent in plainer forms. It throws nothing but cancellation.
/// </summary>
internal sealed class Delivery(IKubernetes kubernetes, FencedWriter writer, Outbox outbox, TimeProvider time, Jitter jitter, ILogger logger)
{
    /// <summary>How long a run holds its slot for its final write; then the outbox delivers it.</summary>
    public static readonly TimeSpan WithinRun = TimeSpan.FromSeconds(15);

    /// <summary>Age from which a result is given up whose task this host may not even read.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(7);

    /// <summary>Keeps and delivers the final write of an attempt that the caller holds.</summary>
    /// <param name="entry">The write.</param>
    /// <param name="stop">Ends the tries; the write stays where it is kept.</param>
    public async Task<(DeliveryOutcome Outcome, string Message)> DeliverAsync(OutboxEntry entry, CancellationToken stop)
    {
        if (outbox.Keep(entry) is { } unstored)
        {
            logger.NotInOutbox(unstored);
        }

        var outcome = await WriteAsync(entry, entry.Holder, WithinRun, stop).ConfigureAwait(false);
        return (Settle(entry, outcome), outcome.Message);
    }

    /// <summary>Delivers what this or an earlier process of this host kept, taking the attempt over first when that is needed.</summary>
    /// <param name="entry">The write.</param>
    /// <param name="holder">Identity of this process.</param>
    /// <param name="timeout">How long to try, at most 40 days.</param>
    /// <param name="stop">Ends the tries.</param>
    /// <exception cref="OperationCanceledException">It was told to stop; the write stays where it is kept.</exception>
    public async Task<(DeliveryOutcome Outcome, string Message)> ReplayAsync(OutboxEntry entry, string holder, TimeSpan timeout, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        if (outbox.IsUnstored(entry.Key))
        {
            outbox.Keep(entry);
        }

        var (task, failure) = await ReadAsync(entry, either.Token).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (failure is not null)
        {
            return IsGivenUp(entry, failure) ? GiveUp(entry, failure) : (Settle(entry, new(WriteOutcomeKind.Unsettled, failure.Message)), failure.Message);
        }

        entry = task is null ? entry : entry.SeenAt(task.Metadata.Generation);
        var held = task?.Status.Claim?.Holder;
        if (held is not null && held != entry.Holder && Holder.SameHost(held, entry.Holder))
        {
            // A process in between took the attempt over and ended, too.
            entry = entry with { Holder = held };
        }

        if (entry.Holder != holder && Fence.Decide(entry.WriteBy(entry.Holder), task) == FenceAnswer.Retry)
        {
            var taken = await writer.WriteAsync(entry.ReclaimBy(entry.Holder, holder), null, either.Token).ConfigureAwait(false);
            if (taken.Kind != WriteOutcomeKind.Stored)
            {
                return (Settle(entry, taken), taken.Message);
            }

            entry = entry with { Holder = holder };
        }

        var outcome = await WriteAsync(entry, entry.Holder, null, either.Token).ConfigureAwait(false);
        return (Settle(entry, outcome), outcome.Message);
    }

    private async Task<WriteOutcome> WriteAsync(OutboxEntry entry, string holder, TimeSpan? timeout, CancellationToken stop)
    {
        var outcome = new WriteOutcome(WriteOutcomeKind.Refused, "it was not tried");
        try
        {
            foreach (var form in ClosingEntries.Forms(entry, () => outcome.Message))
            {
                outcome = await WriteFormAsync(form, holder, timeout, stop).ConfigureAwait(false);
                if (outcome.Kind != WriteOutcomeKind.Refused)
                {
                    return outcome;
                }

                logger.ResultRefused(entry, outcome.Message);
            }
        }
        catch (Exception e)
        {
            return new(WriteOutcomeKind.Refused, $"{outcome.Message}; a plainer form could not be made: {e.Message}");
        }

        return outcome;
    }

    private async Task<WriteOutcome> WriteFormAsync(OutboxEntry form, string holder, TimeSpan? timeout, CancellationToken stop)
    {
        FencedWrite write;
        try
        {
            write = form.WriteBy(holder);

            // Done again when it is sent, where it could not be told from a fault that passes.
            _ = write.Patch.Content.ToJsonString();
        }
        catch (Exception e)
        {
            return new(WriteOutcomeKind.Refused, $"it can't be written as JSON: {e.GetType().Name}: {e.Message}");
        }

        return await writer.WriteAsync(write, timeout, stop).ConfigureAwait(false);
    }

    private DeliveryOutcome Settle(OutboxEntry entry, WriteOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case WriteOutcomeKind.Stored:
                outbox.Remove(entry.Key);
                return DeliveryOutcome.Acknowledged;
            case WriteOutcomeKind.Fenced:
                outbox.Remove(entry.Key);
                return DeliveryOutcome.Fenced;
            default:
                logger.StaysInOutbox(entry, outcome.Message);
                return outbox.IsUnstored(entry.Key) ? DeliveryOutcome.Unstored : DeliveryOutcome.Kept;
        }
    }

    private bool IsGivenUp(OutboxEntry entry, Exception failure) =>
        failure is KubernetesException { IsForbidden: true } && entry.KeptAt is { } since && time.GetUtcNow() - since > GivenUpAfter;

    private (DeliveryOutcome Outcome, string Message) GiveUp(OutboxEntry entry, Exception failure)
    {
        logger.ResultGivenUp(entry, GivenUpAfter.TotalDays, failure.Message);
        outbox.Remove(entry.Key);
        return (DeliveryOutcome.Fenced, failure.Message);
    }

    /// <summary>The task, null when it is gone; or why it can't be read: at once when that is not allowed, else when the time is up.</summary>
    private async Task<(AgenticTask? Task, Exception? Failure)> ReadAsync(OutboxEntry entry, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            Exception failure;
            try
            {
                return (await kubernetes.TryReadAsync<AgenticTask>(entry.Name, entry.Namespace, stop).ConfigureAwait(false), null);
            }
            catch (Exception e)
            {
                failure = e;
            }

            if (stop.IsCancellationRequested || WriteFailure.Remedy(failure) is not WriteRemedy.Wait || failure is KubernetesException { IsForbidden: true })
            {
                return (null, failure);
            }

            try
            {
                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(failure), jitter.Next()), time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return (null, failure);
            }
        }
    }
}
