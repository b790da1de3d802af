using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

/// <summary>Each rule alone, and what holds whatever a reviewer submits.</summary>
public sealed class ReviewRailsTests
{
    private const string Ask = "Please mend the operator of add";
    private static readonly Finding Touched = new(Finding.Blocker, "the sign is wrong") { File = "calc.py", Line = 2 };
    private static readonly Finding Untouched = Touched with { Line = 9 };
    private static readonly Finding MadeUp = Touched with { File = "nowhere.py" };
    private static readonly Finding Unclear = Touched with { File = "big.py" };
    private static readonly Finding Small = Touched with { Severity = Finding.Minor };
    private static readonly ReviewIssue Issue = new("add is wrong", Ask + " in calc.py");

    private static readonly ReviewFacts Facts = new()
    {
        Changed = ["calc.py", "big.py"],
        Files = ["calc.py", "big.py", "hack/check.sh", "chart/values.yaml", "README.md", "docs/a.md"],
        Cited = new Dictionary<string, CitedFile>
        {
            ["calc.py"] = new("calc.py", 9) { IsChanged = true, Touched = [2] },
            ["big.py"] = new("big.py", 9) { IsChanged = true, Touched = null },
        },
        Issue = Issue,
    };

    [Fact]
    public void A_review_that_agrees_with_its_branch_and_issue_stands()
    {
        var go = Judge(Claim(Verdict.Go) with { IssueAsk = Ask });
        var noGo = Judge(Claim(Verdict.NoGo, Touched) with { IssueAsk = Ask });

        Assert.Equal((Verdict.Go, Ask, true, false), (go.Verdict, go.IssueAsk, go.IssueAskVerified, go.HasDrifted));
        Assert.Equal(Verdict.NoGo, noGo.Verdict);
        Assert.Empty(go.Corrections);
        Assert.Empty(noGo.Corrections);
    }

    [Theory]
    [InlineData("there are no commits on this branch", "m")]
    [InlineData("s", "the branch is empty")]
    public void A_rejection_of_a_branch_as_empty_is_no_review_when_it_has_changes(string summary, string message)
    {
        var verdict = Judge(Claim(Verdict.NoGo, MadeUp with { Message = message }) with { Summary = summary });

        Assert.Equal((Verdict.Incomplete, FailureReason.ModelReportedError, ReviewRails.EmptyClaimRail), (verdict.Verdict, verdict.Reason, Assert.Single(verdict.Corrections).Rail));
    }

    [Fact]
    public void A_rejection_with_a_finding_about_a_touched_line_stands_whatever_it_says_besides() =>
        Assert.Equal(Verdict.NoGo, Judge(Claim(Verdict.NoGo, Touched) with { Summary = "no code changes where the issue asks for them" }).Verdict);

    [Fact]
    public void A_rejection_without_a_finding_about_what_was_changed_is_an_approval()
    {
        foreach (var findings in (ImmutableArray<Finding>[])[[], [Untouched], [MadeUp], [Small], [Untouched, MadeUp, Small]])
        {
            var verdict = Judge(Claim(Verdict.NoGo, [.. findings]));

            Assert.Equal((Verdict.Go, ReviewRails.GroundedRail, Verdict.NoGo), (verdict.Verdict, Assert.Single(verdict.Corrections).Rail, verdict.Corrections[0].From));
            Assert.Equal(findings.Length, verdict.Findings.Length);
        }
    }

    [Fact]
    public void A_rejection_for_good_stands_since_what_is_missing_has_no_line() =>
        Assert.Equal(Verdict.NoGo, Judge(Claim(Verdict.NoGo) with { Outcome = ReviewClaim.Reject }).Verdict);

    [Fact]
    public void Where_nobody_can_tell_which_lines_were_touched_both_verdicts_stand()
    {
        Assert.Equal(Verdict.NoGo, Judge(Claim(Verdict.NoGo, Unclear)).Verdict);
        Assert.Equal(Verdict.Go, Judge(Claim(Verdict.Go, Unclear)).Verdict);
    }

