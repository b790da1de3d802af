using Foreman.Api;

namespace Foreman.Workloads.Tests.FollowUps;

public sealed class FollowUpNamesTests
{
    [Fact]
    public void Names_of_an_issues_rounds_say_the_issue()
    {
        var names = new FollowUpNames(Given.Batch(42), new HashSet<string>());

        Assert.Equal(("code-42-f1", "code-42-fesc"), (names.Of(Step("code-42-r1", TaskKind.IssueFix), "-f1"), names.Of(Step("code-42-esc", TaskKind.IssueFix), FollowUpNames.Escalation)));
        Assert.Equal("verify-42-f2", names.Of(Step("verify-42-r1-t1", TaskKind.Verify), FollowUpNames.Ending(2)));

        static Step Step(string name, TaskKind kind) => new(name, kind, "coder", new()) { Issue = 42 };
    }

    [Fact]
    public void A_step_that_is_called_like_a_retry_keeps_its_name()
    {
        Assert.Equal("fix-t1-f1", Of("fix-t1"));
        Assert.Equal("fix-f1", Of("fix-t1", "fix"));

        static string Of(string name, params string[] others) =>
            new FollowUpNames(Given.Pipeline(Given.Step("a")), others.ToHashSet()).Of(new(name, TaskKind.Freeform, "writer", new()), "-f1");
    }

    [Theory]
    [InlineData("fix-f1", true)]
    [InlineData("fix-fesc", true)]
    [InlineData("fix-far", false)]
    [InlineData("other-f1", false)]
    public void A_step_that_is_called_as_a_revision_of_another_one_is_refused(string name, bool isTaken)
    {
        var spec = Given.Pipeline(Given.Step("fix"), Given.Step(name)) with { FollowUp = new() };

        Assert.Equal(isTaken, WorkloadPlan.Of(new(Given.Workload("w", spec)) { Agents = Given.Agents }, _ => StepResult.Unmade).Fault?.Message.Contains($"step \"{name}\" has the name that a revision", StringComparison.Ordinal) == true);
        Assert.Null(WorkloadPlan.Of(new(Given.Workload("w", spec with { FollowUp = null })) { Agents = Given.Agents }, _ => StepResult.Unmade).Fault);
    }

    [Fact]
    public void Rounds_that_were_begun_count_whole()
    {
        var first = WorkloadPlan.Of(new(Given.Workload("w", Given.Batch(1, 2))) { Agents = Given.Agents }, _ => StepResult.Unmade).Steps;

        Assert.Equal(0, FollowUpNames.Begun(FollowScene.Batch(1, 2), first, Made()));
        Assert.Equal(6, FollowUpNames.Begun(FollowScene.Batch(1, 2), first, Made("code-1-f1", "code-1-fesc", "code-2-f1", "code-2-f3")));
        Assert.Equal(0, FollowUpNames.Begun(Given.Batch(1, 2), first, Made("code-1-f1")));

        static Func<string, StepResult> Made(params string[] steps) => step => steps.Contains(step) ? new(StepState.Running) : StepResult.Unmade;
    }
}
