using Foreman.Testing;

namespace Foreman.Agent.Tests.Support;

/// <summary>A real foreman-agent process against a cluster, with folders of its own.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FleetUnderTest _fleet;
    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string?> _environment;

    private AgentUnderTest(FleetUnderTest fleet, string node, string kubeconfig, string[] more, IReadOnlyDictionary<string, string?>? environment = null, string? taskNamespace = null)
    {
        Node = node;
        _fleet = fleet;
        _environment = environment ?? new Dictionary<string, string?>();
        _arguments =
        [
            "--kubeconfig", kubeconfig, "--fleet-node-name", node, "--foreman-namespace", fleet.Namespace, "--task-namespace", taskNamespace ?? fleet.Namespace,
            "--state-dir", _folder["state"], "--workspace-dir", _folder["work"], "--agent-mode=stub", "--stub-sleep=100ms", "--start-timeout=20s",
            "--verbose", .. more,
        ];
        Process = Start();
    }

    public string Node { get; }

    public string WorkspaceDir => _folder["work"];

    public string StateDir => _folder["state"];

    public RealProcess Process { get; private set; }

    /// <summary>Starts an agent and leaves it alone.</summary>
    public static AgentUnderTest Start(FleetUnderTest fleet, string node, params string[] more) =>
        new(fleet, node, fleet.Cluster.AdminKubeconfigPath, more);

    public static AgentUnderTest StartWith(FleetUnderTest fleet, string kubeconfig, string node, params string[] more) =>
        new(fleet, node, kubeconfig, more);

    /// <summary>Starts an agent for the tasks of another namespace.</summary>
    public static AgentUnderTest StartIn(FleetUnderTest fleet, string kubeconfig, string node, string taskNamespace, params string[] more) =>
        new(fleet, node, kubeconfig, more, taskNamespace: taskNamespace);

    /// <summary>Starts an agent and waits until it is in the fleet.</summary>
    public static async Task<AgentUnderTest> JoinedAsync(FleetUnderTest fleet, params string[] more)
    {
        var agent = Start(fleet, fleet.NewNodeName(), more);
        await agent.Process.WaitForLineAsync("is in the fleet as");
        return agent;
    }

    /// <summary>As above, with variables of its own.</summary>
    public static async Task<AgentUnderTest> JoinedAsync(FleetUnderTest fleet, IReadOnlyDictionary<string, string?> environment, params string[] more)
    {
        var agent = new AgentUnderTest(fleet, fleet.NewNodeName(), fleet.Cluster.AdminKubeconfigPath, more, environment);
        await agent.Process.WaitForLineAsync("is in the fleet as");
        return agent;
    }

    /// <summary>Kills the process and starts another one of the same host.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        await RestartAsync();
    }

    /// <summary>Kills the process alone and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await Process.WaitForExitAsync();
    }

    /// <summary>Starts another process of the same host in place of the one that ended.</summary>
    public async Task RestartAsync()
    {
        await Process.DisposeAsync();
        Process = Start();
        await Process.WaitForLineAsync("is in the fleet as");
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private RealProcess Start()
    {
        var process = RealProcess.Start(new ProcessRequest { Program = ReleasedBinaries.Agent, Arguments = _arguments, Environment = _environment });
        _fleet.Processes.Enqueue(process);
        return process;
    }
}
