using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class ReviewReportTests
{
    private static readonly ImmutableArray<string> Changed = ["calc.py"];
    private static readonly Finding Said = new(Finding.Blocker, "wrong") { File = "calc.py", Line = 2, Grounding = Grounding.Yes };

    [Fact]
    public void Findings_stand_in_the_result_with_their_places()
    {
        var extra = Extra(new ReviewClaim(Verdict.NoGo, "s") { FindingsLeftOut = 3 }, new ReviewVerdict(Verdict.NoGo, [Said, Said with { File = null, FileClaimed = "x.py", Line = null, LineClaimed = 7, Grounding = Grounding.No, Severity = Finding.Minor, SeverityClaimed = "medium" }]));

        Assert.Equal("""[{"severity":"blocker","file":"calc.py","line":2,"message":"wrong","grounded":true},{"severity":"minor","severityClaimed":"medium","fileClaimed":"x.py","lineClaimed":7,"message":"wrong","grounded":false}]""", extra["findings"]!.ToJsonString());
        Assert.Equal((3, "MODEL-NO-GO", "REQUEST-CHANGES"), ((int)extra["findingsLeftOut"]!, (string?)extra["outcome"], (string?)extra["reviewOutcome"]));
        Assert.Null(extra["verdictClaimed"]);
    }

    [Fact]
    public void The_files_of_the_change_replace_those_that_the_reviewer_names_which_are_kept()
    {
        var claim = new ReviewClaim(Verdict.Go, "s") { FilesTouched = ["calc.py", "made-up.py"] };

        var extra = Extra(claim, new ReviewVerdict(Verdict.Go, []));

        Assert.Equal(("""["calc.py"]""", """["calc.py","made-up.py"]"""), (extra["filesTouched"]!.ToJsonString(), extra["filesTouchedClaimed"]!.ToJsonString()));
        Assert.Null(Extra(claim with { FilesTouched = ["calc.py"] }, new ReviewVerdict(Verdict.Go, []))["filesTouchedClaimed"]);
    }

    [Fact]
    public void A_corrected_verdict_is_told_with_what_was_said_in_both_places()
    {
        var claim = new ReviewClaim(Verdict.Go, "all is well") { Outcome = "APPROVE" };
        var verdict = new ReviewVerdict(Verdict.NoGo, []) { Corrections = [new(ReviewRails.ScopeRail, Verdict.Go, Verdict.NoGo, "it touches nothing of it")] };

        var result = ReviewReport.Of(Result(claim), claim, verdict, Changed);

        Assert.Equal((Verdict.NoGo, "NO-GO, where the reviewer said GO: it touches nothing of it. The reviewer: all is well"), (result.Envelope.Verdict, result.Envelope.Summary));
        foreach (var place in (JsonNode[])[result.Envelope.Extra!, result.Envelope.Extra!["modelExtra"]!])
        {
            Assert.Equal(("GO", true, "scope-overlap", "it touches nothing of it"), ((string?)place["verdictClaimed"], (bool)place["verdictDemoted"]!, (string?)place["verdictDemotedBy"], (string?)place["demotionReason"]));
            Assert.Equal(("REQUEST-CHANGES", "APPROVE"), ((string?)place["reviewOutcome"], (string?)place["reviewOutcomeClaimed"]));
        }

        Assert.Equal("mine", (string?)result.Envelope.Extra!["modelExtra"]!["other"]);
    }

    [Fact]
    public void A_rejection_that_became_an_approval_is_no_demotion()
    {
        var claim = new ReviewClaim(Verdict.NoGo, "no") { Outcome = "REQUEST-CHANGES" };
        var extra = Extra(claim, new ReviewVerdict(Verdict.Go, []) { Corrections = [new(ReviewRails.GroundedRail, Verdict.NoGo, Verdict.Go, "none")] });

        Assert.Equal(("NO-GO", "grounded-finding", (JsonNode?)null), ((string?)extra["verdictClaimed"], (string?)extra["verdictCorrectedBy"], extra["verdictDemoted"]));
        Assert.Equal("""[{"rail":"grounded-finding","from":"NO-GO","to":"GO","reason":"none"}]""", extra["corrections"]!.ToJsonString());
    }

    [Fact]
    public void What_the_issue_asks_for_is_told_with_whether_the_reviewer_knew_it()
    {
        var extra = Extra(
            new ReviewClaim(Verdict.Go, "s") { IssueAsk = "said" },
            new ReviewVerdict(Verdict.Go, []) { IssueAsk = "asked", IssueAskVerified = false, ScopeNames = ["a.py"], ScopeTouched = [], Skipped = ["x: y"] });

        Assert.Equal(("asked", "said", false, true), ((string?)extra["issueAsk"], (string?)extra["issueAskClaimed"], (bool)extra["issueAskVerified"]!, (bool)extra["scopeDriftDetected"]!));
        Assert.Equal("""["x: y"]""", extra["railsSkipped"]!.ToJsonString());
    }

    [Fact]
    public void What_nobody_could_tell_of_the_issue_is_told_as_that()
    {
        var extra = Extra(new ReviewClaim(Verdict.Go, "s") { IssueAsk = "said" }, new ReviewVerdict(Verdict.Go, []) { IssueAsk = "asked", IssueAskVerified = null });

        Assert.Equal(("asked", "said", (JsonNode?)null), ((string?)extra["issueAsk"], (string?)extra["issueAskClaimed"], extra["issueAskVerified"]));
    }

    [Fact]
    public void A_review_that_is_none_has_no_outcome_of_a_review()
    {
        var claim = new ReviewClaim(Verdict.NoGo, "the branch is empty");
        var verdict = new ReviewVerdict(Verdict.Incomplete, []) { Reason = FailureReason.ModelReportedError, Corrections = [new(ReviewRails.EmptyClaimRail, Verdict.NoGo, Verdict.Incomplete, "r")] };

        var envelope = ReviewReport.Of(Result(claim), claim, verdict, Changed).Envelope;

        Assert.Equal((Verdict.Incomplete, FailureReason.ModelReportedError, "MODEL-DECIDED", (JsonNode?)null), (envelope.Verdict, envelope.FailureReason, (string?)envelope.Extra!["outcome"], envelope.Extra["reviewOutcome"]));
    }

    [Fact]
    public void A_rejection_for_good_stays_one() =>
        Assert.Equal("REJECT", (string?)Extra(new ReviewClaim(Verdict.NoGo, "s") { Outcome = "REJECT" }, new ReviewVerdict(Verdict.NoGo, []))["reviewOutcome"]);

    [Fact]
    public void Names_of_files_are_bounded()
    {
        var claim = new ReviewClaim(Verdict.Go, "s");
        var extra = ReviewReport.Of(Result(claim), claim, new ReviewVerdict(Verdict.Go, []), [.. Enumerable.Range(0, 250).Select(i => FormattableString.Invariant($"f{i}"))]).Envelope.Extra!;

        Assert.Equal((ReviewReport.MaxFiles, 50), (extra["filesTouched"]!.AsArray().Count, (int)extra["filesLeftOut"]!));
    }

    private static JsonObject Extra(ReviewClaim claim, ReviewVerdict verdict) => ReviewReport.Of(Result(claim), claim, verdict, Changed).Envelope.Extra!;

    private static AgentRunResult Result(ReviewClaim claim) => new()
    {
        Phase = TaskPhase.Succeeded,
        Usage = new Usage(),
        Envelope = new ResultEnvelope { Verdict = claim.Verdict, Summary = claim.Summary, Extra = new JsonObject { ["modelExtra"] = new JsonObject { ["other"] = "mine" } } },
    };
}
