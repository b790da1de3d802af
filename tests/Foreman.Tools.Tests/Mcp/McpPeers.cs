using System.Diagnostics;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Mcp;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Mcp;

/// <summary>Connections to MCP servers, and calls as the loop makes them.</summary>
internal sealed class McpPeers : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly McpTools _mcp;
    private readonly ToolDispatcher _dispatcher;

    private McpPeers(McpTools mcp, TempFolder? folder, TimeProvider? calls)
    {
        (_mcp, _folder) = (mcp, folder ?? new());
        Catalog = ToolCatalog.Of([KnownTools.ReadFile], mcp.Tools);
        _dispatcher = new ToolDispatcher(Catalog, Workspace.Open(_folder.Path), new ToolSettings(TimeSpan.FromSeconds(30)), calls ?? TimeProvider.System, Logged);
    }

    internal RecordingLogger Logged { get; } = new();

    internal ToolCatalog Catalog { get; }

    internal IReadOnlyList<string> Names => [.. _mcp.Tools.Select(t => t.Definition.Name)];

    internal IReadOnlyList<string> Faults => [.. _mcp.Faults.Select(f => f.ToString())];

    /// <param name="mcp">The servers.</param>
    /// <param name="credentials">What they ask for.</param>
    /// <param name="vision">Of the Agent.</param>
    /// <param name="start">Starts a program; null starts it unconfined.</param>
    /// <param name="folder">The workspace of the calls, which this disposes of; null makes one.</param>
    /// <param name="time">The clock of time-outs; null for the system's.</param>
    /// <param name="calls">The clock of the dispatcher; null for the system's.</param>
    internal static async Task<McpPeers> ConnectAsync(
        AgentMcp mcp, McpCredentials? credentials = null, AgentVision? vision = null, Func<McpServer, McpProgram>? start = null, TempFolder? folder = null,
        TimeProvider? time = null, TimeProvider? calls = null)
    {
        var plan = McpPlan.Of(BuiltInAgent.Spec with { Mcp = mcp with { Enabled = true }, Vision = vision }, null)!;
        return new McpPeers(await McpTools.ConnectAsync(
            plan, new McpHost { Time = time ?? TimeProvider.System, Credentials = credentials ?? new(), StartProgram = start ?? Start }, CancellationToken.None), folder, calls);
    }

    internal static Task<McpPeers> ConnectAsync(McpHttpServer server, Func<McpServer, McpServer>? change = null, McpCredentials? credentials = null, AgentMcp? mcp = null, TimeProvider? time = null)
    {
        var given = new McpServer { Name = "w", Transport = McpTransport.Http, Url = server.Url };
        return ConnectAsync((mcp ?? new AgentMcp()) with { Servers = [change?.Invoke(given) ?? given] }, credentials, time: time);
    }

    internal async Task<ToolOutcome> CallAsync(string tool, string arguments)
    {
        Assert.True(Catalog.Allows(tool), $"{tool} is not among {string.Join(", ", Names)}");
        return await _dispatcher.RunAsync(new ToolCall("000000001", tool, arguments), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _dispatcher.Dispose();
        await _mcp.DisposeAsync();
        _folder.Dispose();
    }

    private static McpProgram Start(McpServer server)
    {
        var start = new ProcessStartInfo(server.Command!, server.Args ?? [])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        foreach (var variable in server.Env ?? [])
        {
            start.Environment[variable.Name] = variable.Value;
        }

        var process = Process.Start(start)!;
        return new McpProgram(new Ended(process), process.StandardInput.BaseStream, process.StandardOutput.BaseStream, process.StandardError.BaseStream);
    }

    private sealed class Ended(Process process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
