using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Try;

namespace Foreman.Operator.Tests.Try;

[Trait("Kind", "10")]
public class ResultTextTests
{
    private static readonly ModelSource Model = new(new("http://127.0.0.1:8080"), "qwen", Demo: false);

    [Fact]
    public void What_went_wrong_shows_the_cause_of_every_attempt()
    {
        var result = Failed(
            new TaskAttempt { Attempt = 1, Node = "box", Outcome = AttemptOutcome.Lost, Reason = "HolderLost", Message = "box has been silent for 55 s" },
            new TaskAttempt { Attempt = 2, Node = "box", Outcome = AttemptOutcome.GivenBack, Reason = "InferenceServiceUnavailable", Message = "http://127.0.0.1:8080 answered 500: out of memory" });

        var lines = ResultText.Lines(result, "kc", keep: false).ToArray();

        Assert.Equal("INCOMPLETE (InferenceServiceUnavailable): Attempt 2 on box ended with InferenceServiceUnavailable.", lines[1]);
        Assert.Equal("  attempt 1 on box: HolderLost: box has been silent for 55 s", lines[2]);
        Assert.Equal("  attempt 2 on box: InferenceServiceUnavailable: http://127.0.0.1:8080 answered 500: out of memory", lines[3]);
        Assert.Equal("http://127.0.0.1:8080 answered 500: out of memory", (string?)JsonNode.Parse(result.ToJson())!["cause"]);
        Assert.Equal("InferenceServiceUnavailable", (string?)JsonNode.Parse(result.ToJson())!["reason"]);
    }

    [Fact]
    public void Without_a_message_the_condition_is_the_cause()
    {
        var result = Failed(new TaskAttempt { Attempt = 1, Node = "box", Outcome = AttemptOutcome.GivenBack, Reason = "Timeout" });

        Assert.Equal("Attempt 2 on box ended with InferenceServiceUnavailable.", result.Cause);
        Assert.Equal(["attempt 1 on box: Timeout"], result.Causes);
    }

    [Fact]
    public void A_message_of_a_server_does_not_reach_the_terminal_as_it_is()
    {
        var result = Failed(new TaskAttempt { Attempt = 1, Node = "box", Outcome = AttemptOutcome.Failed, Reason = "ToolFailed", Message = "\u001b[2Jgone" });

        Assert.All(ResultText.Lines(result, "kc", keep: false), line => Assert.DoesNotContain(line, char.IsControl));
    }

    [Fact]
    public void A_task_that_went_well_shows_no_cause()
    {
        var task = new AgenticTask
        {
            Metadata = new() { Name = "hello" },
            Status = new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, Attempts = [new() { Attempt = 1, Outcome = AttemptOutcome.Lost, Message = "lost" }] },
        };
        var result = new TryResult(task, Model, null, null, TimeSpan.FromSeconds(1));

        Assert.Empty(result.Causes);
        Assert.Null(result.Cause);
    }

    private static TryResult Failed(params TaskAttempt[] attempts)
    {
        var task = new AgenticTask
        {
            Metadata = new() { Name = "hello", NamespaceProperty = "default" },
            Status = new()
            {
                Phase = TaskPhase.Failed,
                Verdict = Verdict.Incomplete,
                FailureReason = FailureReason.InferenceServiceUnavailable,
                Attempts = attempts,
                Conditions = [new() { Type = ConditionTypes.Completed, Status = "True", Reason = "InferenceServiceUnavailable", Message = "Attempt 2 on box ended with InferenceServiceUnavailable." }],
            },
        };
        return new TryResult(task, Model, null, null, TimeSpan.FromSeconds(1));
    }
}
