namespace Foreman.Git.Pushing;

/// <summary>What is known before a push.</summary>
/// <param name="Branch">The branch.</param>
/// <param name="Sha">The commit that it shall be at.</param>
/// <param name="Mark">The attempt that pushes.</param>
/// <param name="Tip">The commit that it is at; null when it is not there.</param>
/// <param name="Expected">The commit that it was at when the work began; null when it was not there.</param>
/// <param name="AllowOverwrite">True permits to replace commits.</param>
internal sealed record PushFacts(string Branch, string Sha, AttemptMark Mark, string? Tip, string? Expected, bool AllowOverwrite)
{
    /// <summary>Who made <see cref="Tip"/>; null when no attempt did.</summary>
    public AttemptMark? TipMark { get; init; }

    /// <summary>True when <see cref="Sha"/> builds on <see cref="Tip"/>.</summary>
    public bool IsFastForward { get; init; }
}

/// <summary>What to do: push, and replace exactly the tip of the facts, or stop with a result.</summary>
/// <param name="Result">The result; null to push.</param>
internal sealed record PushDecision(PushResult? Result);

/// <summary>When a push may replace what. Pure.</summary>
internal static class PushRules
{
    /// <summary>
    /// A branch that is as it was when the work began is moved on, and replaced where that is permitted. Else only a tip of the same task is
    /// replaced: of an earlier attempt, or of this one's own earlier push.
    /// </summary>
    public static PushDecision Decide(PushFacts facts)
    {
        if (facts.Tip == facts.Sha)
        {
            return new(new PushResult.AlreadyThere(facts.Sha));
        }

        var own = facts.TipMark is { } mark && mark.TaskUid == facts.Mark.TaskUid ? mark : null;
        if (own is not null)
        {
            // A holder that began again, or whose push was not answered, finds its own commit; one that it neither saw nor builds on is another holder's.
            var isEarlier = own.Attempt < facts.Mark.Attempt || (own.Attempt == facts.Mark.Attempt && (facts.IsFastForward || facts.Tip == facts.Expected));
            return new(isEarlier ? null : Later(facts, own));
        }

        if (facts.Tip == facts.Expected)
        {
            return facts.Tip is null || facts.IsFastForward || facts.AllowOverwrite
                ? new(Result: null)
                : new(new PushResult.NotAllowed(
                    $"The branch `{facts.Branch}` has commits that this push would drop: set allowOverwrite to replace them, or branchStrategy rebase with reviseFromBranch to build on them."));
        }

        return new(new PushResult.Overtaken(facts.Tip, facts.Tip is null
            ? $"The branch `{facts.Branch}` was removed while the work went on."
            : $"The branch `{facts.Branch}` has got commits of somebody else while the work went on."));
    }

    private static PushResult.Fenced Later(PushFacts facts, AttemptMark own) =>
        new($"Attempt {own.Attempt} of this task has pushed to `{facts.Branch}`; this is attempt {facts.Mark.Attempt}.");
}
