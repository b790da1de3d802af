using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads;

/// <summary>Which tasks are made and changed, and how each step stands with that. Pure.</summary>
internal sealed class ChildDecisions
{
    private const int MaxReason = 1024;

    private readonly WorkloadSnapshot _snapshot;
    private readonly Observed _observed;
    private readonly StepGraph _graph;
    private readonly BudgetLedger _ledger;
    private readonly List<(int Rank, AgenticTask Task)> _creates = [];
    private readonly HashSet<string> _madeNow = new(StringComparer.Ordinal);
    private readonly ImmutableArray<ChildChange>.Builder _changes = ImmutableArray.CreateBuilder<ChildChange>();
    private readonly Dictionary<string, StepResult> _results = new(StringComparer.Ordinal);
    private readonly bool _isUnrecorded;

    private ChildDecisions(WorkloadSnapshot snapshot, WorkloadPlan plan, ImmutableArray<Step> leftOver, Observed observed)
    {
        // Whatever people did to tasks, those that are left over bring no circle into the graph.
        (_snapshot, _observed, _graph) = (snapshot, observed, new StepGraph(plan.Steps.Concat(leftOver.Select(s => s with { DependsOn = [] }))));
        _isUnrecorded = plan.IsUnrecorded;
        _ledger = BudgetLedger.Of(snapshot.Workload.Spec, plan.Steps.Concat(leftOver)
            .Where(s => !s.IsSuperseded || observed.Result(s.Name).State != StepState.Planned)
            .Select(s => (s, observed.Result(s.Name), observed.Tasks.GetValueOrDefault(s.Name))));
    }

    /// <summary>Tasks to make, those of the largest rank first.</summary>
    public ImmutableArray<AgenticTask> Creates => [.. _creates.OrderByDescending(c => c.Rank).Select(c => c.Task)];

    /// <summary>Changes of tasks.</summary>
    public ImmutableArray<ChildChange> Changes => _changes.ToImmutable();

    private WorkloadSpec Spec => _snapshot.Workload.Spec;

    /// <summary>Decides about all steps of a plan.</summary>
    /// <param name="snapshot">The Workload and its tasks.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="leftOver">Steps of an earlier plan that have tasks.</param>
    /// <param name="observed">How all of them stand.</param>
    public static ChildDecisions Of(WorkloadSnapshot snapshot, WorkloadPlan plan, ImmutableArray<Step> leftOver, Observed observed)
    {
        var decisions = new ChildDecisions(snapshot, plan, leftOver, observed);
        foreach (var step in leftOver)
        {
            decisions._results[step.Name] = observed.Result(step.Name);
        }

        foreach (var step in decisions._graph.Ordered().Where(s => !decisions._results.ContainsKey(s.Name)).ToArray())
        {
            decisions._results[step.Name] = decisions.Decide(step);
        }

        // They go on, so they are released as the others are.
        var gate = CloudGate.Of(snapshot);
        foreach (var step in leftOver)
        {
            if (observed.Tasks.GetValueOrDefault(step.Name) is not { } task || decisions.HoldOrResume(task, isPlanning: step.Dropped is not null))
            {
                continue;
            }

            if (step.Dropped is { } useless)
            {
                decisions._results[step.Name] = decisions.Cancel(task, observed.Result(step.Name), useless);
            }
            else if (step.Kind == TaskKind.Review && gate.Refusal(step.Agent) is { } refusal)
            {
                decisions._results[step.Name] = decisions.Cancel(task, observed.Result(step.Name), $"It may not review any more: {refusal}.");
            }
            else
            {
                decisions._results[step.Name] = decisions.Release(step, task, observed.Result(step.Name));
            }
        }

        return decisions;
    }

    /// <summary>How a step stands; a step that was not taken counts as skipped.</summary>
    public StepResult Result(string step) => _results.GetValueOrDefault(step, StepResult.Unmade);

