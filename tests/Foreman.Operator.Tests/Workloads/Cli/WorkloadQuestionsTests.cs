using Foreman.Api;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadQuestionsTests
{
    private static readonly WorkloadStep Asks = WorkloadSample.Step("code-42", StepState.Incomplete);

    private static readonly Workload Parked = Asking(WorkloadSample.Issues(Asks, WorkloadSample.Step("verify-42", StepState.Failed)), "code-42");

    [Fact]
    public void A_Workload_is_parked_when_nothing_goes_on_before_an_answer()
    {
        Assert.True(new WorkloadState(Parked).IsParked);
        Assert.True(new WorkloadState(With(
            WorkloadSample.Step("mend", StepState.Planned) with { DependsOn = ["code-42"] }, WorkloadSample.Step("tell", StepState.Planned) with { DependsOn = ["mend"] })).IsParked);
        Assert.True(new WorkloadState(With(
            WorkloadSample.Step("tell", StepState.Planned) with { DependsOn = ["mend"] }, WorkloadSample.Step("mend", StepState.Planned) with { DependsOn = ["code-42"] })).IsParked);
        Assert.True(new WorkloadState(With(
            WorkloadSample.Step("look", StepState.Failed) with { DependsOn = ["code-42"] }, WorkloadSample.Step("mend", StepState.Planned) with { DependsOn = ["look"] })).IsParked);
    }

    [Fact]
    public void It_is_not_while_other_work_goes_on()
    {
        Assert.False(new WorkloadState(With(WorkloadSample.Step("code-43", StepState.Running, 43))).IsParked);
        Assert.False(new WorkloadState(With(WorkloadSample.Step("code-43", StepState.Pending, 43))).IsParked);
        Assert.False(new WorkloadState(With(WorkloadSample.Step("code-43", StepState.Planned, 43))).IsParked);
        Assert.False(new WorkloadState(Parked with { Spec = Parked.Spec with { Suspend = true } }).IsParked);
        Assert.False(new WorkloadState(Parked with { Metadata = Parked.Metadata with { Generation = 3 } }).IsParked);
        Assert.False(new WorkloadState(Parked with { Status = Parked.Status! with { FollowUps = [new() { State = FollowUpState.Revising }] } }).IsParked);
        Assert.True(new WorkloadState(Parked with { Status = Parked.Status! with { FollowUps = [new() { State = FollowUpState.Ready }] } }).IsParked);
    }

    [Fact]
    public void It_is_not_once_an_answer_is_given_or_it_has_ended()
    {
        var seen = Parked with { Spec = Parked.Spec with { Decision = new() { Step = "code-42", Answer = "Both." } } };
        var given = seen with { Metadata = Parked.Metadata with { Generation = 3 } };

        Assert.False(new WorkloadState(given).IsParked);
        Assert.Empty(new WorkloadState(given).OpenQuestions);

        // The operator has looked at the answer and could not do it.
        Assert.True(new WorkloadState(seen).IsParked);
        Assert.Single(new WorkloadState(seen).OpenQuestions);
        Assert.False(new WorkloadState(Parked.Ended(WorkloadPhase.Failed, Reasons.ChildrenFailed)).IsParked);
        Assert.False(new WorkloadState(Parked with { Spec = Parked.Spec with { Cancel = true } }).IsParked);
        Assert.False(new WorkloadState(Parked) { IsGone = true }.IsParked);
        Assert.False(new WorkloadState(WorkloadSample.Issues(Asks)).IsParked);
    }

    [Fact]
    public void Questions_are_shown_whole_with_the_commands_that_answer_them() => Assert.Equal(
        [
            "Step code-42 asks:",
            "  Which of both?",
            "  a\\u001b[31m or b",
            "Answer it, or give the step up, with:",
            "  foreman-operator decide w ANSWER -n team",
            "  foreman-operator decide w abandon -n team",
        ],
        Lines(Asking(Parked, "code-42", "Which of both?\na\u001b[31m or b")));

    [Fact]
    public void Of_several_each_names_its_step()
    {
        var two = Parked with { Status = Parked.Status! with { Questions = [.. Parked.Status.Questions!, new() { Step = "code-43", Question = "Here?" }] } };

        Assert.Contains("  foreman-operator decide w ANSWER --step code-43 -n team", Lines(two));
    }

    [Fact]
    public void A_report_shows_them_before_the_steps_and_says_it_once()
    {
        var told = Parked with
        {
            Status = Parked.Status! with { Conditions = [new() { Type = ConditionTypes.NeedsDecision, Status = "True", Reason = Reasons.QuestionAsked, Message = "Step code-42 asks: Which?" }] },
        };

        var lines = WorkloadReport.Lines(new(told), new("team")).Select(l => l.Text).ToList();

        Assert.InRange(lines.IndexOf("Step code-42 asks:"), 1, lines.FindIndex(l => l.StartsWith("issue 42", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, l => l.Contains("NeedsDecision", StringComparison.Ordinal));
        Assert.Contains("NeedsDecision: Step code-42 asks: Which?", WorkloadText.Notes(told));
    }

    private static Workload With(params WorkloadStep[] more) => Parked with { Status = Parked.Status! with { Plan = [.. Parked.Status.Plan!, .. more] } };

    private static Workload Asking(Workload workload, string step, string question = "Which?") =>
        workload with { Status = workload.Status! with { Questions = [new() { Step = step, Question = question }] } };

    private static IEnumerable<string> Lines(Workload workload) => WorkloadQuestions.Lines(new(workload), new("team")).Select(l => l.Text);
}
