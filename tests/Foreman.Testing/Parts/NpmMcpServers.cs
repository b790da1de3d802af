using System.Globalization;
using Foreman.Api;

namespace Foreman.Testing;

/// <summary>The MCP servers of the protocol's own project, as npm installs them.</summary>
public static class NpmMcpServers
{
    /// <summary>One of them over its standard streams; skips the running test where they are not installed.</summary>
    /// <param name="name">Its name in the Agent.</param>
    /// <param name="package">Without the scope.</param>
    /// <param name="arguments">Behind the program.</param>
    public static McpServer Installed(string name, string package, params string[] arguments) =>
        In(Path.Combine(RealParts.McpServers.PathOrSkip(), "node_modules"), name, package, arguments);

    /// <summary>One of them, of a copy.</summary>
    /// <param name="modules">A folder node_modules, absolute or below the folder that it is started in.</param>
    /// <param name="name">Its name in the Agent.</param>
    /// <param name="package">Without the scope.</param>
    /// <param name="arguments">Behind the program.</param>
    public static McpServer In(string modules, string name, string package, params string[] arguments) => new()
    {
        Name = name,
        Transport = McpTransport.Stdio,
        Command = RealParts.FindOnPath("node") ?? "node",
        Args = [Path.Combine(modules, "@modelcontextprotocol", package, "dist", "index.js"), .. arguments],
    };

    /// <summary>The real server-everything over HTTP.</summary>
    public static async Task<(RealProcess Process, string Url)> EverythingOverHttpAsync()
    {
        var server = Installed("", "server-everything", "streamableHttp");
        var port = FreePort.Next();
        var process = RealProcess.Start(new ProcessRequest
        {
            Program = server.Command!,
            Arguments = server.Args!,
            Environment = new Dictionary<string, string?> { ["PORT"] = port.ToString(CultureInfo.InvariantCulture) },
        });
        _ = await process.WaitForLineAsync("listening on port");
        return (process, $"http://127.0.0.1:{port}/mcp");
    }
}
