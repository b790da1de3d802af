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
internal sealed class SimulatedHost(FleetWorld world, string name, int slots) : SimulatedProcess(world, name)
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<AttemptKey, Attempt> _held = [];
    private readonly List<FencedWrite> _outbox = [];
    private int _cursor;
    private bool _isDraining;
    private bool _hasLease;

    public int Slots { get; } = slots;

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
        var key = new AttemptKey(task.Uid(), task.Status.Attempt);
        if (task.Status.AssignedNode != Name || _held.ContainsKey(key))
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
        var patch = World.Rules.Claim(TaskWrites.Claim(attempt.Number, claim, attempt.Task.Status.StartedAt is null, attempt.Task.Status.Conditions ?? []));
        Send(new(WriteKind.Claim, attempt, patch), stored => OnClaimed(attempt with { ClaimedAt = claim.AcquiredAt }, stored));
    }

    private void Reclaim(Attempt attempt, string old)
    {
        _held[attempt.Key] = attempt;
        Send(new(WriteKind.Reclaim, attempt, TaskWrites.Reclaim(attempt.Number, old, Self)) { OldHolder = old }, stored => OnClaimed(attempt, stored));
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
            Call(
                () => World.Write(Self, "AgenticTask", attempt.Name, TaskWrites.Progress(attempt.Number, Self, new TaskProgress { Turn = 1, UpdatedAt = Wall })),
                static _ => { },
                static _ => { });
        }
    }

    private void Finish(Attempt attempt)
    {
        if (_isDraining || !_held.ContainsKey(attempt.Key))
        {
            return;
        }

        var completion = new TaskCompletion
        {
            Phase = TaskPhase.Succeeded,
            Verdict = Verdict.Go,
            Result = new JsonObject { ["by"] = Self, ["attempt"] = attempt.Number },
            Attempt = Entry(attempt, AttemptOutcome.Succeeded, "Succeeded"),
            Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True, Reason = "Succeeded", LastTransitionTime = Wall }],
            FinishedAt = Wall,
        };
        var write = new FencedWrite(WriteKind.End, attempt, World.Rules.End(TaskWrites.End(attempt.Number, Self, completion)));
        _outbox.Add(write);
        Deliver(write);
    }

    private void Deliver(FencedWrite write) => Send(write, stored =>
    {
        _outbox.Remove(write);
        _held.Remove(write.Attempt.Key);
        if (stored)
        {
            World.Checks.OnAccepted(write.Attempt);
        }
    });

    private void GiveBack(Attempt attempt) => Send(
        new(
            WriteKind.GiveBack,
            attempt,
            TaskWrites.GiveBack(attempt.Number, attempt.Holder, Entry(attempt, AttemptOutcome.GivenBack, Reasons.Draining), attempt.Task.Status.Conditions ?? [])),
        _ => _held.Remove(attempt.Key));

    private void Decline(Attempt attempt)
    {
        _held[attempt.Key] = attempt;
        Send(
            new(WriteKind.Decline, attempt, TaskWrites.Decline(attempt.Number, Entry(attempt, AttemptOutcome.Declined, Reasons.Draining), attempt.Task.Status.Conditions ?? [])),
            _ => _held.Remove(attempt.Key));
    }

    private TaskAttempt Entry(Attempt attempt, AttemptOutcome outcome, string reason) => new()
    {
        Attempt = attempt.Number,
        Node = Name,
        Holder = attempt.ClaimedAt is null ? null : attempt.Holder,
        Placement = Placement.Node,
        StartedAt = attempt.ClaimedAt,
        EndedAt = Wall,
        Outcome = outcome,
        Reason = reason,
    };

    /// <summary>Writes until it is stored (true) or fenced (false), as the runner does.</summary>
    private void Send(FencedWrite write, Action<bool> done, int tries = 1)
    {
        World.Trace($"{Self} sends {write.Kind} of {write.Attempt}");
        void Again() => Later(RetryDelay.After(tries, null, World.Jitter()), () => Send(write, done, tries + 1));
        Call(
            () => World.Write(Self, "AgenticTask", write.Attempt.Name, write.Patch),
            _ => done(true),
            e =>
            {
                if (WriteFailure.Remedy(e) == WriteRemedy.Wait)
                {
                    Again();
                    return;
                }

                Call(() => World.Server.Find<AgenticTask>(write.Attempt.Name), task => Judge(Fence.Decide(write, task), done, Again), _ => Again());
            });
    }

    private static void Judge(FenceAnswer answer, Action<bool> done, Action again)
    {
        if (answer == FenceAnswer.Retry)
        {
            again();
        }
        else
        {
            done(answer == FenceAnswer.Arrived);
        }
    }
}
