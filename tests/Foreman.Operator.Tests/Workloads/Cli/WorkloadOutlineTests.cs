using Foreman.Api;
using Foreman.Operator.Live;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadOutlineTests
{
    [Fact]
    public void Steps_of_an_issue_are_told_apart_by_round()
    {
        string[] names =
        [
            "code-42", "verify-42", "verify-42-t1", "review-42-0", "review-42-1", "code-42-r1", "code-42-r1-t2", "verify-42-r1", "review-42-0-r1", "review-42-1-r1",
            "code-42-esc", "verify-42-esc", "review-42-esc-0", "escalate-42-0",
        ];
        var groups = WorkloadOutline.Of(WorkloadSample.Issues([.. names.Select(n => WorkloadSample.Step(n, StepState.Succeeded)), WorkloadSample.Step("code-43", StepState.Planned, 43)]));

        Assert.Equal([42, 43], groups.Select(g => g.Issue));
        Assert.Equal(
            [("", 5), ("revision 1", 5), ("another coder", 3), ("further reviews", 1)],
            groups[0].Rounds.Select(r => (r.Title, r.Steps.Length)));
    }

    [Fact]
    public void A_pipeline_is_one_group_whatever_its_steps_are_called()
    {
        var group = Assert.Single(WorkloadOutline.Of(WorkloadSample.Pipeline(WorkloadSample.Step("code-42-r1", StepState.Running), WorkloadSample.Step("publish", StepState.Planned, null))));

        Assert.Null(group.Issue);
        Assert.Equal(2, Assert.Single(group.Rounds).Steps.Length);
        Assert.Empty(WorkloadOutline.Of(WorkloadSample.Pipeline()));
        Assert.Null(Assert.Single(WorkloadOutline.Of(WorkloadSample.Proposed(WorkloadSample.Step("plan", StepState.Succeeded, null), WorkloadSample.Step("fix", StepState.Planned, 42)))).Issue);
    }

    [Theory]
    [InlineData("planned", "Planned", "Planned")]
    [InlineData("running", "Running", "Planned")]
    [InlineData("waiting", "Succeeded", "Pending")]
    [InlineData("done", "Succeeded", "Succeeded")]
    [InlineData("failed", "Failed", "Incomplete")]
    [InlineData("not done", "Succeeded", "Incomplete")]
    [InlineData("already resolved", "AlreadyResolved", "Skipped")]
    public void An_issue_stands_where_its_steps_do(string word, string code, string review)
    {
        var group = Assert.Single(WorkloadOutline.Of(WorkloadSample.Issues(WorkloadSample.Step("code-42", new StepState(code)), WorkloadSample.Step("review-42-0", new StepState(review)))));

        Assert.Equal(word, group.State);
    }

    [Fact]
    public void A_superseded_refusal_does_not_count_and_the_last_result_does()
    {
        var group = Assert.Single(WorkloadOutline.Of(WorkloadSample.Issues(
            WorkloadSample.Step("code-42", StepState.Succeeded) with { Superseded = true, Branch = "old" },
            WorkloadSample.Step("review-42-0", StepState.Incomplete) with { Superseded = true },
            WorkloadSample.Step("code-42-r1", StepState.Succeeded) with { Branch = "foreman/w/issue-42", CommitSHA = "0123456789abcdef" },
            WorkloadSample.Step("review-42-0-r1", StepState.Succeeded))));

        Assert.Equal(("done", LineLook.Good), (group.State, group.Look));
        Assert.Equal("branch foreman/w/issue-42 at 0123456789", group.Result);
        var reviewed = group with { Rounds = [group.Rounds[0], group.Rounds[1] with { Steps = [group.Rounds[1].Steps[0], group.Rounds[1].Steps[1] with { PullRequest = "https://git.example/7" }] }] };
        Assert.Equal("https://git.example/7", reviewed.Result);
    }
}
