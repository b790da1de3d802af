using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner;
using Foreman.Runner.Stages;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>A host whose agent runs no loop: FleetNode, Lease and the real runner in stub mode.</summary>
internal sealed class StubHost : IAsyncDisposable
{
    private readonly IKubernetes _client;
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly List<Task> _parts = [];
    private readonly TaskRunner _runner;

    private StubHost(TestOperator fleet, string name, TimeSpan sleep)
    {
        (_client, Name) = (fleet.Client, name);
        _runner = new TaskRunner(
            fleet.Client,
            new RunnerOptions
            {
                Holder = Holder,
                NodeName = name,
                Placement = Placement.Node,
                WorkspaceRoot = _folder["ws"],
                StateDirectory = _folder.MakeFolder("state"),
            },
            TimeProvider.System,
            NullLogger.Instance,
            StageRegistry.Stub(sleep, TimeProvider.System, NullLogger.Instance));
    }

    public string Name { get; }

    public string Holder => $"{Name}/1";

    /// <summary>Registers and, unless told otherwise, claims what is assigned to it.</summary>
    public static async Task<StubHost> StartAsync(TestOperator fleet, string name, TimeSpan sleep, bool claims = true, Func<FleetNodeSpec, FleetNodeSpec>? change = null)
    {
        var host = new StubHost(fleet, name, sleep);
        await host.RegisterAsync(change ?? (s => s));
        var lease = new LeaseHolder(fleet.Client, fleet.Space, Labels.LeaseName(name), host.Holder);
        await lease.TryAcquireAsync();
        host._parts.Add(lease.RunAsync(host._stop.Token));
        if (claims)
        {
            host._parts.Add(host.ClaimAsync());
        }

        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _kill.CancelAsync();
        await _stop.CancelAsync();
        await Task.WhenAll(_parts);
        await _client.TryDeleteAsync<FleetNode>(Name);
        _stop.Dispose();
        _kill.Dispose();
        _folder.Dispose();
    }

    private async Task RegisterAsync(Func<FleetNodeSpec, FleetNodeSpec> change)
    {
        var node = new FleetNode
        {
            Metadata = new() { Name = Name, Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub" } },
            Spec = change(new() { NodeName = Name, Roles = ["worker"] }),
        };
        await _client.CreateAsync(node);
        var status = new FleetNodeStatus { Phase = FleetNodePhase.Ready, Slots = 1, Capability = new() { TotalRAMGB = 16, AvailableRAMGB = 8 } };
        var body = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, ApiJson.Default.FleetNodeStatus) };
        await _client.PatchAsync<FleetNode>(V1Patch.Merge(body), Name, null, new PatchOptions { Subresource = "status" });
    }

    private async Task ClaimAsync()
    {
        var tasks = new Reflector<AgenticTask>(_client, new ReflectorOptions
        {
            FieldSelector = $"status.assignedNode={Name},status.placement=Node,status.phase!=Succeeded,status.phase!=Failed",
        });
        using var subscription = tasks.Store.Subscribe(change =>
        {
            if (change.Type != ResourceEventType.Deleted && change.Object.PhaseOrPending() == TaskPhase.Scheduled)
            {
                lock (_parts)
                {
                    _parts.Add(Task.Run(() => _runner.RunAsync(change.Object, new RunSignals(), _kill.Token)));
                }
            }
        });
        await tasks.RunAsync(_stop.Token);
    }
}
