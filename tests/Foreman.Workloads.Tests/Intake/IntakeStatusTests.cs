using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Intake;

public class IntakeStatusTests
{
    [Fact]
    public void It_counts_issues_where_others_count_tasks()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 3 })).With(1, 2, 3, 4);
        world.Poll();
        world.End(1);
        world.End(2, WorkloadPhase.Failed);
        world.Poll();

        Assert.Equal((2, 1, 1), (world.Status.InFlightTasks, world.Status.SucceededTasks, world.Status.FailedTasks));
        Assert.Equal("2 in progress, 0 waiting, 0 not taken, 1 completed, 1 failed.", world.Status.Conditions.Find(ConditionTypes.Dispatched)!.Message);
        Assert.Equal("Open issues of acme/shop with the label \"foreman\" are taken in.", world.Status.Conditions.Find(ConditionTypes.Planned)!.Message);
    }

    [Fact]
    public void The_end_of_an_issue_is_told_once()
    {
        var world = new IntakeWorld().With(1, 2);
        world.Poll();
        world.End(1);
        world.End(2, WorkloadPhase.Failed);
        world.Poll(80);

        var told = world.Events.Where(e => e.Reason == Reasons.Completed).ToArray();
        Assert.Equal(
            [(false, "Issue #1: Workload night-1 completed (AllChildrenSucceeded)."), (true, "Issue #2: Workload night-2 failed (ChildrenFailed).")],
            told.Select(e => (e.Warning, e.Message)));
    }

    [Fact]
    public void A_list_that_is_cut_is_told()
    {
        var world = new IntakeWorld { IsCut = true };

        world.Poll();

        Assert.Contains("more than are read", world.Status.Conditions.Find(ConditionTypes.Planned)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_waits_is_known_while_the_forge_is_away()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 1 })).With(1, 2, 3);
        world.Poll();
        world.Unreadable = "No answer.";

        world.Poll();

        Assert.Equal((1, 2, 0, 0), world.Counts);
        Assert.Equal(WorkloadPhase.Dispatched, world.Status.Phase);
        Assert.Equal("No answer. It is tried again.", world.Status.Conditions.Find(ConditionTypes.Planned)!.Message);
    }
}
