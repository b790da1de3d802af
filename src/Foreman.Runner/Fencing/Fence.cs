using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Runner.Fencing;

/// <summary>What a refused write means, decided by the task as it stands.</summary>
internal enum FenceAnswer
{
    /// <summary>The write had arrived: only its acknowledgement was lost.</summary>
    Arrived,

    /// <summary>Another attempt, holder or phase: stop without side effects.</summary>
    Fenced,

    /// <summary>The task is deleted, or another one has its name.</summary>
    Gone,

    /// <summary>The attempt is unknown to the API: the CRDs were replaced by ones without the fence.</summary>
    CrdsReplaced,

    /// <summary>Nothing stands against the write: it may be tried again.</summary>
    Retry,
}

/// <summary>Decides what a refused write means. Pure.</summary>
internal static class Fence
{
    /// <summary>Compares what was to be written with the task as it was read afterwards.</summary>
    /// <param name="write">The write that was refused.</param>
    /// <param name="reread">The task as it stands; null when there is none under its name.</param>
    public static FenceAnswer Decide(FencedWrite write, AgenticTask? reread)
    {
        if (reread is null || reread.Uid() != write.Attempt.Uid)
        {
            return FenceAnswer.Gone;
        }

        // The attempt never falls while the CRDs know it (a rule sees to that), so less than ours means that it was lost.
        if (reread.Status.Attempt < write.Attempt.Number)
        {
            return FenceAnswer.CrdsReplaced;
        }

        return write.Kind switch
        {
            WriteKind.GiveBack => Released(write, reread, AttemptOutcome.GivenBack, TaskPhase.Running),
            WriteKind.Decline => Released(write, reread, AttemptOutcome.Declined, TaskPhase.Scheduled),
            _ when reread.Status.Attempt != write.Attempt.Number => FenceAnswer.Fenced,
            WriteKind.Claim => Claimed(write, reread),
            WriteKind.Reclaim => Reclaimed(write, reread),
            WriteKind.End => Ended(write, reread),
            _ => IsHeld(reread, write.Attempt.Holder) ? FenceAnswer.Retry : FenceAnswer.Fenced,
        };
    }

    private static FenceAnswer Claimed(FencedWrite write, AgenticTask task)
    {
        if (IsHeld(task, write.Attempt.Holder))
        {
            return FenceAnswer.Arrived;
        }

        return task.PhaseOrPending() == TaskPhase.Scheduled ? FenceAnswer.Retry : FenceAnswer.Fenced;
    }

    private static FenceAnswer Reclaimed(FencedWrite write, AgenticTask task)
    {
        if (IsHeld(task, write.Attempt.Holder))
        {
            return FenceAnswer.Arrived;
        }

        return write.OldHolder is { } old && IsHeld(task, old) ? FenceAnswer.Retry : FenceAnswer.Fenced;
    }

    // The claim stays at the end, so holder and attempt tell whose result it is; one holder writes one result.
    private static FenceAnswer Ended(FencedWrite write, AgenticTask task)
    {
        if (task.IsTerminal())
        {
            return task.Status.Claim?.Holder == write.Attempt.Holder && EntryOf(write, task) is { } entry
                && (entry.Outcome == AttemptOutcome.Succeeded || entry.Outcome == AttemptOutcome.Failed)
                ? FenceAnswer.Arrived
                : FenceAnswer.Fenced;
        }

        return IsHeld(task, write.Attempt.Holder) ? FenceAnswer.Retry : FenceAnswer.Fenced;
    }

    // A released task may have been assigned again since: then the attempt's entry tells who released it.
    private static FenceAnswer Released(FencedWrite write, AgenticTask task, AttemptOutcome outcome, TaskPhase before)
    {
        if (EntryOf(write, task) is { } entry)
        {
            return entry.Outcome == outcome ? FenceAnswer.Arrived : FenceAnswer.Fenced;
        }

        var untouched = task.Status.Attempt == write.Attempt.Number
            && task.PhaseOrPending() == before
            && (before != TaskPhase.Running || IsHeld(task, write.Attempt.Holder));
        return untouched ? FenceAnswer.Retry : FenceAnswer.Fenced;
    }

    private static bool IsHeld(AgenticTask task, string holder) =>
        task.PhaseOrPending() == TaskPhase.Running && task.Status.Claim?.Holder == holder;

    private static TaskAttempt? EntryOf(FencedWrite write, AgenticTask task) =>
        task.Status.Attempts.LastOrDefault(a => a.Attempt == write.Attempt.Number);
}