    [Fact]
    public void An_approval_beside_a_finding_that_stands_against_it_is_a_rejection()
    {
        var verdict = Judge(Claim(Verdict.Go, Small, Touched));

        Assert.Equal((Verdict.NoGo, ReviewRails.FindingsRail), (verdict.Verdict, Assert.Single(verdict.Corrections).Rail));
        Assert.Contains("calc.py:2", verdict.Corrections[0].Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Go, Judge(Claim(Verdict.Go, Small, Untouched)).Verdict);
    }

    [Fact]
    public void An_approval_of_a_change_that_touches_nothing_of_what_the_issue_names_is_a_rejection()
    {
        var verdict = Judge(Claim(Verdict.Go), Facts with { Issue = new ReviewIssue("Check the chart", "Write hack/check.sh and values.yaml") });

        Assert.Equal((Verdict.NoGo, ReviewRails.ScopeRail, true), (verdict.Verdict, Assert.Single(verdict.Corrections).Rail, verdict.HasDrifted));
        Assert.Equal(["hack/check.sh", "values.yaml"], verdict.ScopeNames);
    }

    [Fact]
    public void An_issue_that_names_no_files_and_a_change_of_nothing_but_texts_drift_nowhere()
    {
        var nameless = Judge(Claim(Verdict.Go), Facts with { Issue = new("t", "make it fast") });

        Assert.Equal((Verdict.Go, (bool?)null), (nameless.Verdict, nameless.HasDrifted));
        Assert.Equal(Verdict.Go, Judge(Claim(Verdict.Go), Facts with { Changed = ["docs/a.md"], Issue = new("t", "see calc.py") }).Verdict);
    }

    [Fact]
    public void Files_that_the_repository_does_not_have_are_no_part_of_what_an_issue_asks_for()
    {
        var verdict = Judge(Claim(Verdict.Go), Facts with { Issue = new("add is wrong", "Save this as repro.py, beside package.json: print(add(2, 2))") });

        Assert.Equal((Verdict.Go, (bool?)null), (verdict.Verdict, verdict.HasDrifted));
        Assert.Equal(["scope-overlap: the issue names no files of the repository"], verdict.Skipped);
    }

    [Fact]
    public void A_rejection_that_became_an_approval_is_still_held_against_the_issue()
    {
        var verdict = Judge(Claim(Verdict.NoGo, Untouched), Facts with { Issue = new("t", "write hack/check.sh") });

        Assert.Equal((Verdict.NoGo, Verdict.NoGo), (verdict.Verdict, verdict.Corrections[0].From));
        Assert.Equal([ReviewRails.GroundedRail, ReviewRails.ScopeRail], verdict.Corrections.Select(c => c.Rail));
    }

    [Fact]
    public void An_approval_for_what_the_issue_does_not_ask_is_a_rejection_unless_the_change_touches_what_it_names()
    {
        var other = Claim(Verdict.Go) with { IssueAsk = "Translate the manual into French and Dutch" };
        var verdict = Judge(other, Facts with { Issue = new("add is wrong", Ask) });

        Assert.Equal((Verdict.NoGo, ReviewRails.IssueAskRail, false, Ask), (verdict.Verdict, Assert.Single(verdict.Corrections).Rail, verdict.IssueAskVerified, verdict.IssueAsk));
        Assert.Equal(Verdict.Go, Judge(other).Verdict);
        Assert.Equal(Verdict.NoGo, Judge(other, Facts with { Changed = ["README.md"], Issue = new("t", "see README.md") }).Verdict);
    }

    [Fact]
    public void What_the_reviewer_does_not_quote_is_filled_in_and_the_verdict_stands()
    {
        var verdict = Judge(Claim(Verdict.Go));

        Assert.Equal((Verdict.Go, false, Issue.Body), (verdict.Verdict, verdict.IssueAskVerified, verdict.IssueAsk));
    }

    [Fact]
    public void A_quotation_that_is_too_short_skips_the_rule_about_it_and_says_so()
    {
        var verdict = Judge(Claim(Verdict.Go) with { IssueAsk = "wrong add" });

        Assert.Equal((Verdict.Go, null, Issue.Body), (verdict.Verdict, verdict.IssueAskVerified, verdict.IssueAsk));
        Assert.Equal(["issueAsk: the quotation is too short to be held against the issue"], verdict.Skipped);
    }

