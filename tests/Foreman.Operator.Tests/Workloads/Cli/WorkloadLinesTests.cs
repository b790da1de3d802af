using Foreman.Api;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadLinesTests
{
    private static readonly WorkloadStep Planned = WorkloadSample.Step("review-42-0", StepState.Planned);

    [Fact]
    public void Steps_are_told_when_they_begin_get_on_and_end()
    {
        var begun = WorkloadSample.State(WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Pending), Planned));
        var running = WorkloadSample.State(WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Running), Planned), WorkloadSample.Task("code-42", TaskPhase.Running));
        var over = WorkloadSample.State(
            WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Succeeded), WorkloadSample.Step("review-42-0", StepState.Incomplete)).Ended(WorkloadPhase.Failed, Reasons.ChildrenIncomplete, "1 of 2."),
            WorkloadSample.Task("code-42", TaskPhase.Succeeded),
            WorkloadSample.Task("review-42-0", TaskPhase.Succeeded, WorkloadSample.Findings(), "it subtracts"));

        Assert.Equal(["  step     code-42 waiting", "  workload w Dispatched: 2 in flight, 0 on target"], WorkloadLines.Between(new(begun.Workload with { Status = null }), begun));
        Assert.Equal(["  step     code-42 running on box, model qwen"], WorkloadLines.Between(begun, running));
        Assert.Equal(
            [
                "  step     code-42 GO on box: add adds now",
                "  step     review-42-0 NO-GO on box: it subtracts",
                "           major calc.py:1 add subtracts",
                "  workload w Failed (ChildrenIncomplete): 1 of 2.",
            ],
            WorkloadLines.Between(running, over));
        Assert.Empty(WorkloadLines.Between(over, over));
    }

    [Fact]
    public void A_plan_is_told_with_its_reasons_when_it_is_there()
    {
        var asked = WorkloadSample.Step("plan", StepState.Succeeded, null);
        var planned = WorkloadSample.Step("code-1", StepState.Planned, null) with { Why = "it is slow" };
        var before = WorkloadSample.State(WorkloadSample.Proposed(asked));
        var after = WorkloadSample.State(WorkloadSample.Proposed(asked, planned));

        Assert.Equal("  plan     code-1 issue-fix by coder: it is slow", WorkloadLines.Between(before, after).First());
        Assert.DoesNotContain(WorkloadLines.Between(after, after with { IsUnseen = true }), l => l.Contains("it is slow", StringComparison.Ordinal));
    }

    [Fact]
    public void Notes_trouble_and_a_missing_operator_are_told_once()
    {
        var before = new WorkloadState(WorkloadSample.Issues() with { Status = null });
        var unseen = before with { IsUnseen = true, Trouble = "the API server can't be reached" };
        var noted = before with
        {
            Workload = before.Workload with { Status = new() { Conditions = [new() { Type = ConditionTypes.Truncated, Status = "True", Message = "4 of 8" }] } },
        };

        Assert.Equal(["  cluster  the API server can't be reached; it is tried again", "  workload w: " + DispatchLines.Unseen], WorkloadLines.Between(before, unseen));
        Assert.Empty(WorkloadLines.Between(unseen, unseen));
        Assert.Equal(["  note     Truncated: 4 of 8"], WorkloadLines.Between(before, noted));
        Assert.Equal(["  workload w deleted before it ended"], WorkloadLines.Between(before, before with { IsGone = true }));
    }

    [Fact]
    public void Many_findings_are_cut_with_the_command_that_shows_all()
    {
        var step = WorkloadSample.Step("review-42-0", StepState.Incomplete);
        var state = WorkloadSample.State(WorkloadSample.Issues(step), WorkloadSample.Task("review-42-0", TaskPhase.Succeeded, WorkloadSample.Findings(9)));

        var lines = WorkloadLines.Findings(state, step).ToArray();

        Assert.Equal(6, lines.Length);
        Assert.EndsWith("foreman-operator result w-review-42-0", lines[5], StringComparison.Ordinal);
        Assert.Empty(WorkloadLines.Findings(state, step with { State = StepState.Running }));
    }
}
