using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class ReviewClaimTests
{
    [Fact]
    public void What_a_reviewer_submits_is_read()
    {
        var claim = Claim(Verdict.NoGo, "s", """{"reviewOutcome":"request changes","issueAsk":" quote ","filesTouched":["a.cs",7,"b.cs"],"findings":[{"message":"m"}]}""");

        Assert.Equal((Verdict.NoGo, "REQUEST-CHANGES", "quote"), (claim.Verdict, claim.Outcome, claim.IssueAsk));
        Assert.Equal(["a.cs", "b.cs"], claim.FilesTouched!);
        Assert.Equal("m", Assert.Single(claim.Findings).Message);
    }

    [Fact]
    public void A_rejection_in_prose_is_a_finding_itself()
    {
        var finding = Assert.Single(Claim(Verdict.NoGo, "calc.py:2 subtracts", null).Findings);

        Assert.Equal((Finding.Major, "calc.py", 2L), (finding.Severity, finding.File, finding.Line));
    }

    [Theory]
    [InlineData("NO-GO", "major")]
    [InlineData("GO", "minor")]
    public void A_finding_that_does_not_say_how_bad_it_is_follows_the_verdict(string verdict, string severity) =>
        Assert.Equal(severity, Assert.Single(Claim(new Verdict(verdict), "s", """{"findings":["calc.py:2 subtracts"]}""").Findings).Severity);

    [Fact]
    public void An_approval_in_prose_has_no_findings() => Assert.Empty(Claim(Verdict.Go, "calc.py:2 adds now", null).Findings);

    [Theory]
    [InlineData("""{"reviewOutcome":7,"issueAsk":[],"filesTouched":"a.cs","findings":null}""")]
    [InlineData("""{"reviewOutcome":"MAYBE","issueAsk":"  "}""")]
    public void What_has_no_sense_was_not_said(string extra)
    {
        var claim = Claim(Verdict.Go, "s", extra);

        Assert.Equal((null, null, null), (claim.Outcome, claim.IssueAsk, claim.FilesTouched));
        Assert.Empty(claim.Findings);
    }

    private static ReviewClaim Claim(Verdict verdict, string summary, string? extra) => ReviewClaim.Of(new ResultEnvelope
    {
        Verdict = verdict,
        Summary = summary,
        Extra = extra is null ? null : new JsonObject { ["modelExtra"] = JsonNode.Parse(extra) },
    });
}
