using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>
/// A host of one slot with connections of its own and nothing on disk: it registers, renews its Lease, claims what is assigned to it, and ends that as soon as runs
/// may end. Hundreds of them are one fleet.
/// </summary>
internal sealed class LightHost : IAsyncDisposable
{
    private static readonly PatchOptions OfStatus = new() { Subresource = "status" };

    private readonly KubernetesClient _client;
    private readonly Task _runsMayEnd;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _parts = [];
    private Task _claiming = Task.CompletedTask;

    private LightHost(KubernetesClient client, string name, Task runsMayEnd) => (_client, Name, _runsMayEnd) = (client, name, runsMayEnd);

    /// <summary>Name of its FleetNode.</summary>
    public string Name { get; }

    private string Holder => $"{Name}/1";

    /// <summary>Registers, and begins to claim.</summary>
    /// <param name="fleet">The operator.</param>
    /// <param name="name">Name of its FleetNode.</param>
    /// <param name="runsMayEnd">Completed once runs may end.</param>
    public static async Task<LightHost> StartAsync(TestOperator fleet, string name, Task runsMayEnd)
    {
        var host = new LightHost(new KubernetesClient(fleet.Client.Configuration), name, runsMayEnd);
        await host.RegisterAsync();
        var lease = new LeaseHolder(host._client, fleet.Space, Labels.LeaseName(name), host.Holder);
        await lease.TryAcquireAsync();
        host._parts.Add(lease.RunAsync(host._stop.Token));
        host._claiming = host.ClaimAsync();
        return host;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _claiming;
        await Task.WhenAll(_parts);
        await _client.TryDeleteAsync<FleetNode>(Name);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RegisterAsync()
    {
        await _client.CreateAsync(new FleetNode
        {
            Metadata = new() { Name = Name, Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub" } },
            Spec = new() { NodeName = Name, Roles = ["worker"] },
        });
        var status = new FleetNodeStatus { Phase = FleetNodePhase.Ready, Slots = 1, Capability = new() { TotalRAMGB = 16, AvailableRAMGB = 8 } };
        var body = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, ApiJson.Default.FleetNodeStatus) };
        await _client.PatchMetadataAsync<FleetNode>(V1Patch.Merge(body), Name, null, OfStatus);
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
                    _parts.Add(RunAsync(change.Object));
                }
            }
        });
        await tasks.RunAsync(_stop.Token);
    }

    private async Task RunAsync(AgenticTask task)
    {
        try
        {
            var (attempt, conditions) = (task.Status.Attempt, task.Status.Conditions ?? []);
            var begun = DateTimeOffset.UtcNow;
            await WriteAsync(task, TaskWrites.Claim(attempt, new() { Holder = Holder, AcquiredAt = begun }, first: attempt == 1, conditions));
            await _runsMayEnd.WaitAsync(_stop.Token);
            var ended = DateTimeOffset.UtcNow;
            await WriteAsync(task, TaskWrites.End(attempt, Holder, new()
            {
                Phase = TaskPhase.Succeeded,
                Verdict = Verdict.Go,
                Conditions = conditions.Set(new() { Type = ConditionTypes.Completed, Status = Kubernetes.Conditions.True, Reason = Reasons.Succeeded, Message = "Done." }, ended),
                Attempt = new() { Attempt = attempt, Node = Name, Holder = Holder, StartedAt = begun, EndedAt = ended, Outcome = AttemptOutcome.Succeeded },
                FinishedAt = ended,
            }));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound)
        {
            // Somebody else has it, or it is gone.
        }
    }

    // Tried again like the real one's: what was refused after a lost answer is stored already.
    private async Task WriteAsync(AgenticTask task, V1Patch patch)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await _client.PatchMetadataAsync<AgenticTask>(patch, task.Name(), task.Namespace(), OfStatus, _stop.Token);
                return;
            }
            catch (KubernetesException e) when (e.IsTestFailed && !isFirst)
            {
                return;
            }
            catch (Exception e) when (e is KubernetesUnreachableException || e is KubernetesException { IsTestFailed: false, IsNotFound: false })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, _stop.Token);
            }
        }
    }
}
