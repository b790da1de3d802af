using Foreman.Testing;

namespace Foreman.Agent.Tests.Support;

/// <summary>A real foreman-agent process against a cluster, with folders of its own.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string[] _arguments;

    private AgentUnderTest(FleetUnderTest fleet, string node, string kubeconfig, string[] more)
    {
        Node = node;
        _arguments =
        [
            "--kubeconfig", kubeconfig, "--fleet-node-name", node, "--foreman-namespace", fleet.Namespace, "--task-namespace", fleet.Namespace,
            "--state-dir", _folder["state"], "--workspace-dir", _folder["work"], "--agent-mode=stub", "--stub-sleep=100ms", "--start-timeout=20s",
            "--verbose", .. more,
        ];
        Process = Start();
    }

    public string Node { get; }

    public string WorkspaceDir => _folder["work"];

    public RealProcess Process { get; private set; }

    /// <summary>Starts an agent and leaves it alone.</summary>
    public static AgentUnderTest Start(FleetUnderTest fleet, string node, params string[] more) =>
        new(fleet, node, fleet.Cluster.AdminKubeconfigPath, more);

    public static AgentUnderTest StartWith(FleetUnderTest fleet, string kubeconfig, string node, params string[] more) =>
        new(fleet, node, kubeconfig, more);

    /// <summary>Starts an agent and waits until it is in the fleet.</summary>
    public static async Task<AgentUnderTest> JoinedAsync(FleetUnderTest fleet, params string[] more)
    {
        var agent = Start(fleet, fleet.NewNodeName(), more);
        await agent.Process.WaitForLineAsync("is in the fleet as");
        return agent;
    }

    /// <summary>Kills the process and starts another one of the same host.</summary>
    public async Task KillAndRestartAsync()
    {
        Process.Send(Signal.Kill);
        await Process.WaitForExitAsync();
        await Process.DisposeAsync();
        Process = Start();
        await Process.WaitForLineAsync("is in the fleet as");
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private RealProcess Start() => RealProcess.Start(ReleasedBinaries.Agent, _arguments);
}
