using Foreman.Api;
using Foreman.Git;
using Foreman.Primitives;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Publishing;

/// <summary>How a run in a repository ends where that differs from what the model says. Pure.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Reason">Why it did not reach its target; null when it did.</param>
/// <param name="Outcome">The word in <c>extra.outcome</c>.</param>
/// <param name="Summary">What happened and what to do; null leaves the model's.</param>
internal sealed record Ending(Verdict Verdict, TaskPhase Phase, FailureReason? Reason, string Outcome, string? Summary)
{
    private const int MaxNamed = 5;

    /// <summary>The gate could not be run, so nobody knows whether the change is good; null when it was run, or nothing tells how.</summary>
    public static Ending? Unchecked(GateReport? gate) => gate is { Plan.Nothing: null } && gate.Verdict == Verdict.GateError
        ? new(Verdict.Incomplete, TaskPhase.Failed, FailureReason.GateError, CoderOutcome.NeedsVerification, gate.Summary)
        : null;

    /// <summary>The model says that the work is done and has changed nothing.</summary>
    /// <param name="kind">A fix needs a change; another task may be a question.</param>
    public static Ending NothingChanged(TaskKind kind) => kind == TaskKind.IssueFix
        ? new(Verdict.Incomplete, TaskPhase.Succeeded, FailureReason.ModelMisunderstood, "NO-CHANGES", "the model says that it is done, and no file has changed")
        : new(Verdict.Go, TaskPhase.Succeeded, null, "NO-CHANGES", null);

    /// <summary>The change would publish secrets.</summary>
    public static Ending SecretsFound(IReadOnlyList<SecretFinding> findings)
    {
        var named = string.Join(", ", findings.Take(MaxNamed).Select(f => $"{Printable.Line(f.Path)}:{f.Line} ({f.Rule})"));
        return new(Verdict.Incomplete, TaskPhase.Succeeded, FailureReason.ConstraintViolated, "COMMIT-REJECTED", $"nothing was committed, because the change holds what looks like keys or tokens: {named}{(findings.Count > MaxNamed ? ", …" : "")}");
    }

    /// <summary>The change is too large, or touches what a run may not.</summary>
    public static Ending NotCommitted(string why) =>
        new(Verdict.Incomplete, TaskPhase.Succeeded, FailureReason.ConstraintViolated, "COMMIT-REJECTED", $"nothing was committed: {why}");

    /// <summary>The change is of a class that a coder may not pass by itself.</summary>
    public static Ending NotSelfCertified(IReadOnlyCollection<FileChange> changes) =>
        new(Verdict.NoGo, TaskPhase.Succeeded, null, CoderOutcome.NeedsVerification, $"nothing was pushed: a change of class {WorkClass.OfChange(changes)} is not in spec.verdictPolicy.selfGO ({string.Join(", ", changes.Take(MaxNamed).Select(c => Printable.Line(c.Path)))})");

    /// <summary>The branch could not be pushed.</summary>
    public static Ending NotPushed(string why) => new(Verdict.Incomplete, TaskPhase.Succeeded, FailureReason.ConstraintViolated, "PUSH-FAILED", why);

    /// <summary>The server wants another token; the work is in the result, and another try needs the token first.</summary>
    public static Ending NoToken(string why) => new(Verdict.Incomplete, TaskPhase.Failed, FailureReason.AuthUnavailable, "PUSH-FAILED", why);
}
