using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Explaining;

public class ExplanationPaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(2000)]
    public void All_waiting_tasks_together_take_about_twenty_writes_a_minute(int waiting)
    {
        var between = Enumerable.Range(0, waiting).Select(i => ExplanationPace.Between($"uid-{i}", waiting, TimeSpan.FromSeconds(5))).ToArray();

        Assert.All(between, b => Assert.True(b >= TimeSpan.FromSeconds(5), $"{b}"));
        Assert.InRange(between.Sum(b => TimeSpan.FromMinutes(1) / b), waiting == 1 ? 10 : 12, 20);
    }

    [Fact]
    public void Tasks_that_were_explained_at_once_are_not_refreshed_at_once()
    {
        var between = Enumerable.Range(0, 2000).Select(i => ExplanationPace.Between($"uid-{i}", 2000, TimeSpan.FromSeconds(5))).Order().ToArray();

        var busiest = between.GroupBy(b => (int)b.TotalMinutes).Max(g => g.Count());
        Assert.InRange(busiest, 1, 60);
    }

    [Fact]
    public void Changed_numbers_wait_their_time_and_a_changed_reason_does_not()
    {
        var waiting = Enumerable.Range(0, 100).Select(i => Given.Task($"t{i}").With(s => s with { RequiredCapability = new() { MinRAMGB = 100 } })).ToArray();
        var cluster = Given.Cluster([Given.Node("a", ram: 8)], waiting);
        var first = Given.Decide(cluster);
        Assert.Equal(100, first.Tasks.Count);

        var numbers = cluster.Then(first, seconds: 60).Renewed("a") with { Nodes = [Given.Node("a", ram: 16)] };
        var refreshed = Given.Decide(numbers);
        Assert.Empty(refreshed.Tasks);
        Assert.NotNull(refreshed.RequeueAt);

        var reason = numbers.Then(refreshed, seconds: 1).Renewed("a") with { Tasks = [.. numbers.Tasks.Select(t => t.With(s => s with { Suspend = true }))] };
        Assert.Equal(100, Given.Decide(reason).Tasks.Count);

        var late = numbers.Then(refreshed, seconds: 2 * 3 * 100).Renewed("a");
        Assert.Equal(100, Given.Decide(late).Tasks.Count);
    }

    [Fact]
    public void Changed_numbers_that_wait_their_time_are_not_written_earlier_because_something_else_changed()
    {
        var waiting = Enumerable.Range(0, 100).Select(i => Given.Task($"t{i}").With(s => s with { RequiredCapability = new() { MinRAMGB = 100 } })).ToArray();
        var cluster = Given.Cluster([Given.Node("a", ram: 8)], waiting);

        var numbers = cluster.Then(Given.Decide(cluster), seconds: 30).Renewed("a") with { Nodes = [Given.Node("a", ram: 16)] };
        var held = Given.Decide(numbers);
        Assert.Empty(held.Tasks);

        var rest = numbers.Then(held, seconds: 60).Renewed("a");
        var still = Given.Decide(rest);
        Assert.Empty(still.Tasks);

        var another = rest.Then(still, seconds: 60).Renewed("a") with { Agents = [Given.Agent("new")] };
        Assert.Empty(Given.Decide(another).Tasks);
    }

    [Fact]
    public void No_more_are_decided_than_have_room_and_the_others_follow_when_there_is_some()
    {
        var cluster = Given.Cluster([], [.. Enumerable.Range(0, 10).Select(i => Given.Task($"t{i}", age: 100 - i))]) with { ExplanationRoom = 4 };

        var first = Given.Decide(cluster);
        Assert.Equal(["t0", "t1", "t2", "t3"], first.Tasks.Select(t => t.Task.Name()));

        var full = cluster.Then(first, seconds: 1) with { ExplanationRoom = 0 };
        var none = Given.Decide(full);
        Assert.Empty(none.Decisions);
        Assert.Null(none.State.Settled);
        Assert.Equal(["t4", "t5", "t6", "t7", "t8", "t9"], Given.Decide(full.Then(none) with { ExplanationRoom = 100 }).Tasks.Select(t => t.Task.Name()));
    }

    [Fact]
    public void An_assignment_needs_no_room()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t")) with { ExplanationRoom = 0 };

        Assert.IsType<AssignTask>(Assert.Single(Given.Decide(cluster).Tasks));
    }
}