    private StepResult Decide(Step step)
    {
        var result = _observed.Result(step.Name);
        if (result.State == StepState.Planned)
        {
            return Spec.Cancel == true ? new(StepState.NotTaken) { Reason = FailureReason.Cancelled, Message = "spec.cancel was set before its task was made." }
                : step.Dropped is { } useless ? new(StepState.NotTaken) { Message = useless }
                : step.IsSuperseded ? new(StepState.NotTaken) { Message = "A later round took its place before its task was made." }
                : Unmade(step);
        }

        if (_observed.Tasks.GetValueOrDefault(step.Name) is { } task && !task.IsTerminal())
        {
            return HoldOrResume(task, step.IsPlanning) ? result
                : step.Dropped is { } why ? Drop(task, result, why)
                : step.IsRetried && !RetryRule.OnlyLooks(step.Kind) ? Drop(task, result, "What it builds on is done again.")
                : !step.IsPlanning && StallRule.Why(task, _snapshot.Usual) is { } stalled ? Cancel(task, result, stalled)
                : Release(step, task, result);
        }

        return result;
    }

    // True when it is held, so that it is not released now.
    private bool HoldOrResume(AgenticTask task, bool isPlanning = false)
    {
        if (task.IsTerminal())
        {
            return true;
        }

        if (Spec.Cancel == true)
        {
            if (task.Spec.Cancel != true)
            {
                _changes.Add(new CancelChild { Task = task });
            }

            return true;
        }

        var byUs = task.Metadata.Annotations?.ContainsKey(Labels.SuspendedByWorkload) == true;
        if (Spec.Suspend == true && !isPlanning)
        {
            if (task.Spec.Suspend != true)
            {
                _changes.Add(new SuspendChild { Task = task, Suspended = true });
            }

            return true;
        }

        if (byUs)
        {
            _changes.Add(new SuspendChild { Task = task, Suspended = false });
            return true;
        }

        return false;
    }

    // Reviews and checks of the old work end before the new round begins; what builds on it does not go on.
    private StepResult Drop(AgenticTask task, StepResult result, string why)
    {
        return Cancel(task, result, why);
    }

    private StepResult Unmade(Step step)
    {
        if (step.After.FirstOrDefault(IsUnderWay) is { } earlier)
        {
            return StepResult.Unmade with { Message = $"Waits for step {earlier} to end." };
        }

        if (step.Behind.FirstOrDefault(b => Result(b).State == StepState.Planned || _madeNow.Contains(b)) is { } coming)
        {
            return StepResult.Unmade with { Message = $"Waits for step {coming}." };
        }

        // Its round stays due, so what is made behind a step that can't be made would be done again without end.
        if (step.Behind.FirstOrDefault(b => Result(b).Task is null) is { } never)
        {
            return NotTaken($"Step {never} could not be made.");
        }

        return step.Hold is { } hold ? StepResult.Unmade with { Message = hold } : Due(step);
    }

