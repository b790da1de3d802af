using Foreman.Api;
using Foreman.Kubernetes;
using static Foreman.Workloads.Texts;

namespace Foreman.Workloads;

/// <summary>The conditions of a Workload. Pure.</summary>
/// <param name="workload">The Workload.</param>
/// <param name="now">Time of day.</param>
internal sealed class WorkloadConditions(Workload workload, DateTimeOffset now)
{
    private IReadOnlyList<V1Condition> _conditions = workload.Status?.Conditions ?? [];

    /// <summary>The conditions; the very list of the status when nothing has changed.</summary>
    public IReadOnlyList<V1Condition> All => _conditions;

    /// <summary>Why there is no plan.</summary>
    /// <param name="fault">Why.</param>
    /// <param name="hasTasks">True when there are tasks from before, whose ends say whether the Workload has ended.</param>
    public void Fault(PlanFault fault, bool hasTasks)
    {
        Set(ConditionTypes.Planned, false, fault.Reason, fault.Message);
        if (hasTasks)
        {
            return;
        }

        if (fault.IsFinal)
        {
            Set(ConditionTypes.Completed, true, fault.Reason, fault.Message);
        }
        else
        {
            _conditions = _conditions.Without(ConditionTypes.Completed);
        }
    }

    /// <summary>The plan, and what was left out or added.</summary>
    public void Plan(WorkloadPlan plan, int tasks, string? obstacle)
    {
        if (obstacle is null)
        {
            Set(ConditionTypes.Planned, true, Reasons.PlannerSucceeded, Text($"{plan.Steps.Length} steps, {tasks} of them as tasks."));
        }
        else
        {
            Set(ConditionTypes.Planned, false, Reasons.RenderError, obstacle);
        }

        SetOrRemove(ConditionTypes.Truncated, plan.Truncated);
        SetOrRemove(ConditionTypes.CloudReviewersSuppressed, plan.Suppressed.IsEmpty ? null
            : (Reasons.SovereigntyGate, Text($"{plan.Suppressed.Length} reviewers may not work here: {string.Join("; ", plan.Suppressed)}.")));
        foreach (var type in (ReadOnlySpan<string>)[ConditionTypes.RetryTriggered, ConditionTypes.CoderEscalationTriggered, ConditionTypes.ReviewIterationTriggered, ConditionTypes.EscalationTriggered])
        {
            if (plan.Additions.FirstOrDefault(a => a.Type == type) is { Type: not null } addition)
            {
                Set(type, addition.IsTrue, addition.Reason, addition.Message);
            }
            else
            {
                _conditions = _conditions.Without(type);
            }
        }

        SetOrRemove(ConditionTypes.NeedsDecision, plan.Questions.Where(q => q.IsOpen).ToArray() is { Length: > 0 } open && workload.Spec.Cancel != true
            ? (Reasons.QuestionAsked, string.Join(" ", open.Select(q => $"Step {q.Step} asks: {q.Text}")))
            : null);
        SetOrRemove(ConditionTypes.IntentIgnored, plan.IsIntentIgnored
            ? (Reasons.StepsBegun, "spec.intent was changed after steps of its plan had begun, so the plan stands; create another Workload for the new one.")
            : null);
        SetOrRemove(ConditionTypes.Suspended, workload.Spec.Suspend == true ? (Reasons.Suspended, "spec.suspend is set; clear it to go on.") : null);
    }

    /// <summary>Runs that got nowhere and were ended.</summary>
    /// <param name="steps">All steps.</param>
    public void Stalls(IEnumerable<WorkloadStep> steps)
    {
        var stalled = steps.Where(s => s.Reason == FailureReason.Stalled).Select(s => s.Name).ToArray();
        SetOrRemove(ConditionTypes.Stalled, stalled.Length == 0 ? null
            : (Reasons.Stalled, Text($"Ended, since they worked far longer than others without a change of a file: {string.Join(", ", stalled.Take(20))}{(stalled.Length > 20 ? ", …" : "")}.")));
    }

    /// <summary>What became of the tasks.</summary>
    /// <param name="rollup">Their sum.</param>
    /// <param name="phase">Phase of the Workload.</param>
    /// <param name="reason">Why it ended; null while it has not.</param>
    public void Progress(Rollup rollup, WorkloadPhase phase, string? reason)
    {
        var counts = Text($"{rollup.InFlight} in flight, {rollup.Succeeded} on target, {rollup.Incomplete} incomplete, {rollup.Failed} failed, {rollup.AlreadyResolved} already resolved");
        if (phase == WorkloadPhase.Dispatched)
        {
            Set(ConditionTypes.Dispatched, true, Reasons.ChildrenInFlight, counts + ".");
        }

        if (reason is null)
        {
            _conditions = _conditions.Without(ConditionTypes.Completed);
        }
        else
        {
            Set(ConditionTypes.Dispatched, false, Reasons.ChildrenEnded, "All tasks have ended.");
            Set(ConditionTypes.Completed, true, reason, Text($"{rollup.Succeeded} of {rollup.Total} tasks on target, {rollup.Incomplete} incomplete, {rollup.Failed} failed, {rollup.AlreadyResolved} already resolved."));
        }

        if (rollup.Resolved is { IsEmpty: false } resolved)
        {
            Set(ConditionTypes.CoderAlreadyResolved, true, Reasons.AlreadyResolved, $"Done before: {string.Join(", ", resolved.Select(r => Text($"#{r.Issue}{(r.By is null ? "" : $" by {r.By}")}")))}.");
        }
        else if (workload.Spec.Issues is { Count: > 0 })
        {
            Set(ConditionTypes.CoderAlreadyResolved, false, Reasons.NoAlreadyResolved, "No coder found its work done before.");
        }
    }

    private void SetOrRemove(string type, (string Reason, string Message)? what)
    {
        if (what is { } told)
        {
            Set(type, true, told.Reason, told.Message);
        }
        else
        {
            _conditions = _conditions.Without(type);
        }
    }

    private void Set(string type, bool isTrue, string reason, string message) =>
        _conditions = _conditions.SetFor(workload, new() { Type = type, Status = isTrue ? Conditions.True : Conditions.False, Reason = reason, Message = Bounded(message) }, now);

    private static string Bounded(string message) => Texts.Cut(message, 8192);
}