    [Fact]
    public void An_issue_that_could_not_be_read_skips_the_rules_about_it_and_says_so()
    {
        var verdict = Judge(Claim(Verdict.Go) with { IssueAsk = "anything" }, Facts with { Issue = null, IssueFault = "the forge is away" });

        Assert.Equal((Verdict.Go, null, null), (verdict.Verdict, verdict.IssueAsk, verdict.IssueAskVerified));
        Assert.Equal(["scope-overlap: the forge is away", "issueAsk: the forge is away"], verdict.Skipped);
    }

    [Fact]
    public void Whatever_is_submitted_a_verdict_is_only_changed_for_a_reason_and_the_first_one_is_kept()
    {
        var seen = new HashSet<string>();
        foreach (var (claim, facts) in Everything())
        {
            var judged = ReviewRails.Judge(claim, facts);
            var blocking = ReviewRails.Blocking(judged.Findings);
            seen.UnionWith(judged.Corrections.Select(c => c.Rail));

            Assert.Equal(judged.Verdict != claim.Verdict || judged.Corrections.Length > 1, judged.Corrections.Length > 0);
            Assert.Equal(claim.Findings.Length, judged.Findings.Length);
            Assert.Equal(judged.Verdict == Verdict.Incomplete && claim.Verdict != Verdict.Incomplete, judged.Reason is not null);
            if (judged.Corrections is [var first, ..])
            {
                Assert.Equal((claim.Verdict, judged.Verdict), (first.From, judged.Corrections[^1].To));
                Assert.All(judged.Corrections.Zip(judged.Corrections.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
                Assert.All(judged.Corrections, c => Assert.NotEqual(c.From, c.To));
                Assert.All(judged.Corrections, c => Assert.NotEmpty(c.Reason));
            }

            // Neither verdict goes against a finding about a touched line.
            Assert.False(judged.Verdict == Verdict.Go && blocking == Grounding.Yes);
            Assert.False(claim.Verdict == Verdict.NoGo && judged.Verdict != Verdict.NoGo && blocking != Grounding.No);

            // No other word of a reviewer is a verdict.
            Assert.True(claim.Verdict != Verdict.Incomplete || judged.Verdict == Verdict.Incomplete);

            // What was judged once is judged the same again, but for words about an approval that say something of a rejection.
            var again = ReviewRails.Judge(claim with { Verdict = judged.Verdict, Findings = judged.Findings }, facts);
            Assert.True(again.Verdict == judged.Verdict || (claim.Verdict == Verdict.Go && EmptyClaim.IsIn(claim.Summary)));
        }

        Assert.Equal([ReviewRails.EmptyClaimRail, ReviewRails.GroundedRail, ReviewRails.IssueAskRail, ReviewRails.ScopeRail, ReviewRails.FindingsRail], seen.Order(StringComparer.Ordinal));
    }

    // Every combination of what the rules look at.
    private static IEnumerable<(ReviewClaim Claim, ReviewFacts Facts)> Everything()
    {
        Finding[] kinds = [Touched, Untouched, MadeUp, Unclear, Small];
        ReviewIssue?[] issues = [null, Issue, new("t", "write hack/check.sh"), new("t", "make it fast and small")];
        return from verdict in (Verdict[])[Verdict.Go, Verdict.NoGo, Verdict.Incomplete]
               from bits in Enumerable.Range(0, 1 << kinds.Length)
               from outcome in (string?[])[null, "APPROVE", ReviewClaim.Reject]
               from summary in (string[])["s", "there is nothing to review"]
               from ask in (string?[])[null, Ask, "Translate the manual into French and Dutch"]
               from issue in issues
               from changed in (ImmutableArray<string>[])[["calc.py", "big.py"], ["docs/a.md"]]
               select (new ReviewClaim(verdict, summary) { Outcome = outcome, IssueAsk = ask, Findings = [.. kinds.Where((_, i) => (bits & (1 << i)) != 0)] },
                   Facts with { Issue = issue, IssueFault = issue is null ? "away" : null, Changed = changed });
    }

    private static ReviewClaim Claim(Verdict verdict, params Finding[] findings) => new(verdict, "s") { Findings = [.. findings] };

    private static ReviewVerdict Judge(ReviewClaim claim, ReviewFacts? facts = null) => ReviewRails.Judge(claim, facts ?? Facts);
}
