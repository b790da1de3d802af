namespace Foreman.Api.Tests.RunLogs;

public sealed class RunLogTests
{
    [Theory]
    [InlineData(2, "host-a/1", "a", true)]
    [InlineData(2, "host-a/9", "a", true)]
    [InlineData(2, "host-a/1", null, false)]
    [InlineData(1, "host-a/1", null, false)]
    [InlineData(2, "host-a/1", "b", false)]
    [InlineData(2, "host-b/1", "a", false)]
    [InlineData(1, "host-a/1", "b", true)]
    [InlineData(1, "host-a/1", "a", false)]
    public void A_segment_counts_when_holder_and_host_are_those_of_the_attempt(long attempt, string writer, string? node, bool counts)
    {
        var task = new AgenticTask
        {
            Status = new()
            {
                Attempt = 2,
                AssignedNode = "a",
                Placement = Placement.Node,
                Attempts = [new() { Attempt = 1, Node = "b", Placement = Placement.Node, Holder = "host-a/1" }],
            },
        };

        Assert.Equal(counts, new RunLogSpec { Attempt = attempt, Writer = writer, Node = node }.IsOf(task, "host-a/1"));
    }

    [Fact]
    public void A_segment_of_a_host_is_none_of_a_run_that_the_operator_hosted()
    {
        var task = new AgenticTask { Status = new() { Attempt = 1, AssignedNode = "a", Placement = Placement.Operator } };
        var segment = new RunLogSpec { Attempt = 1, Writer = "operator-1" };

        Assert.True(segment.IsOf(task, "operator-1"));
        Assert.False((segment with { Node = "a" }).IsOf(task, "operator-1"));
    }
}
