using System.Text.Json;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Results;
using Foreman.Api;
using Foreman.Git;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Results;

public sealed class ResultBuilderTests
{
    private const string Shown = "[left out: GitHub token]";
    private static readonly string Key = "ghp_" + new string('a', 36);

    [Fact]
    public void A_key_is_in_no_word_of_a_result_but_the_message_of_a_commit_which_is_looked_through_later()
    {
        using var extra = JsonDocument.Parse($$"""{"prBody":"with {{Key}}"}""");
        var result = Build(LoopOutcomes.Decided(new Submission("GO", $"wrote {Key}", $"Add {Key}", extra.RootElement)));

        Assert.Equal($"wrote {Shown}", result.Envelope.Summary);
        Assert.Equal($"with {Shown}", (string?)result.Envelope.Extra!["modelExtra"]!["prBody"]);
        Assert.Equal($"Add {Key}", (string?)result.Envelope.Extra["commitMessage"]);
        Assert.Null(result.Envelope.Extra["message"]);
    }

    [Fact]
    public void A_message_of_a_commit_that_is_cut_ends_with_a_whole_word()
    {
        var begin = new string('x', ResultBuilder.MaxCommitMessageBytes - 20);

        Assert.Equal(begin, ResultBuilder.CommitMessage($"{begin}\n{Key} more"));
        Assert.Equal("one two", ResultBuilder.CommitMessage("one two"));
        Assert.Equal(ResultBuilder.MaxCommitMessageBytes, ResultBuilder.CommitMessage(new string('x', 2 * ResultBuilder.MaxCommitMessageBytes)).Length);
    }

    [Fact]
    public void Why_a_run_failed_is_looked_through_before_it_is_cut_and_more_of_it_stands_beside_the_summary()
    {
        // The key begins within the summary, and a second one within what stands beside it.
        var why = new string('x', ResultEnvelope.MaxSummaryBytes - 10) + $" {Key} " + new string('y', ResultBuilder.MaxMessageBytes - ResultEnvelope.MaxSummaryBytes - 40) + $" {Key}";

        var result = Build(LoopOutcomes.Failed(FailureReason.InfrastructureError, Outcomes.Incomplete, why));

        Assert.Equal(ResultEnvelope.MaxSummaryBytes, result.Envelope.Summary.Length);
        var message = (string?)result.Envelope.Extra!["message"];
        Assert.Equal(ResultBuilder.MaxMessageBytes, message!.Length);
        Assert.DoesNotContain("ghp_", result.Envelope.Summary + message, StringComparison.Ordinal);
        Assert.Contains(Shown, message, StringComparison.Ordinal);
    }

    private static AgentRunResult Build(LoopOutcome outcome) => ResultBuilder.Build(outcome, null, "tiny", TimeSpan.FromSeconds(1), Redaction.OfForms);
}
