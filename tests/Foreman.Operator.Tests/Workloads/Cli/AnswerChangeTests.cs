using Foreman.Api;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class AnswerChangeTests
{
    private static readonly WorkloadHints Hints = new("team");

    [Fact]
    public void The_only_question_needs_no_step()
    {
        Assert.Equal(("code-42", null), StepOf(Asking("code-42"), null));
        Assert.Equal(("code-42", null), StepOf(Asking("code-42"), "code-42"));
        Assert.Equal(("code-43", null), StepOf(Asking("code-42", "code-43"), "code-43"));
    }

    [Fact]
    public void What_cant_be_answered_is_refused()
    {
        Assert.Equal("Workload w asks nothing now", StepOf(Asking(), null).Refusal);
        Assert.Equal(
            "Workload w asks several questions, of steps code-42, code-43: name one with --step, and read them with: foreman-operator decide w -n team",
            StepOf(Asking("code-42", "code-43"), null).Refusal);
        Assert.Equal("step code-9 of Workload w asks nothing; these do: code-42", StepOf(Asking("code-42"), "code-9").Refusal);
        Assert.StartsWith("Workload w has ended already (Failed)", StepOf(Asking("code-42").Ended(WorkloadPhase.Failed, Reasons.ChildrenFailed), null).Refusal, StringComparison.Ordinal);
        var cancelled = Asking("code-42");
        Assert.StartsWith("Workload w was cancelled", StepOf(cancelled with { Spec = cancelled.Spec with { Cancel = true } }, null).Refusal, StringComparison.Ordinal);
        var answered = Asking("code-42") with { Status = Asking().Status! with { Questions = [new() { Step = "code-42", Question = "Which?", Answer = "One." }] } };
        Assert.Equal("step code-42 of Workload w was answered already", StepOf(answered, "code-42").Refusal);
        Assert.Equal("Workload w asks nothing now", StepOf(answered, null).Refusal);
    }

    [Fact]
    public void An_answer_that_is_not_taken_yet_is_not_replaced()
    {
        var given = Asking("code-42", "code-43");
        given = given with { Metadata = given.Metadata with { Generation = 3 }, Spec = given.Spec with { Decision = new() { Step = "code-42", Answer = "Both." } } };

        Assert.Contains("is not taken yet", StepOf(given, "code-42").Refusal, StringComparison.Ordinal);
        Assert.Contains("is not taken yet", StepOf(given, "code-43").Refusal, StringComparison.Ordinal);
        Assert.Contains("is not taken yet", StepOf(given, null).Refusal, StringComparison.Ordinal);
        Assert.Equal(("code-42", null), AnswerChange.StepOf(given, null, "Both.", Hints));
        Assert.True(AnswerChange.IsGiven(given, "code-42", "Both."));
        Assert.False(AnswerChange.IsGiven(given, "code-43", "Both."));
    }

    [Fact]
    public void An_answer_that_could_not_be_done_makes_room_for_another_one()
    {
        var open = Asking("code-42", "code-43");
        open = open with { Spec = open.Spec with { Decision = new() { Step = "code-42", Answer = "Both." } } };

        Assert.Equal(("code-42", null), StepOf(open, "code-42"));
        Assert.Equal(("code-43", null), StepOf(open, "code-43"));
        Assert.Equal(("code-42", null), AnswerChange.StepOf(open, "code-42", "abandon", Hints));
        Assert.Contains("was given this answer before, and it can't be done", AnswerChange.StepOf(open, "code-42", "Both.", Hints).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_patch_fails_when_anything_has_changed() => Assert.Equal(
        """[{"op":"test","path":"/metadata/uid","value":"uid-w"},{"op":"test","path":"/metadata/resourceVersion","value":"7"},{"op":"add","path":"/spec/decision","value":{"step":"code-42","answer":"Both."}}]""",
        AnswerChange.Patch(Asking("code-42"), "code-42", "Both.").Content.ToJsonString());

    [Fact]
    public void It_is_said_what_comes_of_it()
    {
        Assert.Equal(
            "The answer is stored; step code-42 of Workload w is done again by it. Watch it with: foreman-operator workload w -n team --watch", AnswerChange.Told(Asking("code-42"), "code-42", "Both.", Hints));
        Assert.StartsWith("Step code-42 of Workload w is given up.", AnswerChange.Told(Asking("code-42"), "code-42", "Abandon", Hints), StringComparison.Ordinal);
        Assert.Equal("Workload w asks nothing now.", Assert.Single(AnswerChange.Shown(new(Asking()), Hints)).Text);
        Assert.Equal("Step code-42 asks:", AnswerChange.Shown(new(Asking("code-42")), Hints).First().Text);
    }

    [Fact]
    public void Of_a_pull_request_something_else_comes_of_it()
    {
        var asking = Asking("code-42", "code-43");
        asking = asking with { Status = asking.Status! with { FollowUps = [new() { Step = "code-42", State = FollowUpState.NeedsDecision }] } };

        Assert.StartsWith("The answer is stored; the next revision of the pull request is told it. Watch", AnswerChange.Told(asking, "code-42", "Both.", Hints), StringComparison.Ordinal);
        Assert.StartsWith("The pull request of step code-42 is given up; the Workload will fail. Watch", AnswerChange.Told(asking, "code-42", "abandon", Hints), StringComparison.Ordinal);
        Assert.StartsWith("Step code-43 of Workload w is given up.", AnswerChange.Told(asking, "code-43", "abandon", Hints), StringComparison.Ordinal);
    }

    private static (string Step, string? Refusal) StepOf(Workload workload, string? named) => AnswerChange.StepOf(workload, named, "The first.", Hints);

    private static Workload Asking(params string[] steps)
    {
        var workload = WorkloadSample.Issues([.. steps.Select(s => WorkloadSample.Step(s, StepState.Incomplete))]);
        return workload with
        {
            Metadata = workload.Metadata with { ResourceVersion = "7" },
            Status = workload.Status! with { Questions = [.. steps.Select(s => new WorkloadQuestion { Step = s, Question = "Which?" })] },
        };
    }
}
