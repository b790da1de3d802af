using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Rollups;

public sealed class WorkloadConditionsTests
{
    private static readonly WorkloadPlan Plan = new() { Steps = [new("a", TaskKind.Freeform, "writer", new())] };

    [Fact]
    public void The_same_observation_gives_the_same_list_and_keeps_its_time()
    {
        var first = Of(Given.Workload("w", Given.Batch(1)), c => c.Plan(Plan, 1, null));
        var workload = Given.Workload("w", Given.Batch(1)) with { Status = new() { Conditions = first } };

        Assert.Same(first, Of(workload, c => c.Plan(Plan, 1, null), later: 60));
        Assert.Equal(Given.Now, Of(workload, c => c.Plan(Plan, 0, null), later: 60).Find(ConditionTypes.Planned)!.LastTransitionTime);
        Assert.Equal(Given.Now.AddSeconds(60), Of(workload, c => c.Fault(new("InvalidPlan", "no", IsFinal: false), hasTasks: false), later: 60).Find(ConditionTypes.Planned)!.LastTransitionTime);
    }

    [Fact]
    public void Conditions_are_about_the_generation_that_was_seen() =>
        Assert.Equal(1, Of(Given.Workload("w", Given.Batch(1)), c => c.Plan(Plan, 1, null))[0].ObservedGeneration ?? 0);

    [Fact]
    public void A_final_fault_completes_and_another_one_does_not()
    {
        var workload = Given.Workload("w", Given.Batch(1));

        Assert.Equal(Conditions.True, Of(workload, c => c.Fault(new("InvalidPlan", "no", IsFinal: true), hasTasks: false)).Find(ConditionTypes.Completed)!.Status);
        var waiting = Of(workload with { Status = new() { Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True }] } }, c => c.Fault(new("AgentResolveFailed", "no", IsFinal: false), hasTasks: false));
        Assert.Null(waiting.Find(ConditionTypes.Completed));
    }

    [Fact]
    public void What_no_longer_applies_goes()
    {
        var told = Of(Given.Workload("w", Given.Batch(1) with { Suspend = true }), c => c.Plan(
            Plan with
            {
                Truncated = (Reasons.MaxTasksCap, "cut"),
                Suppressed = ["cloud (provider x)"],
                Additions = [(ConditionTypes.EscalationTriggered, true, "r", "m"), (ConditionTypes.ReviewIterationTriggered, true, "r", "m"), (ConditionTypes.CoderEscalationTriggered, true, "r", "m")],
            },
            1, null));
        Assert.Equal(
            ["Planned", "Truncated", "CloudReviewersSuppressed", "CoderEscalationTriggered", "ReviewIterationTriggered", "EscalationTriggered", "Suspended"], told.Select(c => c.Type));

        var after = Of(Given.Workload("w", Given.Batch(1)) with { Status = new() { Conditions = told } }, c => c.Plan(Plan, 1, null));

        Assert.Equal(["Planned"], after.Select(c => c.Type));
    }

    [Fact]
    public void Progress_is_told_in_numbers_and_a_Workload_that_goes_on_is_not_completed()
    {
        var rollup = Rollup.Of([View(StepState.Succeeded), View(StepState.Running), View(StepState.Incomplete), View(StepState.Failed)]);

        var going = Of(Given.Workload("w", Given.Pipeline()), c => c.Progress(rollup, WorkloadPhase.Dispatched, null));
        var ended = Of(Given.Workload("w", Given.Pipeline()) with { Status = new() { Conditions = going } }, c => c.Progress(rollup, WorkloadPhase.Failed, Reasons.ChildrenFailed));

        Assert.Equal("1 in flight, 1 on target, 1 incomplete, 1 failed, 0 already resolved.", Assert.Single(going).Message);
        Assert.Equal((Conditions.False, Reasons.ChildrenEnded), (ended.Find(ConditionTypes.Dispatched)!.Status, ended.Find(ConditionTypes.Dispatched)!.Reason));
        Assert.Equal((Conditions.True, "1 of 4 tasks on target, 1 incomplete, 1 failed, 0 already resolved."), (ended.Find(ConditionTypes.Completed)!.Status, ended.Find(ConditionTypes.Completed)!.Message));
        Assert.Null(Of(Given.Workload("w", Given.Pipeline()) with { Status = new() { Conditions = ended } }, c => c.Progress(rollup, WorkloadPhase.Dispatched, null)).Find(ConditionTypes.Completed));
    }

    [Fact]
    public void A_message_is_bounded() =>
        Assert.Equal(8193, Of(Given.Workload("w", Given.Batch(1)), c => c.Plan(Plan, 1, new string('x', 20_000))).Find(ConditionTypes.Planned)!.Message.Length);

    private static StepView View(StepState state) => new(new(state.Value, TaskKind.Freeform, "writer", new()), new(state));

    private static IReadOnlyList<V1Condition> Of(Workload workload, Action<WorkloadConditions> told, int later = 0)
    {
        var conditions = new WorkloadConditions(workload, Given.Now.AddSeconds(later));
        told(conditions);
        return conditions.All;
    }
}
