using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner;
using Foreman.Runner.Fencing;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>
/// A host with its agent: renews its Lease, claims what is assigned to it, runs it for a while, and writes the end until it is stored or
/// fenced. The writes and the verdicts on refused ones are the real ones of the runner; results survive a crash on its disk.
/// </summary>
internal sealed class SimulatedHost : SimulatedProcess
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<AttemptKey, Attempt> _held = [];
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private readonly List<FencedWrite> _outbox = [];
    private readonly SimulatedWriter _writer;
    private int _cursor;
    private bool _isDraining;
    private bool _hasLease;

    public SimulatedHost(FleetWorld world, string name, int slots)
        : base(world, name)
    {
        Slots = slots;
        _writer = new(world, this);
    }

    public int Slots { get; }

    /// <summary>The site that its FleetNode tells of; null for none.</summary>
    public string? Site { get; init; }

    private string Self => Holder.ForProcess($"id-{Name}", Life.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>SIGTERM: gives back what runs, releases the Lease, ends, and is started again after a while.</summary>
    public void Drain(TimeSpan restartAfter)
    {
        if (!IsAlive || _isDraining)
        {
            return;
        }

        World.Trace($"{Name} drains");
        _isDraining = true;
        WritePhase(FleetNodePhase.Draining);
        foreach (var attempt in _held.Values.Where(a => a.ClaimedAt is not null && _outbox.TrueForAll(w => w.Attempt.Key != a.Key)).ToArray())
        {
            GiveBack(attempt);
        }

        Later(TimeSpan.FromSeconds(1), () => EndWhenIdle(restartAfter));
    }

    protected override void OnStart()
    {
        _held.Clear();
        _seen.Clear();
        (_cursor, _isDraining, _hasLease) = (0, false, false);
        Later(World.Delay(), Renew);
        foreach (var write in _outbox.ToArray())
        {
            Deliver(write);
        }
    }

    protected override void OnHeard(int version)
    {
        var log = World.Server.Log;
        for (; _cursor < log.Count && log[_cursor].Version <= version; _cursor++)
        {
            if (_hasLease && log[_cursor].Object is AgenticTask task)
            {
                OnTask(task);
            }
        }
    }

    protected override void OnHeardAgain(IKubernetesObject obj)
    {
        if (_hasLease && obj is AgenticTask task)
        {
            OnTask(task);
        }
    }

    private void EndWhenIdle(TimeSpan restartAfter)
    {
        if (_held.Count > 0)
        {
            Later(TimeSpan.FromSeconds(1), () => EndWhenIdle(restartAfter));
            return;
        }

        var patch = V1Patch.Json(JsonPatchOperation.Test("/spec/holderIdentity", Self), JsonPatchOperation.Add("/spec/holderIdentity", ""));
        void End()
        {
            Crash();
            World.At(World.Until(restartAfter), Start);
        }

        Call(() => World.Server.Patch<V1Lease>(Labels.LeaseName(Name), patch), _ => End(), _ => End());
    }

    private void Renew()
    {
        var patch = V1Patch.Json(
            JsonPatchOperation.Add("/spec/holderIdentity", Self),
            JsonPatchOperation.Add("/spec/renewTime", FleetWorld.Text(Wall)));
        Call(() => World.Server.Patch<V1Lease>(Labels.LeaseName(Name), patch), _ => OnRenewed(), _ => Later(TimeSpan.FromSeconds(2), Renew));
    }

    private void OnRenewed()
    {
        Later(RenewEvery * (0.9 + (World.Jitter() / 10)), Renew);
        if (!_hasLease)
        {
            _hasLease = true;
            Call(() => (World.Server.Log.Count, World.Server.Tasks.ToArray()), OnListed, _ => _hasLease = false);
        }

        if (!_isDraining && World.Server.Find<FleetNode>(Name)!.Status?.Phase != FleetNodePhase.Ready)
        {
            WritePhase(FleetNodePhase.Ready);
        }
    }

    private void OnListed((int Cursor, AgenticTask[] Tasks) list)
    {
        _cursor = Math.Max(_cursor, list.Cursor);
        foreach (var task in list.Tasks)
        {
            OnTask(task);
        }
    }

    private void WritePhase(FleetNodePhase phase) => Call(
        () => World.Write(Self, "FleetNode", Name, V1Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["phase"] = phase.Value } })),
        static _ => { },
        static _ => { });

    private void OnTask(AgenticTask task)
    {
        // What a watch brings of an object after something newer is dropped, as the store of a reflector does.
        var (key, version) = (new AttemptKey(task.Uid(), task.Status.Attempt), task.Metadata.ResourceVersion!);
        if (ResourceVersions.IsOlder(version, _seen.GetValueOrDefault(task.Uid())))
        {
            return;
        }

        _seen[task.Uid()] = version;
        if (task.Status.AssignedNode != Name || task.Status.Placement != Placement.Node || _held.ContainsKey(key))
        {
            return;
        }

        if (task.PhaseOrPending() == TaskPhase.Scheduled)
        {
            if (_isDraining)
            {
                Decline(new Attempt(task, Self));
            }
            else
            {
                Claim(new Attempt(task, Self));
            }
        }
        else if (task.PhaseOrPending() == TaskPhase.Running && task.Status.Claim?.Holder is { } old && old != Self && Holder.SameHost(old, Self)
            && !_isDraining && _outbox.TrueForAll(w => w.Attempt.Key != key))
        {
            Reclaim(new Attempt(task, Self) { ClaimedAt = task.Status.Claim.AcquiredAt }, old);
        }
    }

    private void Claim(Attempt attempt)
    {
        _held[attempt.Key] = attempt;
        var claim = new TaskClaim { Holder = Self, AcquiredAt = Wall };
        _writer.Send(_writer.Claim(attempt, claim), stored => OnClaimed(attempt with { ClaimedAt = claim.AcquiredAt }, stored));
    }

    private void Reclaim(Attempt attempt, string old)
    {
        _held[attempt.Key] = attempt;
        _writer.Send(new(WriteKind.Reclaim, attempt, TaskWrites.Reclaim(attempt.Number, old, Self)) { OldHolder = old }, stored => OnClaimed(attempt, stored));
    }

    private void OnClaimed(Attempt attempt, bool stored)
    {
        if (!stored)
        {
            _held.Remove(attempt.Key);
        }
        else if (_isDraining)
        {
            _held[attempt.Key] = attempt;
            GiveBack(attempt);
        }
        else
        {
            _held[attempt.Key] = attempt;
            var time = World.RunTime();
            Later(time / 2, () => Progress(attempt));
            Later(time, () => Finish(attempt));
        }
    }

    private void Progress(Attempt attempt)
    {
        if (_held.ContainsKey(attempt.Key) && !_isDraining)
        {
            _writer.SendProgress(attempt);
        }
    }

    private void Finish(Attempt attempt)
    {
        if (_isDraining || !_held.ContainsKey(attempt.Key))
        {
            return;
        }

        var write = _writer.End(attempt);
        _outbox.Add(write);
        Deliver(write);
    }

    private void Deliver(FencedWrite write) => _writer.Send(write, stored =>
    {
        _outbox.Remove(write);
        _held.Remove(write.Attempt.Key);
        if (stored)
        {
            World.Checks.OnAccepted(write.Attempt);
        }
    });

    private void GiveBack(Attempt attempt) => _writer.Send(_writer.GiveBack(attempt), _ => _held.Remove(attempt.Key));

    private void Decline(Attempt attempt)
    {
        _held[attempt.Key] = attempt;
        _writer.Send(_writer.Decline(attempt), _ => _held.Remove(attempt.Key));
    }
}
