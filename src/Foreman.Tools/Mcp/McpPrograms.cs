using Foreman.Api;
using Foreman.Sandbox;

namespace Foreman.Tools.Mcp;

/// <summary>Starts the programs of MCP servers in the sandbox of the run: its workspace is all that they may change, and they have no network.</summary>
internal static class McpPrograms
{
    /// <summary>What starts a server's program.</summary>
    /// <param name="cage">Where it runs.</param>
    /// <param name="workspace">Absolute path of the run's files.</param>
    /// <param name="limits">What a program may use up; null for the usual bounds.</param>
    /// <param name="readable">Absolute paths that it may read besides the system's programs.</param>
    internal static Func<McpServer, McpProgram> In(Cage cage, string workspace, CageLimits? limits = null, params IReadOnlyList<string> readable) => server =>
    {
        try
        {
            _ = Directory.CreateDirectory(workspace);
            var policy = new CagePolicy { Workspace = workspace, ReadOnlyPaths = readable, Environment = EnvironmentOf(server), Limits = limits ?? new() };
            var process = cage.Start(policy, CommandOf(server));
            return new McpProgram(process, process.Input, process.Output, process.Errors);
        }
        catch (CageException e)
        {
            throw new McpServerException($"its program can't be started: {e.Message}");
        }
    };

    /// <summary>The environment of every command in the sandbox, and what the Agent adds; nothing of this process.</summary>
    internal static IReadOnlyDictionary<string, string> EnvironmentOf(McpServer server)
    {
        var environment = new Dictionary<string, string>(CageEnvironment.Default, StringComparer.Ordinal);
        foreach (var variable in server.Env ?? [])
        {
            environment[variable.Name] = variable.Value ?? "";
        }

        return environment;
    }

    // A name without a slash is looked up inside, where other programs may be than here.
    private static CageCommand CommandOf(McpServer server)
    {
        var (command, arguments) = (server.Command ?? "", server.Args ?? []);
        return command.StartsWith('/')
            ? new CageCommand { Program = command, Arguments = arguments }
            : new CageCommand { Program = "/usr/bin/env", Arguments = ["--", command, .. arguments] };
    }
}
