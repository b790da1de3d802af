using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Publishing;

namespace Foreman.Runner.Tests.Publishing;

public sealed class CoderOutcomeTests
{
    private static readonly AgentSpec Coder = new() { Role = AgentRole.Coder };

    [Fact]
    public void Work_that_was_done_before_is_told_with_what_did_it()
    {
        foreach (var agent in (AgentSpec?[])[Coder, null])
        {
            var extra = CoderOutcome.Of(Result(Verdict.NoGo, """{"outcome":"already-resolved","resolvedBy":"e97d0ca"}"""), agent, isInBase: true).Extra!;

            Assert.Equal(("ALREADY-RESOLVED", "e97d0ca"), ((string?)extra["outcome"], (string?)extra["resolvedBy"]));
        }
    }

    [Fact]
    public void What_the_base_does_not_hold_is_only_claimed()
    {
        var extra = CoderOutcome.Of(Result(Verdict.NoGo, """{"outcome":"ALREADY-RESOLVED","resolvedBy":"e97d0ca"}"""), Coder, isInBase: false).Extra!;

        Assert.Equal(("ALREADY-RESOLVED", (string?)null, "e97d0ca"), ((string?)extra["outcome"], (string?)extra["resolvedBy"], (string?)extra["claimedResolvedBy"]));
    }

    [Theory]
    [InlineData("e97d0ca", "e97d0ca")]
    [InlineData("commit E97D0CA9, see https://forge/o/r/commit/1234567890abcdef1234567890abcdef12345678.", "e97d0ca9 1234567890abcdef1234567890abcdef12345678")]
    [InlineData("a b c 1234567 1234568 1234569 1234570 1234571 1234572", "1234567 1234568 1234569 1234570 1234571")]
    [InlineData("pull request #41, or main", "")]
    [InlineData("123456", "")]
    public void Commits_are_the_words_that_can_be_one(string by, string named) => Assert.Equal(
        named, string.Join(' ', CoderOutcome.NamedCommits(Result(Verdict.NoGo, new JsonObject { ["outcome"] = "ALREADY-RESOLVED", ["resolvedBy"] = by }.ToJsonString()))));

    [Fact]
    public void A_result_that_claims_nothing_names_no_commits()
    {
        Assert.Empty(CoderOutcome.NamedCommits(Result(Verdict.Go, """{"resolvedBy":"e97d0ca"}""")));
        Assert.Empty(CoderOutcome.NamedCommits(new ResultEnvelope { Verdict = Verdict.NoGo }));
    }

    [Fact]
    public void Facts_that_nobody_here_can_know_are_listed()
    {
        var extra = CoderOutcome.Of(Result(Verdict.NoGo, """{"outcome":"NEEDS-VERIFICATION","unverified":[{"fact":"a metric's name"}]}"""), Coder, isInBase: false).Extra!;

        Assert.Equal(("NEEDS-VERIFICATION", """[{"fact":"a metric\u0027s name"}]"""), ((string?)extra["outcome"], extra["unverified"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("GO", """{"outcome":"ALREADY-RESOLVED"}""")]
    [InlineData("INCOMPLETE", """{"outcome":"ALREADY-RESOLVED"}""")]
    [InlineData("NO-GO", """{"outcome":"SOMETHING-ELSE"}""")]
    [InlineData("NO-GO", """{"outcome":7}""")]
    [InlineData("NO-GO", "{}")]
    public void Other_verdicts_and_other_words_change_nothing(string verdict, string extra)
    {
        var result = Result(new Verdict(verdict), extra);

        Assert.Same(result, CoderOutcome.Of(result, Coder, isInBase: true));
    }

    [Fact]
    public void Only_a_coder_says_so()
    {
        var result = Result(Verdict.NoGo, """{"outcome":"ALREADY-RESOLVED"}""");

        Assert.Same(result, CoderOutcome.Of(result, Coder with { Role = AgentRole.Reviewer }, isInBase: true));
        Assert.Null(CoderOutcome.Of(result, Coder, isInBase: true).Extra!["resolvedBy"]);
    }

    private static ResultEnvelope Result(Verdict verdict, string extra) => new()
    {
        Verdict = verdict,
        Extra = new JsonObject { ["outcome"] = "MODEL-NO-GO", ["modelExtra"] = JsonNode.Parse(extra) },
    };
}
