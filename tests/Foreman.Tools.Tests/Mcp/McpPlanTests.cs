using Foreman.Api;
using Foreman.Tools.Mcp;

namespace Foreman.Tools.Tests.Mcp;

public sealed class McpPlanTests
{
    private static readonly AgentMcp Given = new() { Enabled = true, Servers = [new() { Name = "s", Transport = McpTransport.Http, Url = "http://s" }] };

    [Fact]
    public void A_task_may_forbid_what_its_Agent_allows_and_not_the_other_way_round()
    {
        Assert.NotNull(McpPlan.Of(Agent(Given), null));
        Assert.NotNull(McpPlan.Of(Agent(Given), true));
        Assert.Null(McpPlan.Of(Agent(Given), false));
        Assert.Null(McpPlan.Of(Agent(Given with { Enabled = null }), true));
        Assert.Null(McpPlan.Of(null, true));
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData("0", 30)]
    [InlineData("0s", 30)]
    [InlineData("2m", 120)]
    [InlineData("100h", 3600)]
    public void A_call_has_the_time_that_the_Agent_gives_it(string? timeout, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), McpPlan.Of(Agent(Given with { CallTimeout = timeout }), null)!.CallTimeout);

    [Theory]
    [InlineData(null, 32768)]
    [InlineData(0, 32768)]
    [InlineData(10, 256)]
    [InlineData(5000, 5000)]
    public void A_result_has_the_room_that_the_Agent_gives_it(int? bytes, int expected) =>
        Assert.Equal(expected, McpPlan.Of(Agent(Given with { MaxResultBytes = bytes }), null)!.MaxResultBytes);

    private static AgentSpec Agent(AgentMcp mcp) => BuiltInAgent.Spec with { Mcp = mcp };
}
