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
            var extra = CoderOutcome.Of(Result(Verdict.NoGo, """{"outcome":"already-resolved","resolvedBy":"e97d0ca"}"""), agent).Extra!;

            Assert.Equal(("ALREADY-RESOLVED", "e97d0ca"), ((string?)extra["outcome"], (string?)extra["resolvedBy"]));
        }
    }

    [Fact]
    public void Facts_that_nobody_here_can_know_are_listed()
    {
        var extra = CoderOutcome.Of(Result(Verdict.NoGo, """{"outcome":"NEEDS-VERIFICATION","unverified":[{"fact":"a metric's name"}]}"""), Coder).Extra!;

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

        Assert.Same(result, CoderOutcome.Of(result, Coder));
    }

    [Fact]
    public void Only_a_coder_says_so()
    {
        var result = Result(Verdict.NoGo, """{"outcome":"ALREADY-RESOLVED"}""");

        Assert.Same(result, CoderOutcome.Of(result, Coder with { Role = AgentRole.Reviewer }));
        Assert.Null(CoderOutcome.Of(result, Coder).Extra!["resolvedBy"]);
    }

    private static ResultEnvelope Result(Verdict verdict, string extra) => new()
    {
        Verdict = verdict,
        Extra = new JsonObject { ["outcome"] = "MODEL-NO-GO", ["modelExtra"] = JsonNode.Parse(extra) },
    };
}
