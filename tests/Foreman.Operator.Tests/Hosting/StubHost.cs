using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner;
using Foreman.Runner.Stages;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServer = Foreman.Testing.ModelServer;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>A host without its agent: FleetNode, Lease and the real runner, in stub mode or against a model server.</summary>
internal sealed class StubHost : IAsyncDisposable
{
    private readonly IKubernetes _client;
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly List<Task> _parts = [];
    private readonly TaskRunner _runner;
    private readonly ModelServer? _model;

    private StubHost(TestOperator fleet, string name, TimeSpan sleep, ModelServer? model)
    {
        (_client, Name, _model) = (fleet.Client, name, model);
        var options = new RunnerOptions
        {
            Holder = Holder,
            NodeName = name,
            Placement = Placement.Node,
            Program = RunnerProgram.Agent,
            WorkspaceRoot = _folder["ws"],
            StateDirectory = _folder.MakeFolder("state"),
        };
        var stages = model is null
            ? StageRegistry.Stub(sleep, TimeProvider.System, NullLogger.Instance)
            : StageRegistry.Native(fleet.Client, options, TimeProvider.System, NullLogger.Instance);
        _runner = new TaskRunner(fleet.Client, options, TimeProvider.System, NullLogger.Instance, stages);
    }

    public string Name { get; }

    public string Holder => $"{Name}/1";

    /// <summary>Registers and, unless told otherwise, claims what is assigned to it.</summary>
    public static async Task<StubHost> StartAsync(TestOperator fleet, string name, TimeSpan sleep, bool claims = true, Func<FleetNodeSpec, FleetNodeSpec>? change = null)
    {
        var host = new StubHost(fleet, name, sleep, model: null);
        await host.BeginAsync(fleet, claims, change ?? (s => s));
        return host;
    }

    /// <summary>Registers with a real model server, and runs what is assigned to it.</summary>
    public static async Task<StubHost> StartAsync(TestOperator fleet, string name, ModelServer model)
    {
        var host = new StubHost(fleet, name, TimeSpan.Zero, model);
        await host.BeginAsync(fleet, claims: true, s => s);
        return host;
    }

    /// <summary>A file in the workspace of a first attempt.</summary>
    public string WorkspaceFile(string space, string task, string path) => _folder[$"ws/{space}/{task}-1/{path}"];

    private async Task BeginAsync(TestOperator fleet, bool claims, Func<FleetNodeSpec, FleetNodeSpec> change)
    {
        await RegisterAsync(change);
        var lease = new LeaseHolder(fleet.Client, fleet.Space, Labels.LeaseName(Name), Holder);
        await lease.TryAcquireAsync();
        _parts.Add(lease.RunAsync(_stop.Token));
        if (claims)
        {
            _parts.Add(ClaimAsync());
        }
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
            Metadata = new() { Name = Name, Labels = _model is null ? new Dictionary<string, string> { [Labels.AgentMode] = "stub" } : null },
            Spec = change(new() { NodeName = Name, Roles = ["worker"] }),
        };
        await _client.CreateAsync(node);
        var capability = new NodeCapability { TotalRAMGB = 16, AvailableRAMGB = 8 };
        if (_model is { } model)
        {
            capability = capability with
            {
                ModelServers = [new() { Url = model.Url, Kind = ModelServerKind.LlamaCpp }],
                Models = [new() { Name = model.ModelName, Server = model.Url, Loaded = true, ContextTokens = 2048 }],
            };
        }

        var status = new FleetNodeStatus { Phase = FleetNodePhase.Ready, Slots = 1, Capability = capability };
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
