using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Hosting;

namespace Foreman.Operator.Try;

/// <summary>The agents that <c>try</c> starts, each a process of its own.</summary>
internal sealed partial class Fleet : IAsyncDisposable
{
    private readonly List<(string Node, ChildProcess Process)> _agents = [];

    /// <summary>Starts so many agents against a cluster.</summary>
    public static Fleet Start(TryOptions options, TryPlace place, ModelSource model)
    {
        var fleet = new Fleet();
        var host = NotAName().Replace(Environment.MachineName.ToLowerInvariant(), "-").Trim('-', '.');
        for (var i = 1; i <= options.Nodes; i++)
        {
            var node = options.Nodes == 1 ? host : string.Create(CultureInfo.InvariantCulture, $"{host}-{i}");
            string[] arguments =
            [
                "--kubeconfig", place.Kubeconfig,
                "--fleet-node-name", node,
                "--task-namespace", Manifests.Namespace,
                "--model-url", Wording.Trim(model.Url),
                "--workspace-dir", place.Folder.Workspaces(node),
                "--state-dir", place.Folder.AgentState(node),
                "--keep-workspace",
                "--drain-timeout", "2s",
            ];
            fleet._agents.Add((node, ChildProcess.Start(place.AgentProgram, arguments, place.Folder.Log("agent-" + node), place.Time)));
        }

        return fleet;
    }

    /// <summary>Ends, with what it said, when an agent ends by itself.</summary>
    /// <exception cref="ExitException">An agent has ended.</exception>
    public async Task WatchAsync()
    {
        await Task.WhenAny(_agents.Select(a => a.Process.Ended));
        var (node, process) = _agents.First(a => a.Process.Ended.IsCompleted);
        throw new ExitException(
            ExitCodes.Failed, $"the agent of {node} ended with exit code {process.ExitCode}; it said:\n{process.Tail}");
    }

    /// <summary>The last lines of every agent.</summary>
    public string Tails => string.Join('\n', _agents.Select(a => a.Process.Tail));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_agents.Select(a => a.Process.DisposeAsync().AsTask()));

    [GeneratedRegex("[^a-z0-9.-]+")]
    private static partial Regex NotAName();
}

/// <summary>Where <c>try</c> runs its parts.</summary>
/// <param name="Folder">Its files.</param>
/// <param name="Kubeconfig">The cluster.</param>
/// <param name="AgentProgram">Path of foreman-agent.</param>
/// <param name="Time">Clock.</param>
internal sealed record TryPlace(TryFolder Folder, string Kubeconfig, string AgentProgram, TimeProvider Time);
