using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Mcp;
using Foreman.Tools.Tests.Mcp;

namespace Foreman.Tools.Tests.Scenarios;

/// <summary>The attacks by an MCP server, a real process that speaks the protocol over its standard streams, in the cage as a run starts it.</summary>
public sealed class McpAttackTests : CageAttacks
{
    // The time of a call is that of the start too, so it has to be enough for a busy machine.
    private const int LeastSeconds = 6;

    [Fact]
    public async Task A_server_that_fills_the_workspace_is_ended()
    {
        using var tools = new BashHarness();
        await using var peers = await ConnectAsync(tools, 60);

        var first = await peers.CallAsync("mcp__attacker__run", """{"text":"for i in 1 2 3 4 5 6 7 8 9 10; do truncate -s 1000M sparse$i; done; sleep 60"}""");
        var next = await peers.CallAsync("mcp__attacker__run", """{"text":"echo still here"}""");

        Assert.StartsWith("error: mcp__attacker__run: the server attacker is not there any more", first.Text, StringComparison.Ordinal);
        Assert.True(next.IsError, next.Text);
    }

    private protected override string Run(BashHarness tools, string command, int seconds) => RunAsync(tools, command, seconds).GetAwaiter().GetResult();

    private protected override string Ended(string words) => "mcp__attacker__run: the server attacker is not there any more";

    private protected override string Told(int seconds) => $"did not answer within {Math.Max(LeastSeconds, seconds)} s";

    private static async Task<string> RunAsync(BashHarness tools, string command, int seconds)
    {
        await using var peers = await ConnectAsync(tools, Math.Max(LeastSeconds, seconds));
        return (await peers.CallAsync("mcp__attacker__run", $$"""{"text":{{ToolHarness.Quote(command)}}}""")).Text;
    }

    private static async Task<McpPeers> ConnectAsync(BashHarness tools, int seconds)
    {
        var cage = await BashHarness.CageAsync();
        var server = new McpServer { Name = "attacker", Transport = McpTransport.Stdio, Command = CommandMcpServer.Program, Args = CommandMcpServer.Arguments };
        var peers = await McpPeers.ConnectAsync(new AgentMcp { Servers = [server], CallTimeout = $"{seconds}s", MaxResultBytes = 128 << 10 }, start: McpPrograms.In(cage, tools.Folder, tools.Limits));
        Assert.Empty(peers.Faults);
        return peers;
    }
}
