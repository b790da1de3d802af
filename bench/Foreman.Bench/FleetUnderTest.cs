using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench;

/// <summary>An operator, a model server and stub agents, each a process of its own, against one cluster.</summary>
internal sealed class FleetUnderTest : IAsyncDisposable
{
    private const string Space = "foreman-system";

    private readonly TempFolder _folder = new("foreman-bench-");
    private readonly List<RealProcess> _processes = [];
    private readonly List<RealProcess> _agents = [];
    private readonly string _kubeconfig;
    private readonly string _stubSleep;

    private FleetUnderTest(string kubeconfig, string stubSleep) => (_kubeconfig, _stubSleep) = (kubeconfig, stubSleep);

    /// <summary>Starts everything and waits until every node is Ready.</summary>
    /// <param name="kubeconfig">Of the cluster.</param>
    /// <param name="client">A client of it that may do everything.</param>
    /// <param name="space">Namespace of the tasks.</param>
    /// <param name="agents">How many agents.</param>
    /// <param name="stubSleep">How long a task runs, as <c>--stub-sleep</c> takes it.</param>
    public static async Task<FleetUnderTest> StartAsync(string kubeconfig, IKubernetes client, string space, int agents, string stubSleep = "0s")
    {
        var fleet = new FleetUnderTest(kubeconfig, stubSleep);
        await MakeNamespaceAsync(client, Space);
        fleet.Start(ReleasedBinaries.Operator, "--kubeconfig", kubeconfig, "--metrics-bind-address", "0", "--health-probe-bind-address", "0", "--state-dir", fleet._folder["operator"]);
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        fleet.Start(ReleasedBinaries.Operator, "demo-model", "--port", port);
        for (var i = 1; i <= agents; i++)
        {
            fleet._agents.Add(fleet.Start(ReleasedBinaries.Agent, fleet.AgentArguments(i, port, space)));
        }

        await Eventually.TrueAsync(() => fleet.AllReadyAsync(client, agents), "every agent's FleetNode to be Ready", TimeSpan.FromSeconds(60));
        return fleet;
    }

    /// <summary>Memory of the smallest agent.</summary>
    public (double ResidentMB, double PrivateMB)? AgentMemory() =>
        _agents.Select(a => Memory.Of(a.Id)).OfType<(double ResidentMB, double PrivateMB)>().OrderBy(m => m.ResidentMB).Cast<(double, double)?>().FirstOrDefault();

    /// <summary>The operator and the agents, for those who look at their memory.</summary>
    public IEnumerable<(string Name, int Id)> Programs =>
        _agents.Select((a, i) => (string.Create(CultureInfo.InvariantCulture, $"agent {i + 1}"), a.Id)).Prepend(("operator", _processes[0].Id));

    /// <summary>Ends the agent of a FleetNode without a word, as kill -9 does.</summary>
    public void Kill(string node) => _agents[Enumerable.Range(0, _agents.Count).First(i => NameOf(i + 1) == node)].Send(Signal.Kill);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.StopAsync(TimeSpan.FromSeconds(5));
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Makes a namespace unless it is there.</summary>
    public static async Task MakeNamespaceAsync(IKubernetes client, string name)
    {
        if (await client.TryReadAsync<V1Namespace>(name) is null)
        {
            await client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } });
        }
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"bench-{number}");

    private string[] AgentArguments(int number, string port, string space)
    {
        var name = NameOf(number);
        return
        [
            "--kubeconfig", _kubeconfig, "--fleet-node-name", name, "--task-namespace", space, "--agent-mode", "stub", "--stub-sleep", _stubSleep,
            "--model-url", $"http://127.0.0.1:{port}", "--workspace-dir", _folder[$"{name}/work"], "--state-dir", _folder[$"{name}/state"], "--drain-timeout", "1s",
        ];
    }

    private async Task<bool> AllReadyAsync(IKubernetes client, int agents)
    {
        if (_processes.FirstOrDefault(p => p.HasExited) is { } dead)
        {
            throw new InvalidOperationException($"a process of the fleet ended with exit code {dead.ExitCode}:\n{dead.Output}");
        }

        var nodes = await client.ListAsync<FleetNode>();
        return nodes.Items.Count(n => n.Status?.Phase == FleetNodePhase.Ready && n.Status.Conditions.IsTrue(ConditionTypes.Ready)) >= agents;
    }

    private RealProcess Start(string program, params string[] arguments)
    {
        var process = RealProcess.Start(program, arguments);
        _processes.Add(process);
        return process;
    }
}
