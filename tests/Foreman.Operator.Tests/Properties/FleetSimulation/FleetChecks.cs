using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>What must hold after every step, and what must hold at the end.</summary>
internal sealed class FleetChecks(FleetWorld world, IReadOnlyList<SimulatedHost> hosts)
{
    /// <summary>Most writes in a minute of virtual time, renewals of Leases aside.</summary>
    private const int MostWritesPerMinute = 300;

    /// <summary>A host whose renewal was stored more recently than this is not silent, however late its renewals are heard of.</summary>
    private static readonly TimeSpan SurelyHeard = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(string Uid, long Attempt), string> _claimed = [];
    private readonly HashSet<(string Uid, long Attempt)> _assigned = [];
    private readonly Dictionary<string, AgenticTaskStatus> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _renewed = new(StringComparer.Ordinal);
    private readonly List<AttemptKey> _accepted = [];
    private (TimeSpan Start, TimeSpan End) _outage = (TimeSpan.MaxValue, TimeSpan.MinValue);
    private HashSet<string> _inOutage = [];
    private (int Minute, int Count) _rate;

    /// <summary>Writes so far, renewals of Leases aside.</summary>
    public int Writes { get; private set; }

    /// <summary>True when nothing is left to do: what can end has ended.</summary>
    public bool IsSettled => world.Server.Tasks.All(t => t.IsTerminal() || t.Name() == "misfit");

    public void OnWrite(string writer)
    {
        Writes++;
        var minute = (int)world.Now.TotalMinutes;
        _rate = _rate.Minute == minute ? (minute, _rate.Count + 1) : (minute, 1);
        if (_rate.Count > MostWritesPerMinute)
        {
            world.Fail($"more than {MostWritesPerMinute} writes came within a minute, the last of {writer}");
        }
    }

    public void OnLeaderWrite(string identity, string name)
    {
        var leader = world.Server.Find<V1Lease>(FleetWorld.LeaderLease)!.Spec!.HolderIdentity;
        if (leader != identity)
        {
            world.Fail($"a write of {identity} to {name} arrives while {leader} holds the Lease");
        }
    }

    /// <summary>A runner was told that its final write is stored.</summary>
    public void OnAccepted(Attempt attempt) => _accepted.Add(attempt.Key);

    /// <summary>All hosts, or all of a site, are cut off at once.</summary>
    public void OnOutage(IReadOnlyList<SimulatedHost> cut, TimeSpan end)
    {
        var recent = cut.Where(h => h.IsAlive && Age(h.Name) <= TimeSpan.FromSeconds(12)).ToArray();
        _outage = (world.Now, end);
        _inOutage = recent.Length < 2 ? [] : recent.Where(h => Age(h.Name) <= TimeSpan.FromSeconds(6)).Select(h => h.Name).ToHashSet(StringComparer.Ordinal);
    }

    public void OnDecided(SimulatedOperator decider, Plan plan)
    {
        foreach (var lost in plan.Decisions.OfType<TakeBackTask>().Where(d => d.Attempt.Reason == Reasons.HolderLost))
        {
            if (lost.Task.Status.Placement == Placement.Operator)
            {
                OnLostOperator(decider, lost);
                continue;
            }

            var host = lost.Attempt.Node!;
            if (Age(host) < SurelyHeard)
            {
                world.Fail($"{decider.Identity} takes {lost.Task.Name()} back from {host}, whose Lease was renewed {Age(host).TotalSeconds:0.0} s ago");
            }

            var undisturbed = decider.DisturbedAt < _outage.Start - TimeSpan.FromSeconds(15);
            if (undisturbed && _inOutage.Contains(host) && world.Now > _outage.Start && world.Now < _outage.End)
            {
                world.Fail($"{decider.Identity} takes {lost.Task.Name()} back from {host}, although all hosts, or all of its site, fell silent at once");
            }
        }
    }

    private void OnLostOperator(SimulatedOperator decider, TakeBackTask lost)
    {
        if (lost.Task.Status.Claim?.Holder == decider.RunIdentity)
        {
            world.Fail($"{decider.Identity} takes {lost.Task.Name()} back from itself");
        }
    }

