using Foreman.Api;

namespace Foreman.Workloads.Tests.Issues;

public sealed class GrowthTests
{
    [Fact]
    public void Groups_are_added_as_long_as_there_is_room()
    {
        var growth = new Growth(new TaskCap(5, "spec.maxTasks"), 2, _ => StepResult.Unmade);

        growth.Add([Group(StepGroupKind.Revision, 1, "a", "b"), Group(StepGroupKind.Revision, 2, "c", "d"), Group(StepGroupKind.Revision, 3, "e")]);

        Assert.Equal([1, 3], growth.Admitted.Select(g => g.Issue));
        Assert.Equal((Reasons.MaxTasksIterationCap, "spec.maxTasks 5: with 4 tasks there is no room for a revision (c, d); raise it to have them."), growth.Refusal!.Value);
        Assert.Equal((1, 0, true, false), (growth.LastRound(1), growth.LastRound(2), growth.Has(StepGroupKind.Revision, 1), growth.Has(StepGroupKind.CoderEscalation, 1)));
    }

    [Fact]
    public void What_was_half_made_comes_before_what_was_not_begun()
    {
        var growth = new Growth(new TaskCap(4, "spec.maxTasks"), 2, s => s == "d" ? new StepResult(StepState.Running) : StepResult.Unmade);

        growth.Add([Group(StepGroupKind.Revision, 1, "a", "b"), Group(StepGroupKind.Revision, 2, "c", "d")]);

        Assert.Equal(2, Assert.Single(growth.Admitted).Issue);
        Assert.NotNull(growth.Refusal);
    }

    [Fact]
    public void What_was_half_made_stays_when_the_cap_is_lowered()
    {
        var growth = new Growth(new TaskCap(1, "spec.maxTasks"), 2, _ => new StepResult(StepState.Failed));

        growth.Add([Group(StepGroupKind.Revision, 1, "a", "b")]);

        Assert.Single(growth.Admitted);
        Assert.Null(growth.Refusal);
    }

    [Theory]
    [InlineData("CoderEscalation", "MaxTasksCoderEscalationCap")]
    [InlineData("Revision", "MaxTasksIterationCap")]
    [InlineData("FurtherReviews", "MaxTasksEscalationCap")]
    public void The_first_group_without_room_is_told_by_its_kind(string kind, string reason)
    {
        var growth = new Growth(new TaskCap(2, "spec.maxTasks"), 2, _ => StepResult.Unmade);

        growth.Add([Group(Enum.Parse<StepGroupKind>(kind), 1, "a")]);
        growth.Add([Group(StepGroupKind.Revision, 2, "b")]);

        Assert.Equal(reason, growth.Refusal!.Value.Reason);
        Assert.False(growth.HasFurtherReviews);
    }

    [Fact]
    public void A_group_of_nothing_is_not_added()
    {
        var growth = new Growth(new TaskCap(null, "spec.maxTasks"), 2, _ => StepResult.Unmade);

        growth.Add([Group(StepGroupKind.FurtherReviews, 1)]);

        Assert.Empty(growth.Admitted);
        Assert.Null(growth.Refusal);
    }

    private static StepGroup Group(StepGroupKind kind, int issue, params string[] steps) =>
        new(kind, issue, 1, "", [.. steps.Select(s => new Step(s, TaskKind.Freeform, "writer", new()))]);
}
