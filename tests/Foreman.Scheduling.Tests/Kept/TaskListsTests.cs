using Foreman.Api;

namespace Foreman.Scheduling.Tests.Kept;

public sealed class TaskListsTests
{
    private static readonly ClusterSnapshot Cluster = Given.Cluster([Given.Node("a")], Given.Task("t1"), Given.Task("t2"), Given.Task("r").Assigned("a").Claimed());

    [Fact]
    public void They_stay_while_only_tasks_that_wait_are_other_objects()
    {
        var lists = TaskLists.Of(Cluster);
        AgenticTask[] now = [.. Cluster.Tasks];
        now[1] = now[1] with { Metadata = now[1].Metadata with { Generation = 2 } };

        var after = lists.After(now, TaskDiff.Of(Cluster.Tasks, now));

        Assert.Equal([0, 1], after!.Waiting);
        Assert.Same(lists.Underway, after.Underway);
        Assert.Same(lists.Holding, after.Holding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void They_are_made_anew_when_a_task_begins_or_ends(int place)
    {
        AgenticTask[] now = [.. Cluster.Tasks];
        now[place] = now[place].IsPending() ? now[place].Assigned("a") : now[place].Ended(TaskPhase.Succeeded, Verdict.Go);

        Assert.Null(TaskLists.Of(Cluster).After(now, TaskDiff.Of(Cluster.Tasks, now)));
    }

    [Fact]
    public void They_are_made_anew_when_tasks_come() =>
        Assert.Null(TaskLists.Of(Cluster).After([.. Cluster.Tasks, Given.Task("t3")], TaskDiff.Of(Cluster.Tasks, [.. Cluster.Tasks, Given.Task("t3")])));
}
