using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Agent.Conformance;
using Foreman.Agent.Draining;
using Foreman.Agent.Hosting;
using Foreman.Agent.Leasing;
using Foreman.Agent.Probing;
using Foreman.Agent.Registration;
using Foreman.Kubernetes;
using Foreman.Probes;

namespace Foreman.Agent.Heartbeat;

/// <summary>
/// Keeps the facts in the FleetNode's status: probes every few seconds, writes when something material has changed or the
/// interval has passed, and registers the host again when its FleetNode is gone. No failure ends it.
/// </summary>
internal sealed class HeartbeatLoop : IDisposable
{
    /// <summary>Bound on one round of calls, so that a slow server can't hold the next round up.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    // Folders of the state folder that may be disks of their own.
    private static readonly string[] StateFolders = ["outbox", "transcripts"];

    private readonly AgentContext _context;
    private readonly HostState _state;
    private readonly HostProbe _probe;
    private readonly ToolCallResults _toolCalls;
    private readonly MemoryShortages _shortages;
    private readonly NodeWatch _node;
    private readonly NodeLease _lease;
    private readonly NodeRegistration _registration;
    private readonly AgentInstance _instance;
    private readonly AsyncAutoResetEvent _wake;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Random _random;
    private readonly ProbeNotes _notes;
    private long? _writtenAt;
    private int _failures;

    public HeartbeatLoop(AgentContext context, HostState state, HostProbe probe, ToolCallResults toolCalls, MemoryShortages shortages, NodeWatch node, NodeLease lease)
    {
        (_context, _state, _probe, _toolCalls, _shortages, _node, _lease) = (context, state, probe, toolCalls, shortages, node, lease);
        _registration = new NodeRegistration(context);
        _wake = new AsyncAutoResetEvent(context.Time);
        _notes = new ProbeNotes(context.Logger);
        _instance = new AgentInstance
        {
            Holder = context.Identity.Holder,
            StartedAt = context.StartedAt,
            Pid = Environment.ProcessId,
            Host = Environment.MachineName,
        };
#pragma warning disable CA5394 // Spreads the heartbeats of many hosts; guards nothing.
        _random = new Random(context.Seed);
#pragma warning restore CA5394
        state.Changed += _wake.Set;
        node.Changed += OnNodeChanged;
    }

    private TimeSpan Interval => _context.Settings.Node.HeartbeatInterval;

    private TimeSpan ProbeInterval => Interval < TimeSpan.FromSeconds(10) ? Interval : TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ProbeAsync(cancellationToken);
                var wait = await TryWriteAsync(cancellationToken) ?? (ProbeInterval * (0.9 + (0.2 * NextJitter())));
                await _wake.WaitAsync(wait, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A host that runs tasks must not fall silent, whatever the fault.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _context.Logger.HeartbeatFault(e, ProbeInterval.TotalSeconds);
                await Task.Delay(ProbeInterval, _context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Probes this host and the free space of its disks.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var probed = _shortages.Apply(_toolCalls.Apply(DeclaredFacts.Apply(await _probe.ProbeAsync(cancellationToken), _context.Settings.Declared)));
        _notes.Log(probed.Notes);
        var runs = _context.Settings.Runs;
        var free = DiskSpace.Free([runs.StateDir, runs.WorkspaceDir, .. StateFolders.Select(f => Path.Combine(runs.StateDir, f)).Where(Directory.Exists)]);
        _state.Change(facts => facts with { Probed = probed, Disk = Acceptance.Disk(free, facts.Disk, _context.Time.GetUtcNow()) });
    }

    /// <summary>Writes what is due. How long to wait after a failure; null when all is well.</summary>
    public async Task<TimeSpan?> TryWriteAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(CallLimit, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(either.Token);
            _failures = 0;
            return null;
        }
#pragma warning disable CA1031 // Whatever the fault (of a credential plugin, of a reader), the next round tries again.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _failures++;
            var wait = ApiErrors.RetryDelay(e, _failures, NextJitter());
            _context.Logger.HeartbeatFailed(ApiErrors.Explain(e, _context.NodeName), wait.TotalSeconds);
            return wait;
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_lease.SinceRenewal is null)
        {
            // Another agent serves this name now, and writes this status.
            return;
        }

        var node = _node.Current;
        if (node is null)
        {
            node = await _registration.EnsureAsync(cancellationToken);
            _node.Set(node);
            _lease.SetOwner(node);
        }

        var wanted = NodeStatus.Of(_state.Facts, _instance, _context.Settings.Node.TaskNamespaces, _context.Time.GetUtcNow());
        var stored = NodeStatus.OwnPart(node.Status);
        var due = _writtenAt is not { } at || _context.Time.GetElapsedTime(at) >= Interval || StatusChange.IsMaterial(stored, wanted);
        if (!due)
        {
            return;
        }

        var patch = V1Patch.Merge(new JsonObject { ["status"] = MergeDiff.Between(NodeStatus.ToJson(stored), NodeStatus.ToJson(wanted)) });
        var started = _context.Time.GetTimestamp();
        try
        {
            await _context.Kubernetes.PatchMetadataAsync<FleetNode>(patch, _context.NodeName, null, new PatchOptions { Subresource = "status" }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            _node.Clear();
            _wake.Set();
            throw;
        }

        _writtenAt = started;
        _node.Set(node with { Status = Overlay(node.Status, wanted) }, before: node);
    }

    private static FleetNodeStatus Overlay(FleetNodeStatus? stored, FleetNodeStatus own) => own with
    {
        Conditions = stored?.Conditions,
        CurrentTask = stored?.CurrentTask,
        CurrentTasks = stored?.CurrentTasks,
        UsedSlots = stored?.UsedSlots,
        UpdateRequest = stored?.UpdateRequest,
    };

    // The node is gone, or the operator set it NotReady although its Lease is renewed: both are corrected immediately.
    private void OnNodeChanged()
    {
        var node = _node.Current;
        if (node is null || (node.Status?.Phase == FleetNodePhase.NotReady && _lease.SinceRenewal < TimeSpan.FromSeconds(15)))
        {
            _wake.Set();
        }
    }

#pragma warning disable CA5394 // Spreads the heartbeats of many hosts; guards nothing.
    private double NextJitter() => _random.NextDouble();
#pragma warning restore CA5394
}