    // A step that no other round keeps, by how those before it ended.
    private StepResult Due(Step step)
    {
        var before = step.DependsOn.Select(d => (Name: d, Result: Result(d))).ToImmutableArray();
        if (step.When is { } when)
        {
            if (before.FirstOrDefault(b => !b.Result.HasEnded) is { Name: not null } open)
            {
                return StepResult.Unmade with { Message = $"Waits for step {open.Name} to end." };
            }

            if (before.FirstOrDefault(b => !when.Contains(VerdictOf(b.Result))) is { Name: not null } other)
            {
                return NotTaken($"Step {other.Name} ended with {VerdictOf(other.Result)}; this one is for {string.Join(", ", when)}.");
            }

            // A task that brings a file from another one must depend on it, and that has succeeded.
            return Make(step, before
                .Where(b => b.Result.IsOnTarget && _observed.Tasks.ContainsKey(b.Name)).Select(b => StepNames.Task(_snapshot.Workload.Name(), b.Name))
                .Where(name => step.Payload.Inputs?.Any(i => i.FromTask?.Name == name) == true));
        }

        // A task behind an untaken step records what that one followed, so all of it must be made or left out by then.
        if (before.FirstOrDefault(b => b.Result.State == StepState.Planned && !_madeNow.Contains(b.Name)) is { Name: not null } later)
        {
            return StepResult.Unmade with { Message = $"Waits for step {later.Name}." };
        }

        if (before.FirstOrDefault(b => b.Result.State == StepState.NotTaken) is { Name: not null } not)
        {
            return NotTaken($"Step {not.Name} was not taken.");
        }

        if (before.FirstOrDefault(b => b.Result.HasEnded && !b.Result.IsOnTarget && !_observed.Tasks.ContainsKey(b.Name)) is { Name: not null } gone)
        {
            return NotTaken($"Step {gone.Name} did not reach its target.");
        }

        return Make(step, before.Where(b => !b.Result.HasEnded || _observed.Tasks.ContainsKey(b.Name)).Select(b => StepNames.Task(_snapshot.Workload.Name(), b.Name)));
    }

    private StepResult Make(Step step, IEnumerable<string> dependsOn)
    {
        var name = StepNames.Task(_snapshot.Workload.Name(), step.Name);
        if (Spec.Suspend == true && !step.IsPlanning)
        {
            return StepResult.Unmade with { Message = "Waits until spec.suspend is cleared." };
        }

        if (_isUnrecorded && !step.IsPlanning)
        {
            return StepResult.Unmade with { Message = "Waits until the plan is recorded." };
        }

        var payload = step.Payload;
        List<string> awaiting;
        try
        {
            awaiting = [.. PayloadFilling.Sources(payload, step, _graph).RemoveAll(s => Result(s).HasEnded)];
            if (_ledger.Applies(step.Kind))
            {
                awaiting.Add(ChildTask.Budget);
            }

            // What is filled in is never read again, so a task that is released later is filled in then.
            if (awaiting.Count == 0)
            {
                payload = PayloadFilling.Fill(payload, step, _graph, Result);
            }
        }
        catch (ReferenceException e)
        {
            return new(StepState.Failed) { Reason = FailureReason.UpstreamFailed, Message = $"{e.Message}." };
        }

        if (!_snapshot.Obstacles.ContainsKey(name))
        {
            _madeNow.Add(step.Name);
        }

        _creates.Add((step.Rank, ChildTask.Of(_snapshot.Workload, step, payload, dependsOn, Followed(step), awaiting)));
        return _snapshot.Obstacles.GetValueOrDefault(name) is { } obstacle
            ? StepResult.Unmade with { Message = obstacle }
            : new(StepState.Pending) { Task = name, Message = awaiting.Count > 0 ? StepResult.Waiting(string.Join(", ", awaiting)) : null };
    }

