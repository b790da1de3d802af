using Foreman.Api;
using Foreman.Operator.Live;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadReportTests
{
    private static readonly WorkloadHints Hints = new("team");

    [Fact]
    public void An_ended_batch_is_told_issue_by_issue_with_findings_and_figures()
    {
        var workload = WorkloadSample.Issues(
            WorkloadSample.Step("code-42", StepState.Succeeded) with { PullRequest = "https://git.example/o/r/pulls/7" },
            WorkloadSample.Step("code-43", StepState.Succeeded, 43) with { Superseded = true },
            WorkloadSample.Step("review-43-0", StepState.Incomplete, 43) with { Superseded = true },
            WorkloadSample.Step("code-43-r1", StepState.Succeeded, 43),
            WorkloadSample.Step("review-43-0-r1", StepState.Incomplete, 43)).Ended(WorkloadPhase.Failed, Reasons.ChildrenIncomplete, "2 of 3 tasks on target.");
        workload = workload with { Status = workload.Status! with { Usage = new() { Turns = 3, PromptTokens = 1000, CompletionTokens = 20, Seconds = 5 } } };

        var lines = Lines(
            workload,
            WorkloadSample.Task("code-42", TaskPhase.Succeeded),
            WorkloadSample.Task("review-43-0", TaskPhase.Succeeded, WorkloadSample.Findings(), "it subtracts"),
            WorkloadSample.Task("review-43-0-r1", TaskPhase.Succeeded, WorkloadSample.Findings(2), "it still subtracts"));

        Assert.Equal(
            [
                "w: Failed (ChildrenIncomplete): 2 of 3 tasks on target.",
                "  repository o/r",
                "  intent do it",
                "",
                "issue 42: done, https://git.example/o/r/pulls/7",
                "  code-42  GO          on box: add adds now",
                "",
                "issue 43: not done",
                "  code-43         GO          (a later round took its place)",
                "  review-43-0     NO-GO       on box: it subtracts (a later round took its place)",
                "  revision 1",
                "  code-43-r1      GO",
                "  review-43-0-r1  NO-GO       on box: it still subtracts",
                "      major calc.py:1 add subtracts",
                "      major calc.py:2 add subtracts",
                "",
                "Used by ended tasks: 3 turns, 1,000 tokens read, 20 written, 00:00:05.",
                "Go on with:",
                "  foreman-operator result w-review-43-0-r1 -n team",
            ],
            lines.Select(l => l.Text));
        Assert.Equal([LineLook.Bad, LineLook.Good, LineLook.Bad], new[] { lines[0], lines[4], lines[7] }.Select(l => l.Look));
    }

    [Fact]
    public void A_workload_under_way_says_how_to_watch_and_to_end_it()
    {
        var lines = Lines(WorkloadSample.Issues(WorkloadSample.Step("code-42", StepState.Pending))).Select(l => l.Text).ToArray();

        Assert.Equal(["Go on with:", "  foreman-operator workload w -n team --watch", "  foreman-operator workload w -n team --cancel"], lines[^3..]);
    }

    [Fact]
    public void A_suspended_one_says_how_to_go_on()
    {
        var workload = WorkloadSample.Issues();
        workload = workload with { Status = workload.Status! with { Conditions = [new() { Type = ConditionTypes.Suspended, Status = "True", Message = "held" }] } };

        Assert.Equal("  foreman-operator workload w -n team --resume", Lines(workload)[^1].Text);
    }

    [Fact]
    public void A_plan_that_is_held_shows_its_reasons_and_how_to_go_on()
    {
        var workload = WorkloadSample.Proposed(
            WorkloadSample.Step("plan", StepState.Succeeded, null), WorkloadSample.Step("code-1", StepState.Planned, null) with { Why = "it is slow" });
        workload = workload with { Status = workload.Status! with { Conditions = [new() { Type = ConditionTypes.Suspended, Status = "True", Message = "held" }] } };

        var lines = Lines(workload).Select(l => l.Text).ToArray();

        Assert.Contains("  code-1  planned     issue-fix by coder: it is slow", lines);
        Assert.Contains("  foreman-operator workload w -n team --resume", lines);
    }

    [Fact]
    public void A_pipeline_lists_its_pull_requests_and_one_without_tasks_what_to_look_at()
    {
        var pipeline = WorkloadSample.Pipeline(WorkloadSample.Step("publish", StepState.Succeeded, null)).Ended(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        pipeline = pipeline with { Status = pipeline.Status! with { PullRequests = ["https://git.example/o/r/pulls/7"] } };
        var invalid = WorkloadSample.Issues().Ended(WorkloadPhase.Failed, Reasons.InvalidPlan, "spec.issues: give numbers.");

        Assert.Contains("Pull request: https://git.example/o/r/pulls/7", Lines(pipeline).Select(l => l.Text));
        Assert.Equal("  kubectl describe workload w -n team", Lines(invalid)[^1].Text);
    }

    [Fact]
    public void Of_a_deleted_one_nothing_is_left_to_do() =>
        Assert.DoesNotContain("Go on with:", WorkloadReport.Lines(new(WorkloadSample.Issues()) { IsGone = true }, Hints).Select(l => l.Text));

    private static EndLine[] Lines(Workload workload, params AgenticTask[] tasks) => [.. WorkloadReport.Lines(WorkloadSample.State(workload, tasks), Hints)];
}