    public void OnChange(IKubernetesObject? before, IKubernetesObject after)
    {
        if (after is V1Lease lease)
        {
            _renewed[lease.Name()] = world.Now;
        }
        else if (after is AgenticTask task)
        {
            OnTask((AgenticTask?)before, task);
        }
    }

    /// <summary>Every task has ended or says why it waits, and nobody holds what is not live.</summary>
    public void OnSettled()
    {
        foreach (var task in world.Server.Tasks.Where(t => !t.IsTerminal()))
        {
            var scheduled = task.Status.Conditions.Find(ConditionTypes.Scheduled);
            if (task.Name() != "misfit")
            {
                world.Fail($"{task.Name()} has not ended: it is {task.PhaseOrPending()} in attempt {task.Status.Attempt}, {scheduled?.Message}");
            }
            else if (scheduled is not { Status: Conditions.False, Message.Length: > 0 })
            {
                world.Fail($"{task.Name()} does not say why it waits");
            }
        }
    }

    /// <summary>What the hosts' status says is what is true.</summary>
    public void AtEnd()
    {
        foreach (var node in world.Server.Objects.OfType<FleetNode>().Where(n => n.Status?.UsedSlots is > 0 || n.Status?.CurrentTasks is { Count: > 0 }))
        {
            world.Fail($"{node.Name()} shows {node.Status!.UsedSlots} used slots at the end");
        }

        foreach (var key in _accepted.Where(k => _ended.GetValueOrDefault(k.Uid)?.Attempt != k.Number))
        {
            world.Fail($"the result of {key} was accepted and is lost");
        }
    }

    private TimeSpan Age(string host) => world.Now - _renewed.GetValueOrDefault(Labels.LeaseName(host));

    private void OnTask(AgenticTask? before, AgenticTask after)
    {
        var (uid, was, now) = (after.Uid(), before?.Status, after.Status);
        if (was is not null && _ended.TryGetValue(uid, out var end)
            && (now.Phase != end.Phase || now.Attempt != end.Attempt || now.Result?.ToJsonString() != end.Result?.ToJsonString()))
        {
            world.Fail($"{after.Name()} had ended as {end.Phase} in attempt {end.Attempt} and is {now.Phase} in attempt {now.Attempt}");
        }

        if (after.IsTerminal())
        {
            _ended.TryAdd(uid, now);
        }

        if (now.Attempt != (was?.Attempt ?? 0) && !(now.Attempt == was?.Attempt + 1 && _assigned.Add((uid, now.Attempt))))
        {
            world.Fail($"attempt {now.Attempt} of {after.Name()} was assigned after attempt {was?.Attempt}");
        }

        if (now.Claim is { Holder: { Length: > 0 } holder })
        {
            var host = Holder.HostOf(holder);
            if (_claimed.TryAdd((uid, now.Attempt), host) is false && _claimed[(uid, now.Attempt)] != host)
            {
                world.Fail($"attempt {now.Attempt} of {after.Name()} is claimed by {host} after {_claimed[(uid, now.Attempt)]}");
            }

            if (now.AssignedNode is { } node && !MayClaim(host, now.Placement, node))
            {
                world.Fail($"attempt {now.Attempt} of {after.Name()} is assigned to {node} in place {now.Placement} and claimed by {host}");
            }
        }

        if (now.Phase == TaskPhase.Pending && (now.Claim is not null || now.AssignedNode is not null))
        {
            world.Fail($"{after.Name()} is Pending and holds a slot of {now.AssignedNode}");
        }

        CheckSlots(now.AssignedNode);
    }

    private static bool MayClaim(string claimer, Placement? placement, string node) =>
        placement == Placement.Operator ? claimer.StartsWith("operator-", StringComparison.Ordinal) : claimer == $"id-{node}";

    private void CheckSlots(string? name)
    {
        if (hosts.FirstOrDefault(h => h.Name == name) is { } host
            && world.Server.Tasks.Count(t => t.Status.AssignedNode == name && !t.IsTerminal()) is var used
            && used > host.Slots)
        {
            world.Fail($"{name} has {host.Slots} slots and {used} tasks");
        }
    }
}
