using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Fencing;

/// <summary>How a write ended.</summary>
internal enum WriteOutcomeKind
{
    /// <summary>It is stored.</summary>
    Stored,

    /// <summary>The task is somebody else's, or gone.</summary>
    Fenced,

    /// <summary>The CRDs no longer know the fence.</summary>
    CrdsReplaced,

    /// <summary>The API server refuses what was to be written, or it can't be written as JSON.</summary>
    Refused,

    /// <summary>It could not be settled: in time, or for a fault of this program.</summary>
    Unsettled,
}

/// <summary>How a write ended, and why, for people.</summary>
/// <param name="Kind">How.</param>
/// <param name="Message">Why; empty when it is stored.</param>
internal sealed record WriteOutcome(WriteOutcomeKind Kind, string Message)
{
    /// <summary>True when the last answer was that this identity may not write the task.</summary>
    public bool IsForbidden { get; init; }
}

/// <summary>
/// Brings fenced writes to the API server until each is stored, fenced or refused. It throws nothing: what is no answer of
/// the API (a fault of this program, of its credentials or of its host) is tried a few times and then left unsettled.
/// </summary>
internal sealed class FencedWriter(IKubernetes kubernetes, TimeProvider time, Jitter jitter, ILogger logger)
{
    // The tests failed although the task, read afterwards, fits them: once or twice that is a race with another writer; more
    // often, something in the patch itself can't be applied.
    private const int MostContradictions = 4;

    // A fault of this program says nothing about the write: whoever waits for it decides when it is tried again.
    private const int MostFaults = 4;