    // A step without a task may get one in a later round, so what it followed stands in its place.
    private List<string> Followed(Step step)
    {
        var found = new List<string>();
        var open = new Queue<string>(step.DependsOn);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var before))
        {
            if (!seen.Add(before))
            {
                continue;
            }

            if (Result(before).Task is not null)
            {
                found.Add(before);
                continue;
            }

            foreach (var further in _graph.Before(before))
            {
                open.Enqueue(further);
            }
        }

        return found;
    }

    private StepResult Release(Step step, AgenticTask task, StepResult result)
    {
        if (task.PhaseOrPending() == TaskPhase.Pending && step.DependsOn.Where(d => IsLost(d, task)).ToArray() is { Length: > 0 } lost)
        {
            return Forget(task, result, lost);
        }

        var awaited = ChildTask.Awaited(task);
        if (awaited.IsEmpty || task.Status.Attempt > 0 || step.DependsOn.Any(d => step.When is null && !Result(d).IsOnTarget && Result(d).State != StepState.NotTaken))
        {
            return result;
        }

        TaskPayload payload;
        try
        {
            // People may have changed the payload meanwhile.
            var open = PayloadFilling.Sources(task.Spec.Payload, step, _graph).RemoveAll(s => Result(s).HasEnded);

            // What is not made before the next round begins, which waits for this task, never comes for it.
            if (step.IsRetried && open.Any(s => Result(s).State == StepState.Planned))
            {
                return Drop(task, result, "What it builds on is done again.");
            }

            if (!open.IsEmpty)
            {
                return result;
            }

            payload = PayloadFilling.Fill(task.Spec.Payload, step, _graph, Result);
        }
        catch (ReferenceException e)
        {
            return Cancel(task, result, $"{e.Message}.");
        }

        TaskBudget? budget = null;
        if (awaited.Contains(ChildTask.Budget) && _ledger.Applies(step.Kind))
        {
            if (_ledger.Grant(step.Kind) is not { } granted)
            {
                return _ledger.IsExhausted(step.Kind) ? Cancel(task, result, ChildTask.BudgetUsedUp) : result with { Message = "Waits for a part of spec.budget." };
            }

            budget = granted;
        }

        _changes.Add(new ReleaseChild { Task = task, Payload = ReferenceEquals(payload, task.Spec.Payload) ? null : payload, Budget = budget });
        return _snapshot.Obstacles.GetValueOrDefault(task.Name()) is { } obstacle ? result with { Message = obstacle } : result;
    }

    private bool IsUnderWay(string step) => _observed.Result(step) is { HasEnded: false } result && result.State != StepState.Planned;

    // What is known of an end counts on, but files that the task delivered are gone with it.
    private StepResult Forget(AgenticTask task, StepResult result, string[] lost)
    {
        if (lost.FirstOrDefault(l => !Result(l).IsOnTarget && !Result(l).HadNothingToDo) is { } failed)
        {
            return Cancel(task, result, $"The task of step {failed} was deleted, and this one would wait for it for ever.");
        }

        if (lost.FirstOrDefault(l => Result(l).HadNothingToDo) is { } idle)
        {
            return Cancel(task, result, $"Step {idle} had nothing to do.", isSkipped: true);
        }

        if (lost.FirstOrDefault(l => task.Spec.Payload.Inputs?.Any(i => i.Content is null && i.FromTask?.Name == Result(l).Task) == true) is { } source)
        {
            return Cancel(task, result, $"The task of step {source} was deleted, and the files that this one takes from it are gone.");
        }

        var gone = lost.Select(l => Result(l).Task).ToHashSet(StringComparer.Ordinal);
        _changes.Add(new ForgetUpstream { Task = task, DependsOn = [.. task.Spec.DependsOn!.Where(d => !gone.Contains(d))] });
        return _snapshot.Obstacles.GetValueOrDefault(task.Name()) is { } obstacle ? result with { Message = obstacle } : result;
    }

    // The scheduler waits for a task that is not there.
    private bool IsLost(string step, AgenticTask task) =>
        Result(step) is { HasEnded: true, Task: { } gone } && !_observed.Tasks.ContainsKey(step) && task.Spec.DependsOn?.Contains(gone) == true;

    private StepResult Cancel(AgenticTask task, StepResult result, string why, bool isSkipped = false)
    {
        if (task.Spec.Cancel != true)
        {
            _changes.Add(new CancelChild { Task = task, Because = Texts.Cut(why, MaxReason), IsSkipped = isSkipped });
        }

        return result with { Message = why };
    }

    private static StepResult NotTaken(string why) => new(StepState.NotTaken) { Verdict = Verdict.Skipped, Message = why };

    // What failed without a verdict of its own did not come to its end; where nothing was to be done, nobody refused.
    internal static Verdict VerdictOf(StepResult result) => result.HadNothingToDo ? Verdict.Skipped : result.Verdict ?? (result.State == StepState.NotTaken ? Verdict.Skipped : Verdict.Incomplete);
}
