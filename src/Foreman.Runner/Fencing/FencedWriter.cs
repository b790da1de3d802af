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

    /// <summary>The API server refuses what was to be written.</summary>
    Refused,

    /// <summary>It could not be settled in time.</summary>
    Unsettled,
}

/// <summary>How a write ended, and why, for people.</summary>
/// <param name="Kind">How.</param>
/// <param name="Message">Why; empty when it is stored.</param>
internal sealed record WriteOutcome(WriteOutcomeKind Kind, string Message);

/// <summary>Brings fenced writes to the API server until each is stored, fenced or refused.</summary>
internal sealed class FencedWriter(IKubernetes kubernetes, TimeProvider time, Jitter jitter, ILogger logger)
{
    // The tests failed although the task, read afterwards, fits them: once or twice that is a race with another
    // writer's write that was undone; more often, something in the patch itself can't be applied.
    private const int MostContradictions = 4;

    // With the longest wait between tries, a warning about every four minutes.
    private const int TriesPerWarning = 20;

    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldManager = ApiGroup.FieldManager };

    /// <summary>Writes, repeating as long as nothing is settled.</summary>
    /// <param name="write">What.</param>
    /// <param name="timeout">How long to try; null tries until told to stop.</param>
    /// <param name="stop">Ends the tries: the answer is then <see cref="WriteOutcomeKind.Unsettled"/>.</param>
    public async Task<WriteOutcome> WriteAsync(FencedWrite write, TimeSpan? timeout, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        var contradictions = 0;
        var lastFailure = "it was not tried";
        for (var tries = 1; ; tries++)
        {
            try
            {
                var (settled, failure) = await TryAsync(write, either.Token).ConfigureAwait(false);
                if (settled is not null)
                {
                    Report(write, settled, tries);
                    return settled;
                }

                lastFailure = failure!.Message;
                if (WriteFailure.Remedy(failure) == WriteRemedy.Reread && ++contradictions == MostContradictions)
                {
                    return new(WriteOutcomeKind.Refused, lastFailure);
                }

                if (tries == 1 || tries % TriesPerWarning == 0)
                {
                    logger.WriteFailed(write.Kind, write.Attempt, lastFailure);
                }

                var wait = RetryDelay.After(tries, WriteFailure.RetryAfter(failure), jitter.Next());
                await Task.Delay(wait, time, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return new(WriteOutcomeKind.Unsettled, lastFailure);
            }
        }
    }

    private async Task<(WriteOutcome? Settled, Exception? Failure)> TryAsync(FencedWrite write, CancellationToken stop)
    {
        var attempt = write.Attempt;
        try
        {
            await kubernetes.PatchMetadataAsync<AgenticTask>(write.Patch, attempt.Name, attempt.Namespace, StatusPatch, stop).ConfigureAwait(false);
            return (new(WriteOutcomeKind.Stored, ""), null);
        }
        catch (Exception e) when (WriteFailure.Remedy(e) is { } remedy)
        {
            return remedy switch
            {
                WriteRemedy.Reread => await RereadAsync(write, e, stop).ConfigureAwait(false),
                WriteRemedy.GiveUp => (new(WriteOutcomeKind.Refused, e.Message), null),
                _ => (null, e),
            };
        }
    }

    private async Task<(WriteOutcome? Settled, Exception? Failure)> RereadAsync(FencedWrite write, Exception refusal, CancellationToken stop)
    {
        AgenticTask? task;
        try
        {
            task = await kubernetes.TryReadAsync<AgenticTask>(write.Attempt.Name, write.Attempt.Namespace, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (WriteFailure.Remedy(e) is not null)
        {
            return (null, e);
        }

        return Fence.Decide(write, task) switch
        {
            FenceAnswer.Arrived => (new(WriteOutcomeKind.Stored, ""), null),
            FenceAnswer.Gone => (new(WriteOutcomeKind.Fenced, "the task is gone"), null),
            FenceAnswer.Fenced => (new(WriteOutcomeKind.Fenced, Describe(task!)), null),
            FenceAnswer.CrdsReplaced => (new(WriteOutcomeKind.CrdsReplaced, "the task's attempt is gone: these CRDs are older than this binary, upgrade them"), null),
            _ when WriteFailure.IsRefusal(refusal) => (new(WriteOutcomeKind.Refused, refusal.Message), null),
            _ => (null, refusal),
        };
    }

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
}