    // With the longest wait between tries, a warning about every four minutes.
    private const int TriesPerWarning = 20;

    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldManager = ApiGroup.FieldManager };

    /// <summary>Writes, repeating as long as nothing is settled.</summary>
    /// <param name="write">What.</param>
    /// <param name="timeout">How long to try, at most 40 days; null tries until told to stop.</param>
    /// <param name="stop">Ends the tries: the answer is then <see cref="WriteOutcomeKind.Unsettled"/>.</param>
    public async Task<WriteOutcome> WriteAsync(FencedWrite write, TimeSpan? timeout, CancellationToken stop)
    {
        try
        {
            using var deadline = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
            return await WriteAsync(write, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.WriteFailed(write.Kind, write.Attempt, e.Message);
            return new(WriteOutcomeKind.Unsettled, Describe(e));
        }
    }

    private async Task<WriteOutcome> WriteAsync(FencedWrite write, CancellationToken stop)
    {
        var (contradictions, faults, renewals) = (0, 0, 0);
        Exception? last = null;
        for (var tries = 1; ; tries++)
        {
            try
            {
                var answer = await TryAsync(write, stop).ConfigureAwait(false);
                if (answer.Settled is { } settled)
                {
                    Report(write, settled, tries);
                    return settled;
                }

                last = answer.Failure!;
                if (answer.Renewed is { } renewed)
                {
                    // Not a contradiction: the spec has changed, and the write speaks of what it is now; one that changes again waits.
                    write = renewed;
                    if (++renewals == 1)
                    {
                        continue;
                    }
                }
                else if (WriteFailure.Remedy(last) is null && ++faults == MostFaults)
                {
                    return new(WriteOutcomeKind.Unsettled, Describe(last));
                }
                else if (WriteFailure.Remedy(last) is WriteRemedy.Reread && ++contradictions == MostContradictions)
                {
                    return new(WriteOutcomeKind.Refused, answer.Mismatch is { } mismatch ? $"{Describe(last)}; {mismatch}" : Describe(last));
                }

                if (tries == 1 || tries % TriesPerWarning == 0)
                {
                    logger.WriteFailed(write.Kind, write.Attempt, Describe(last));
                }

                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(last), jitter.Next()), time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return new(WriteOutcomeKind.Unsettled, last is null ? "it was not tried" : Describe(last)) { IsForbidden = last is KubernetesException { IsForbidden: true } };
            }
        }
    }

    private async Task<Answer> TryAsync(FencedWrite write, CancellationToken stop)
    {
        var attempt = write.Attempt;
        try
        {
            await kubernetes.PatchMetadataAsync<AgenticTask>(write.Patch, attempt.Name, attempt.Namespace, StatusPatch, stop).ConfigureAwait(false);
            return new(new(WriteOutcomeKind.Stored, ""), null);
        }
        catch (Exception e) when (!IsStop(e, stop))
        {
            return WriteFailure.Remedy(e) switch
            {
                // A fault on this side may have come after the write had arrived: only the task tells.
                null or WriteRemedy.Reread => await RereadAsync(write, e, stop).ConfigureAwait(false),
                WriteRemedy.GiveUp => new(new(WriteOutcomeKind.Refused, e.Message), null),
                WriteRemedy.Drop => new(new(WriteOutcomeKind.Fenced, $"the namespace {attempt.Namespace} is being deleted"), null),
                _ => new(null, e),
            };
        }
    }

    private async Task<Answer> RereadAsync(FencedWrite write, Exception refusal, CancellationToken stop)
    {
        AgenticTask? task;
        try
        {
            task = await kubernetes.TryReadAsync<AgenticTask>(write.Attempt.Name, write.Attempt.Namespace, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (!IsStop(e, stop))
        {
            return new(null, e);
        }

        return Fence.Decide(write, task) switch
        {
            FenceAnswer.Arrived => new(new(WriteOutcomeKind.Stored, ""), null),
            FenceAnswer.Gone => new(new(WriteOutcomeKind.Fenced, "the task is gone"), null),
            FenceAnswer.Fenced => new(new(WriteOutcomeKind.Fenced, Describe(task!)), null),
            FenceAnswer.CrdsReplaced => new(new(WriteOutcomeKind.CrdsReplaced, "the task's attempt is gone: these CRDs are older than this binary, upgrade them"), null),
            _ when WriteFailure.IsRefusal(refusal) => new(new(WriteOutcomeKind.Refused, refusal.Message), null),
            _ => Renewed(write, task!) is { } renewed ? new(null, refusal) { Renewed = renewed } : new(null, refusal) { Mismatch = Mismatch(write, task!) },
        };
    }

    // A write that speaks of no generation stays the same whatever the task's is.
    private static FencedWrite? Renewed(FencedWrite write, AgenticTask task) =>
        write.ForGeneration is { } renew && task.Metadata.Generation != write.Generation && renew(task.Metadata.Generation) is var renewed
            && renewed.Generation != write.Generation
            ? renewed
            : null;

    // The server's answer is the same for a failed test and an absent path; the task as it stands now tells them apart.
    private static string? Mismatch(FencedWrite write, AgenticTask task) =>
        JsonSerializer.SerializeToNode(task, ApiJson.Default.AgenticTask) is JsonObject current ? write.Patch.FirstMismatch(current)?.Message : null;

    private static bool IsStop(Exception e, CancellationToken stop) => e is OperationCanceledException && stop.IsCancellationRequested;

    private static string Describe(Exception e) => WriteFailure.Remedy(e) is not null ? e.Message : $"it failed inside this program: {e.GetType().Name}: {e.Message}";

    private static string Describe(AgenticTask task)
    {
        var holder = task.Status.Claim?.Holder is { Length: > 0 } h ? $", held by {h}" : "";
        return FormattableString.Invariant($"the task is {task.PhaseOrPending()} in attempt {task.Status.Attempt}{holder}");
    }

    private void Report(FencedWrite write, WriteOutcome settled, int tries)
    {
        if (settled.Kind != WriteOutcomeKind.Stored)
        {
            logger.WriteNotTaken(write.Kind, write.Attempt, settled.Message);
        }
        else if (tries > 1)
        {
            logger.WriteStored(write.Kind, write.Attempt, tries);
        }
    }

    /// <summary>What one try gave.</summary>
    /// <param name="Settled">How the write ended; null when it has not.</param>
    /// <param name="Failure">Why not.</param>
    private readonly record struct Answer(WriteOutcome? Settled, Exception? Failure)
    {
        /// <summary>The write to go on with; null for the same.</summary>
        public FencedWrite? Renewed { get; init; }

        /// <summary>What in the patch does not fit the task as it was read afterwards; null when all fits.</summary>
        public string? Mismatch { get; init; }
    }
}
