using Foreman.Api;

namespace Foreman.Scheduling.Tests.Features;

public sealed class McpFeatureTests
{
    private static readonly McpServer Http = new() { Name = "web", Transport = McpTransport.Http, Url = "https://tools.example/mcp" };
    private static readonly McpServer Stdio = new() { Name = "local", Transport = McpTransport.Stdio, Command = "server", Args = ["-x"], Env = [new() { Name = "A", Value = "b" }] };

    [Fact]
    public void Servers_that_can_be_connected_to_are_supported()
    {
        var header = new McpHeader { Name = "Authorization", ValueFrom = new() { Name = "keys", Key = "token" } };

        Assert.Empty(Fields(new AgentMcp { Enabled = true, CallTimeout = "1m", Servers = [Http with { Headers = [header] }, Stdio] }));
    }

    [Fact]
    public void Servers_that_are_not_enabled_are_not_looked_at() =>
        Assert.Empty(Fields(new AgentMcp { Servers = [Http with { Url = null }] }));

    [Fact]
    public void Every_fault_of_a_description_is_named_by_its_field()
    {
        var fields = Fields(new AgentMcp
        {
            Enabled = true,
            CallTimeout = "soon",
            MaxResultBytes = -1,
            Servers =
            [
                Http with { Url = "ftp://x" },
                Http with { Url = "https://me:secret@x" },
                Http with { Name = "c", Command = "server" },
                Stdio with { Command = " " },
                Stdio with { Name = "e", Url = "https://x", Headers = [new() { Name = "A" }], Env = [new() { Name = "A=B" }] },
                Http with { Name = "f", Transport = new("carrier-pigeon") },
            ],
        });

        Assert.Equal(
            [
                "spec.mcp.callTimeout", "spec.mcp.maxResultBytes", "spec.mcp.servers[0].url", "spec.mcp.servers[1].name", "spec.mcp.servers[1].url",
                "spec.mcp.servers[2].command", "spec.mcp.servers[3].command", "spec.mcp.servers[4].headers", "spec.mcp.servers[4].url",
                "spec.mcp.servers[4].headers", "spec.mcp.servers[4].env", "spec.mcp.servers[5].transport",
            ],
            fields);
    }

    private static IEnumerable<string> Fields(AgentMcp mcp) => new McpFeature().InAgent(BuiltInAgent.Spec with { Mcp = mcp }, new()).Select(f => f.Path);
}
