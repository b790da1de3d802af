using Foreman.Api;

namespace Foreman.Scheduling.Tests.Matching;

public class InputClausesTests
{
    private static readonly TaskInput OnHost = new() { Path = "a", FromTask = new() { Name = "first", Path = "big.bin" }, Host = "b" };

    [Fact]
    public void A_task_with_a_large_file_of_an_earlier_one_goes_to_the_host_that_has_it()
    {
        var plan = Given.Decide(Given.Cluster([Given.Node("a"), Given.Node("b"), Given.Node("c")], First(), Task(OnHost)));

        Assert.Equal("b", Assert.IsType<AssignTask>(plan.Write("t")).Assignment.Node);
    }

    [Fact]
    public void Without_that_host_the_task_waits_and_says_where_the_file_is()
    {
        var message = Given.Decide(Given.Cluster([Given.Node("a")], First(), Task(OnHost))).Write("t").Scheduled().Message;

        Assert.Contains("\"big.bin\" of task \"first\" is on b", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_came_with_the_task_binds_it_to_no_host() =>
        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([Given.Node("a")], First(), Task(OnHost with { Content = [1] }))).Write("t"));

    private static AgenticTask First() => Given.Task("first").Ended(TaskPhase.Succeeded, Verdict.Go);

    private static AgenticTask Task(TaskInput input) =>
        Given.Task("t").With(s => s with { DependsOn = ["first"], Payload = s.Payload with { Inputs = [input] } });
}
