using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Hosting;
using Foreman.Primitives;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>A real operator on a cluster, in this process, with a namespace for its Leases of its own.</summary>
internal sealed class TestOperator : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly KubernetesClient? _own;
    private readonly OperatorTurn? _turn;
    private CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private bool _leaderElect;

    private readonly Func<OperatorSettings, OperatorSettings> _change;

    private TestOperator(IKubernetes client, string space, KubernetesClientConfiguration? own, Func<OperatorSettings, OperatorSettings>? change = null, OperatorTurn? turn = null)
    {
        (Client, Space, _change, _turn) = (client, space, change ?? (s => s), turn);
        _own = own is null ? null : new KubernetesClient(own);
    }

    /// <summary>The test's client.</summary>
    public IKubernetes Client { get; }

    /// <summary>What the operator has logged.</summary>
    public RecordingLogger Log { get; } = new();

    /// <summary>Its clock.</summary>
    public SkippingTimeProvider Time { get; } = new();

    /// <summary>Its foreman-namespace.</summary>
    public string Space { get; }

    public int HealthPort { get; private set; }

    public int MetricsPort { get; private set; }

    /// <summary>Starts one, once no other test has one there, and returns when it decides.</summary>
    /// <param name="cluster">Where it works: a cluster for operators.</param>
    /// <param name="leaderElect">Whether it stands for election.</param>
    /// <param name="own">The operator's way to the cluster; null for the test's.</param>
    /// <param name="change">Further settings; null for none.</param>
    public static async Task<TestOperator> StartAsync(
        IClusterUnderTest cluster, bool leaderElect = false, KubernetesClientConfiguration? own = null, Func<OperatorSettings, OperatorSettings>? change = null)
    {
        var turn = await OperatorTurn.WaitAsync(cluster);
        try
        {
            await ForemanDefinitions.InstallAsync(cluster);
            var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
            await RemoveTasksAsync(client);
            var started = new TestOperator(client, await cluster.NewNamespaceAsync("foreman"), own, change, turn);
            await started.RunAsync(leaderElect);
            return started;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <summary>A second process on the same cluster and namespace.</summary>
    public async Task<TestOperator> AnotherAsync()
    {
        var another = new TestOperator(new KubernetesClient(Client.Configuration), Space, own: null);
        await another.RunAsync(leaderElect: false);
        return another;
    }

    /// <summary>Ends the operator; what it has in memory is lost.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    /// <summary>Ends the operator and starts one in its place, with its files and nothing in memory.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _stop = new();
        await RunAsync(_leaderElect);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
            Client.Dispose();
            _own?.Dispose();
            _stop.Dispose();
            _folder.Dispose();
        }
        finally
        {
            _turn?.Dispose();
        }
    }

    /// <summary>An operator sees the tasks of the whole cluster: one that an earlier test left would take this test's slots, and a Workload would make it again.</summary>
    private static async Task RemoveTasksAsync(KubernetesClient client)
    {
        foreach (var workload in (await client.ListAsync<Workload>()).Items)
        {
            await client.TryDeleteAsync<Workload>(workload.Name(), workload.Namespace());
        }

        foreach (var task in (await client.ListAsync<AgenticTask>()).Items)
        {
            await client.TryDeleteAsync<AgenticTask>(task.Name(), task.Namespace());
        }
    }

    private async Task RunAsync(bool leaderElect)
    {
        _leaderElect = leaderElect;
        var ports = FreePort.Next(2);
        (HealthPort, MetricsPort) = (ports[0], ports[1]);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = new OperatorSettings
        {
            ForemanNamespace = Space,
            StateDir = _folder.Path,
            LeaderElect = leaderElect,
            HealthAddress = BindAddress.Parse($"127.0.0.1:{HealthPort}"),
            MetricsAddress = BindAddress.Parse($"127.0.0.1:{MetricsPort}"),
        };
        var host = new OperatorHost(_own ?? Client, _change(settings), Time, Log) { OnReady = () => ready.TrySetResult() };
        _run = host.RunAsync(_stop.Token);
        await await Task.WhenAny(ready.Task, FailedAsync());
    }

    private async Task FailedAsync()
    {
        await _run;
        throw new InvalidOperationException("The operator ended before it was ready.");
    }
}
