using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Runner;
using Foreman.Runner.Fencing;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>
/// What an operator runs itself: claimed under the identity of its leadership and written without the leader's fence, given back when the lead ends, gone
/// with the process. Results that are not stored yet survive on its disk, and its next leadership delivers them.
/// </summary>
internal sealed class SimulatedRuns(FleetWorld world, SimulatedOperator process) : IExecutionBackend
{
    private readonly Dictionary<AttemptKey, Attempt> _held = [];
    private readonly HashSet<AttemptKey> _dealtWith = [];
    private readonly List<FencedWrite> _outbox = [];
    private readonly SimulatedWriter _writer = new(world, process);

    public IPlacementRules Rules => OperatorPlacement.Instance;

    /// <summary>A leadership begins, with nothing in memory.</summary>
    public void Begin()
    {
        _held.Clear();
        _dealtWith.Clear();
        foreach (var write in _outbox.ToArray())
        {
            Deliver(write);
        }
    }

    /// <summary>The process steps down: what runs is given back.</summary>
    public void GiveAllBack()
    {
        var runs = _held.Values.Where(a => _outbox.TrueForAll(w => w.Attempt.Key != a.Key)).ToArray();
        _held.Clear();
        foreach (var attempt in runs)
        {
            _writer.Send(_writer.GiveBack(attempt), static _ => { });
        }
    }

    public void Start(AgenticTask task)
    {
        var attempt = new Attempt(task, process.RunIdentity);
        if (!process.Leads || !_dealtWith.Add(attempt.Key))
        {
            return;
        }

        var claim = new TaskClaim { Holder = attempt.Holder, AcquiredAt = process.Wall };
        _writer.Send(_writer.Claim(attempt, claim), stored =>
        {
            if (stored)
            {
                OnClaimed(attempt with { ClaimedAt = claim.AcquiredAt });
            }
        });
    }

    public void Update(AgenticTask task)
    {
        foreach (var key in _held.Keys.Where(k => k.Uid == task.Uid() && HasLeft(k, task)).ToArray())
        {
            _held.Remove(key);
        }
    }

    public HolderObservation? Observe(AgenticTask task) => null;

    public void Release(AgenticTask task, ReleaseCause cause)
    {
    }

    private static bool HasLeft(AttemptKey key, AgenticTask task) =>
        task.Status.Attempt > key.Number || (task.Status.Attempt == key.Number && (task.PhaseOrPending() == TaskPhase.Pending || task.IsTerminal()));

    private void OnClaimed(Attempt attempt)
    {
        if (!process.Leads || attempt.Holder != process.RunIdentity)
        {
            _writer.Send(_writer.GiveBack(attempt), static _ => { });
            return;
        }

        _held[attempt.Key] = attempt;
        var time = world.RunTime();
        process.Later(time / 2, () => Progress(attempt));
        process.Later(time, () => Finish(attempt));
    }

    private void Progress(Attempt attempt)
    {
        if (IsHeld(attempt))
        {
            _writer.SendProgress(attempt);
        }
    }

    private void Finish(Attempt attempt)
    {
        if (IsHeld(attempt))
        {
            var write = _writer.End(attempt);
            _outbox.Add(write);
            Deliver(write);
        }
    }

    private bool IsHeld(Attempt attempt) => _held.GetValueOrDefault(attempt.Key)?.Holder == attempt.Holder;

    private void Deliver(FencedWrite write) => _writer.Send(write, stored =>
    {
        _outbox.Remove(write);
        _held.Remove(write.Attempt.Key);
        if (stored)
        {
            world.Checks.OnAccepted(write.Attempt);
        }
    });
}
