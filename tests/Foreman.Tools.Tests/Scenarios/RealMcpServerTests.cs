using Foreman.Api;
using Foreman.Sandbox;
using Foreman.Testing;
using Foreman.Tools.Mcp;
using Foreman.Tools.Tests.Mcp;

namespace Foreman.Tools.Tests.Scenarios;

/// <summary>The servers of the protocol's own project, as npm installs them.</summary>
public sealed class RealMcpServerTests
{
    [Fact]
    public async Task Server_everything_answers_over_its_standard_streams()
    {
        await using var peers = await McpPeers.ConnectAsync(new AgentMcp { Servers = [NpmMcpServers.Installed("everything", "server-everything", "stdio")] });

        Assert.Empty(peers.Faults);
        await AnswersAsync(peers, "everything");
    }

    [Fact]
    public async Task Server_everything_answers_over_HTTP()
    {
        var (process, url) = await NpmMcpServers.EverythingOverHttpAsync();
        await using var server = process;
        await using var peers = await McpPeers.ConnectAsync(new AgentMcp { Servers = [new() { Name = "web", Transport = McpTransport.Http, Url = url }] });

        Assert.Empty(peers.Faults);
        await AnswersAsync(peers, "web");
    }

    [Fact]
    public async Task Server_filesystem_reads_and_writes_in_its_folder_only()
    {
        using var folder = new TempFolder();
        _ = folder.Write("a.txt", "hello");
        await using var peers = await McpPeers.ConnectAsync(new AgentMcp
        {
            Servers = [NpmMcpServers.Installed("fs", "server-filesystem", folder.Path) with { AllowedTools = ["read_text_file", "write_file"] }],
        }, folder: folder);

        Assert.Empty(peers.Faults);
        Assert.Equal(["mcp__fs__read_text_file", "mcp__fs__write_file"], peers.Names);
        Assert.Contains("hello", (await peers.CallAsync("mcp__fs__read_text_file", $$"""{"path":"{{folder["a.txt"]}}"}""")).Text, StringComparison.Ordinal);
        var written = await peers.CallAsync("mcp__fs__write_file", $$"""{"path":"{{folder["b.txt"]}}","content":"new"}""");
        Assert.False(written.IsError || written.ChangesAreIncomplete);
        Assert.Equal(("b.txt", "new"), (Assert.Single(written.Changes).Path, written.Changes[0].TextContent));
        Assert.Equal("new", File.ReadAllText(folder["b.txt"]));
        Assert.True((await peers.CallAsync("mcp__fs__read_text_file", """{"path":"/etc/passwd"}""")).IsError);
    }

    [Fact]
    [Trait("Kind", "15")]
    public async Task The_environment_of_a_server_is_built_from_nothing()
    {
        await using var peers = await McpPeers.ConnectAsync(new AgentMcp
        {
            Servers = [NpmMcpServers.Installed("everything", "server-everything", "stdio") with { Env = [new() { Name = "GREETING", Value = "hi" }] }],
        });

        var shown = (await peers.CallAsync("mcp__everything__get-env", "{}")).Text;

        Assert.Contains("GREETING", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("FOREMAN", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("NUGET", shown, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "15")]
    public async Task A_server_in_the_sandbox_sees_the_workspace_and_nothing_of_the_host()
    {
        var (cage, why) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, why ?? "");
        using var workspace = new TempFolder();
        using var outside = new TempFolder();
        _ = outside.Write("secret.txt", "canary");
        _ = workspace.Write("a.txt", "hello");
        File.CreateSymbolicLink(workspace["link.txt"], outside["secret.txt"]);
        var server = NpmMcpServers.Installed("fs", "server-filesystem", workspace.Path, outside.Path, "/");
        await using var peers = await McpPeers.ConnectAsync(
            new AgentMcp { Servers = [server, NpmMcpServers.Installed("everything", "server-everything", "stdio")] },
            start: McpPrograms.In(cage!, workspace.Path, limits: null, RealParts.McpServers.PathOrSkip()));

        Assert.Empty(peers.Faults);
        Assert.Contains("hello", (await ReadAsync(peers, workspace["a.txt"])).Text, StringComparison.Ordinal);
        foreach (var path in new[] { outside["secret.txt"], workspace["link.txt"], "/etc/shadow", "/proc/1/environ" })
        {
            Assert.DoesNotContain("canary", (await ReadAsync(peers, path)).Text, StringComparison.Ordinal);
        }

        _ = await peers.CallAsync("mcp__fs__write_file", $$"""{"path":"{{outside["new.txt"]}}","content":"x"}""");
        _ = await peers.CallAsync("mcp__fs__write_file", $$"""{"path":"{{workspace["b.txt"]}}","content":"new"}""");
        Assert.False(File.Exists(outside["new.txt"]));
        Assert.Equal("new", File.ReadAllText(workspace["b.txt"]));
        var environment = (await peers.CallAsync("mcp__everything__get-env", "{}")).Text;
        Assert.Contains(CageEnvironment.Home, environment, StringComparison.Ordinal);
        Assert.DoesNotContain("FOREMAN", environment, StringComparison.Ordinal);
    }

    private static Task<ToolOutcome> ReadAsync(McpPeers peers, string path) =>
        peers.CallAsync("mcp__fs__read_text_file", $$"""{"path":"{{path}}"}""");

    private static async Task AnswersAsync(McpPeers peers, string server)
    {
        Assert.Equal("Echo: hello", (await peers.CallAsync($"mcp__{server}__echo", """{"message":"hello"}""")).Text);
        Assert.Contains("5", (await peers.CallAsync($"mcp__{server}__get-sum", """{"a":2,"b":3}""")).Text, StringComparison.Ordinal);
        var wrong = await peers.CallAsync($"mcp__{server}__get-structured-content", """{"location":"Rome"}""");
        Assert.Contains("expected one of \"New York\", \"Chicago\", \"Los Angeles\"", wrong.Text, StringComparison.Ordinal);
        var structured = await peers.CallAsync($"mcp__{server}__get-structured-content", """{"location":"Chicago"}""");
        Assert.Contains("temperature", structured.Text, StringComparison.Ordinal);
        var image = await peers.CallAsync($"mcp__{server}__get-tiny-image", "{}");
        Assert.Contains("not shown, this Agent has no vision", image.Text, StringComparison.Ordinal);
        Assert.Empty(image.Images);
        Assert.Contains("[resource ", (await peers.CallAsync($"mcp__{server}__get-resource-links", """{"count":2}""")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_are_handed_on_to_an_Agent_with_vision()
    {
        await using var peers = await McpPeers.ConnectAsync(
            new AgentMcp { Servers = [NpmMcpServers.Installed("everything", "server-everything", "stdio")] }, vision: new AgentVision { Enabled = true });

        var image = Assert.Single((await peers.CallAsync("mcp__everything__get-tiny-image", "{}")).Images);

        Assert.Equal("image/png", image.MediaType);
        Assert.True(image.Width > 0 && image.Height > 0);
        Assert.Equal("\u0089PNG", System.Text.Encoding.Latin1.GetString(image.Content.AsSpan(0, 4)));
    }
}
