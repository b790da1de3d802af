using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Hosting;

namespace Foreman.Operator.Try;

/// <summary>The agent processes that <c>try</c> starts.</summary>
internal sealed partial class AgentProcesses : IAsyncDisposable
{
    private readonly List<(string Node, ChildProcess Process)> _agents = [];

    /// <summary>Starts the agents against a cluster.</summary>
    public static AgentProcesses Start(TryOptions options, TryEnvironment environment, ModelSource model)
    {
        var agents = new AgentProcesses();
        foreach (var (node, kubeconfig) in environment.Hosts)
        {
            string[] arguments =
            [
                "--kubeconfig", kubeconfig,
                "--fleet-node-name", node,
                "--task-namespace", Manifests.Namespace,
                "--model-url", TryFormat.Trim(model.Url),
                "--workspace-dir", environment.Folder.Workspaces(node),
                "--state-dir", environment.Folder.AgentState(node),
                "--keep-workspace",
                "--drain-timeout", "2s",
                .. options.Repo is null ? Array.Empty<string>() : ["--allow-local-repos"],
            ];
            agents._agents.Add((node, ChildProcess.Start(environment.AgentProgram, arguments, environment.Folder.Log("agent-" + node), environment.Time)));
        }

        return agents;
    }

    /// <summary>Names of the hosts: that of this machine, numbered where there are several.</summary>
    public static IEnumerable<string> Names(int nodes)
    {
        var host = NotAName().Replace(Environment.MachineName.ToLowerInvariant(), "-").Trim('-', '.');
        return nodes == 1 ? [host] : Enumerable.Range(1, nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $"{host}-{i}"));
    }

    /// <summary>Throws, with the agent's output, when an agent exits.</summary>
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

/// <summary>The environment in which <c>try</c> starts its processes.</summary>
/// <param name="Folder">Its files.</param>
/// <param name="Kubeconfig">The cluster, as the operator.</param>
/// <param name="Hosts">Names of the hosts, each with its kubeconfig.</param>
/// <param name="AgentProgram">Path of foreman-agent.</param>
/// <param name="Time">Clock.</param>
internal sealed record TryEnvironment(TryFolder Folder, string Kubeconfig, IReadOnlyList<(string Node, string Kubeconfig)> Hosts, string AgentProgram, TimeProvider Time);
