using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests;

public sealed class WorkloadEngineTests
{
    [Fact]
    public void Nothing_is_done_about_a_Workload_that_is_being_deleted()
    {
        var workload = Given.Workload("w", Given.Batch(1));

        Assert.Same(WorkloadDecision.Nothing, Given.Decide(workload with { Metadata = workload.Metadata with { DeletionTimestamp = Given.Now } }, Given.Child("w", "code-1")));
    }

    [Fact]
    public void A_first_decision_makes_the_tasks_and_tells_the_plan()
    {
        var decision = Given.Decide(Given.Workload("w", Given.Batch(1)));

        Assert.Equal("code-1 verify-1", decision.Made());
        Assert.Equal((WorkloadPhase.Dispatched, 2, 1L), (decision.Status!.Phase ?? default, decision.Status.InFlightTasks ?? 0, decision.Status.ObservedGeneration ?? 0));
        Assert.Equal("2 steps, 2 of them as tasks.", decision.Condition(ConditionTypes.Planned)!.Message);
        Assert.Equal(Reasons.ChildrenInFlight, decision.Condition(ConditionTypes.Dispatched)!.Reason);
        Assert.Equal(["w-code-1", "w-verify-1"], decision.Status.Tasks!.Select(t => t.Name!));
        Assert.Empty(decision.Events);
    }

    [Fact]
    public void A_status_that_is_right_is_not_written()
    {
        var workload = Given.Workload("w", Given.Batch(1));
        var first = Given.Decide(workload);

        var second = Given.Decide(workload with { Status = first.Status }, [.. first.Creates]);

        Assert.Null(second.Status);
        Assert.Empty(second.Creates);
        Assert.Empty(second.Changes);
        Assert.Empty(second.Events);
    }

    [Fact]
    public void A_new_generation_is_told()
    {
        var workload = Given.Workload("w", Given.Batch(1));
        var edited = workload with { Metadata = workload.Metadata with { Generation = 2 }, Status = Given.Decide(workload).Status };

        Assert.Equal(2L, Given.Decide(edited).Status!.ObservedGeneration);
    }

    [Fact]
    public void Missing_Agents_are_waited_for_only_before_the_first_task()
    {
        var workload = Given.Workload("w", Given.Batch(1));
        var without = new WorkloadSnapshot(workload);

        var waiting = WorkloadEngine.Decide(without, Given.Now);
        var going = WorkloadEngine.Decide(without with { Children = [Given.Child("w", "code-1")] }, Given.Now);

        Assert.Empty(waiting.Creates);
        Assert.Equal((WorkloadPhase.Planning, Reasons.AgentResolveFailed), (waiting.Status!.Phase ?? default, waiting.Condition(ConditionTypes.Planned)!.Reason));
        Assert.Null(waiting.Condition(ConditionTypes.Completed));
        Assert.Equal("verify-1", going.Made());
        Assert.Equal(Conditions.True, going.Condition(ConditionTypes.Planned)!.Status);
    }

    [Fact]
    public void A_plan_that_is_wrong_fails_at_once()
    {
        var decision = Given.Decide(Given.Workload("w", Given.Pipeline(Given.Step("a", "b"), Given.Step("b", "a"))));

        Assert.Empty(decision.Creates);
        Assert.Equal((WorkloadPhase.Failed, Reasons.InvalidPlan), (decision.Status!.Phase ?? default, decision.Condition(ConditionTypes.Completed)!.Reason));
        Assert.True(Assert.Single(decision.Events).Warning);
    }

    [Fact]
    public void A_task_of_an_earlier_spec_is_counted_and_told()
    {
        var decision = Given.Decide(Given.Workload("w", Given.Pipeline(Given.Step("a"))), Given.Child("w", "a").Ended(RunEnd.Go), Given.Child("w", "old").Running());

        Assert.Equal((WorkloadPhase.Dispatched, 1), (decision.Status!.Phase ?? default, decision.Status.InFlightTasks ?? 0));
        Assert.Equal(("A task from an earlier spec; no step of the plan any more.", StepState.Running), (decision.Entry("old").Why, decision.Entry("old").State));
        Assert.Empty(decision.Changes);
    }

    [Fact]
    public void An_obstacle_of_a_task_that_is_not_to_be_made_does_not_matter()
    {
        var snapshot = new WorkloadSnapshot(Given.Workload("w", Given.Pipeline(Given.Step("a"))))
        {
            Agents = Given.Agents,
            Children = [Given.Child("w", "a")],
            Obstacles = new Dictionary<string, string> { ["w-a"] = "It exists." },
        };

        Assert.Equal(Conditions.True, WorkloadEngine.Decide(snapshot, Given.Now).Condition(ConditionTypes.Planned)!.Status);
    }
}
