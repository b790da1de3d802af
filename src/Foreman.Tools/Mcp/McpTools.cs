using Foreman.Api;
using Foreman.Sandbox;

namespace Foreman.Tools.Mcp;

/// <summary>The tools of a run's MCP servers. Disposing of it ends the connections and the servers' programs.</summary>
public sealed class McpTools : IAsyncDisposable
{
    private readonly IReadOnlyList<McpConnection> _connections;

    private McpTools(IReadOnlyList<McpConnection> connections, IReadOnlyList<ITool> tools, IReadOnlyList<McpFault> faults) =>
        (_connections, Tools, Faults) = (connections, tools, faults);

    /// <summary>In the order of the servers in the Agent, and of the tools in each server's list.</summary>
    internal IReadOnlyList<ITool> Tools { get; }

    /// <summary>The servers and tools that the run does without.</summary>
    public IReadOnlyList<McpFault> Faults { get; }

    /// <summary>Connects to the servers of a run, if it has any.</summary>
    /// <param name="plan">The servers; null for none.</param>
    /// <param name="credentials">What they ask for.</param>
    /// <param name="cage">Where programs of servers run; null where there is none.</param>
    /// <param name="workspace">Absolute path of the run's files.</param>
    /// <param name="time">The clock of every deadline.</param>
    /// <param name="stop">Stops the run.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; no connection is left.</exception>
    public static Task<McpTools> ConnectAsync(McpPlan? plan, McpCredentials credentials, Cage? cage, string workspace, TimeProvider time, CancellationToken stop) => plan is null
        ? Task.FromResult(new McpTools([], [], []))
        : ConnectAsync(plan, new McpHost { Time = time, Credentials = credentials, StartProgram = cage is null ? null : McpPrograms.In(cage, Path.GetFullPath(workspace)) }, stop);

    /// <summary>Connects to all servers at once. One that can't be used is a fault, and the run goes on without it.</summary>
    /// <param name="plan">The servers.</param>
    /// <param name="host">What connections need.</param>
    /// <param name="stop">Stops the run.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; no connection is left.</exception>
    internal static async Task<McpTools> ConnectAsync(McpPlan plan, McpHost host, CancellationToken stop)
    {
        var found = await Task.WhenAll(plan.Servers.Select(server => FindAsync(server, plan, host, stop))).ConfigureAwait(false);
        var connections = found.Select(f => f.Connection).OfType<McpConnection>().ToList();
        if (stop.IsCancellationRequested)
        {
            await EndAsync(connections).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
        }

        var taken = KnownTools.Names.ToHashSet(StringComparer.Ordinal);
        var tools = new List<ITool>();
        var faults = new List<McpFault>();
        foreach (var (server, (connection, listed, fault)) in plan.Servers.Zip(found))
        {
            if (fault is not null || connection is null)
            {
                faults.Add(new McpFault(server.Name, null, fault ?? "it was not asked"));
                continue;
            }

            var (offered, refused) = McpDefinitions.Choose(server, listed, taken, connection.Redacted);
            tools.AddRange(offered.Select(o => new McpTool(connection, o, plan)));
            faults.AddRange(refused);
        }

        return new McpTools(connections, tools, faults);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync(_connections).ConfigureAwait(false);

    private static Task EndAsync(IEnumerable<McpConnection> connections) => Task.WhenAll(connections.Select(c => c.DisposeAsync().AsTask()));

    private static async Task<(McpConnection? Connection, IReadOnlyList<ForeignTool> Tools, string? Fault)> FindAsync(
        McpServer server, McpPlan plan, McpHost host, CancellationToken stop)
    {
        McpConnection? connection = null;
        try
        {
            connection = await McpConnection.OpenAsync(server, plan, host, stop).ConfigureAwait(false);
            return (connection, await connection.ListAsync(stop).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is McpServerException || stop.IsCancellationRequested)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            return (null, [], e.Message);
        }
    }
}

/// <summary>What connections to MCP servers need from their host.</summary>
internal sealed record McpHost
{
    /// <summary>The clock of every deadline.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Values of headers.</summary>
    public required McpCredentials Credentials { get; init; }

    /// <summary>Starts the program of a server in the sandbox of the run; null where none can be started.</summary>
    public Func<McpServer, McpProgram>? StartProgram { get; init; }
}
