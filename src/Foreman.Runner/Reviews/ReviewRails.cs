using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Runner.Reviews;

/// <summary>
/// Holds a review against what is true, and corrects its verdict where both contradict each other. A rule that can't be applied changes nothing. Pure.
/// </summary>
internal static class ReviewRails
{
    /// <summary>A rejection that says there is nothing to review, where there is.</summary>
    public const string EmptyClaimRail = "empty-claim";

    /// <summary>A rejection without a finding about what was changed.</summary>
    public const string GroundedRail = "grounded-finding";

    /// <summary>An approval beside a finding that stands against it.</summary>
    public const string FindingsRail = "verdict-from-findings";

    /// <summary>An approval of a change that touches nothing of what the issue names.</summary>
    public const string ScopeRail = "scope-overlap";

    /// <summary>An approval for something that the issue does not ask for.</summary>
    public const string IssueAskRail = "issueAsk";

    private const int MaxNamed = 5;

    /// <summary>Judges a review.</summary>
    /// <param name="claim">What the reviewer submitted.</param>
    /// <param name="facts">What is true.</param>
    public static ReviewVerdict Judge(ReviewClaim claim, ReviewFacts facts)
    {
        var verdict = new ReviewVerdict(claim.Verdict, [.. claim.Findings.Select(f => FindingCheck.Of(f, f.File is { } file ? facts.Cited.GetValueOrDefault(file) : null))]);
        verdict = WithIssue(verdict, claim, facts);

        // The order matters: a rejection that became an approval is still held against the issue.
        verdict = EmptyClaimed(verdict, claim);
        verdict = Grounded(verdict, claim);
        verdict = FromFindings(verdict);
        verdict = InScope(verdict, facts);
        return AskedFor(verdict, claim);
    }

    /// <summary>Whether findings keep a change from being taken: Yes when one is about a line that it touched, Unknown when one may be.</summary>
    public static Grounding Blocking(IEnumerable<Finding> findings) =>
        findings.Where(f => f.IsBlocking).Select(f => f.Grounding).DefaultIfEmpty(Grounding.No).Max();

    private static ReviewVerdict WithIssue(ReviewVerdict verdict, ReviewClaim claim, ReviewFacts facts)
    {
        if (facts.Issue is not { } issue)
        {
            return facts.IssueFault is { } why ? verdict with { Skipped = [$"{ScopeRail}: {why}", $"{IssueAskRail}: {why}"] } : verdict;
        }

        bool? isVerified = claim.IssueAsk is { } ask ? IssueAsk.IsOf(ask, issue.Title, issue.Body) : false;

        // An issue also names files of whoever wrote it, which no change can touch.
        var names = IssueFiles.Among(IssueFiles.In($"{issue.Title}\n{issue.Body}", facts.SourceEndings), facts.Files);
        return verdict with
        {
            IssueAsk = isVerified == true ? claim.IssueAsk : IssueAsk.Of(issue.Title, issue.Body),
            IssueAskVerified = isVerified,
            ScopeNames = names,
            ScopeTouched = IssueFiles.Among(names, facts.Changed),
            Skipped =
            [
                .. names.IsEmpty ? (string[])[$"{ScopeRail}: the issue names no files of the repository"] : [],
                .. isVerified is null ? (string[])[$"{IssueAskRail}: the quotation is too short to be held against the issue"] : [],
            ],
        };
    }

    private static ReviewVerdict EmptyClaimed(ReviewVerdict verdict, ReviewClaim claim) =>
        verdict.Verdict == Verdict.NoGo && Blocking(verdict.Findings) == Grounding.No
            && (EmptyClaim.IsIn(claim.Summary) || verdict.Findings.Any(f => EmptyClaim.IsIn(f.Message)))
            ? Corrected(verdict, EmptyClaimRail, Verdict.Incomplete, "the reviewer says that there is nothing to review, and the branch has changes") with { Reason = FailureReason.ModelReportedError }
            : verdict;

    private static ReviewVerdict Grounded(ReviewVerdict verdict, ReviewClaim claim) =>
        verdict.Verdict == Verdict.NoGo && claim.Outcome != ReviewClaim.Reject && Blocking(verdict.Findings) == Grounding.No
            ? Corrected(verdict, GroundedRail, Verdict.Go, string.Create(
                CultureInfo.InvariantCulture, $"none of {verdict.Findings.Count(f => f.IsBlocking)} findings of severity blocker or major is about a line that the branch changed"))
            : verdict;

    private static ReviewVerdict FromFindings(ReviewVerdict verdict) =>
        verdict.Verdict == Verdict.Go && verdict.Findings.FirstOrDefault(f => f is { IsBlocking: true, Grounding: Grounding.Yes }) is { } finding
            ? Corrected(verdict, FindingsRail, Verdict.NoGo, string.Create(
                CultureInfo.InvariantCulture, $"the reviewer itself names a finding of severity {finding.Severity} at {Printable.Line(finding.File!, 100)}:{finding.Line}"))
            : verdict;

    private static ReviewVerdict InScope(ReviewVerdict verdict, ReviewFacts facts) =>
        verdict.Verdict == Verdict.Go && verdict.HasDrifted == true && IssueFiles.HasSources(facts.Changed, facts.SourceEndings)
            ? Corrected(verdict, ScopeRail, Verdict.NoGo, $"the issue names {Named(verdict.ScopeNames)}, and the branch touches none of these")
            : verdict;

    // What was not said is filled in, since the issue stood in the prompt; what is said and is not in the issue was made up.
    private static ReviewVerdict AskedFor(ReviewVerdict verdict, ReviewClaim claim) =>
        verdict.Verdict == Verdict.Go && verdict.IssueAskVerified == false && claim.IssueAsk is not null && verdict.ScopeTouched.All(IssueFiles.IsProse)
            ? Corrected(verdict, IssueAskRail, Verdict.NoGo, "what the reviewer says that the issue asks for is not in the issue")
            : verdict;

    private static ReviewVerdict Corrected(ReviewVerdict verdict, string rail, Verdict to, string reason) =>
        verdict with { Verdict = to, Corrections = verdict.Corrections.Add(new ReviewCorrection(rail, verdict.Verdict, to, reason)) };

    private static string Named(ImmutableArray<string> names) =>
        string.Join(", ", names.Take(MaxNamed).Select(n => Printable.Line(n, 100))) + (names.Length > MaxNamed ? ", …" : "");
}
