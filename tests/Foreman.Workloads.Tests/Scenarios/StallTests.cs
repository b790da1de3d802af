using Foreman.Api;
using Foreman.Workloads.Tests.Stalls;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>Runs that get nowhere, and what follows from that.</summary>
public sealed class StallTests
{
    private static readonly TaskProgress Idle = new() { Turn = 90, Edits = 0, WorkedSeconds = 3000 };

    [Fact]
    public void A_run_that_gets_nowhere_is_cancelled_once_with_the_reason()
    {
        var (workload, task) = Begun(Given.Batch(1));

        var decision = Decide(workload, task);
        var cancel = Assert.IsType<CancelChild>(Assert.Single(decision.Changes));

        Assert.StartsWith("Stalled: it worked for 3000 s", cancel.Because, StringComparison.Ordinal);
        Assert.Empty(Decide(workload, task.With(s => s with { Cancel = true })).Changes);
    }

    [Fact]
    public void One_that_works_or_of_which_nothing_is_usual_goes_on()
    {
        var (workload, task) = Begun(Given.Batch(1));

        Assert.Empty(Decide(workload, task with { Status = task.Status with { Progress = Idle with { Edits = 2 } } }).Changes);
        Assert.Empty(WorkloadEngine.Decide(new(workload) { Children = [task], Agents = Given.Agents }, Given.Now).Changes);
    }

    [Fact]
    public void It_ends_as_Stalled_and_is_told()
    {
        var (workload, task) = Begun(Given.Batch(1));

        var decision = Decide(workload, Stopped(task));

        Assert.Equal((StepState.Failed, (FailureReason?)FailureReason.Stalled), (decision.Entry("code-1").State, decision.Entry("code-1").Reason));
        var condition = decision.Condition(ConditionTypes.Stalled)!;
        Assert.Equal(
            ("True", Reasons.Stalled, "Ended, since they worked far longer than others without a change of a file: code-1."), (condition.Status, condition.Reason, condition.Message));
        var told = Assert.Single(decision.Events, e => e.Reason == Reasons.Stalled);
        Assert.StartsWith("Step code-1: Stalled: it worked for 3000 s", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Decide(workload with { Status = decision.Status }, Stopped(task)).Events, e => e.Reason == Reasons.Stalled);
    }

    [Fact]
    public void It_is_retried_by_policy_or_given_to_another_coder()
    {
        var (retried, task) = Begun(Given.Batch(1) with { VerifierAgentRef = null, RetryPolicy = new() { Limit = 1 } });
        Assert.Equal("code-1-t1", Decide(retried, Stopped(task)).Made());

        var (escalated, same) = Begun(Given.Batch(1) with { VerifierAgentRef = null, EscalationCoderAgentRef = Given.Ref("senior"), EscalateOnFailure = true });
        Assert.Equal("code-1-esc", Decide(escalated, Stopped(same)).Made());

        var (named, other) = Begun(Given.Batch(1) with { VerifierAgentRef = null, RetryPolicy = new() { Limit = 1, Reasons = [FailureReason.Timeout] } });
        Assert.Equal("", Decide(named, Stopped(other)).Made());
    }

    [Fact]
    public void A_run_that_was_faster_than_its_end_counts()
    {
        var (workload, task) = Begun(Given.Batch(1));

        Assert.Equal(StepState.Succeeded, Decide(workload, Cancelled(task).Ended(RunEnd.Go)).Entry("code-1").State);
    }

    private static (Workload Workload, AgenticTask Task) Begun(WorkloadSpec spec)
    {
        var workload = Given.Workload("w", spec);
        var task = WorkloadEngine.Decide(new(workload) { Agents = Given.Agents }, Given.Now).Creates[0];
        task = task with { Metadata = task.Metadata with { Uid = "uid-code", Generation = 1 } };
        return (workload, task with { Spec = task.Spec with { AgentRef = Given.Ref("writer") }, Status = new() { Phase = TaskPhase.Running, Attempt = 1, Progress = Idle } });
    }

    private static AgenticTask Cancelled(AgenticTask task) =>
        task.With(s => s with { Cancel = true }).Noted(Labels.CancelledBecause, StallRule.Why(task, StallRuleTests.Usual(300))!);

    private static AgenticTask Stopped(AgenticTask task) => Cancelled(task).Ended(RunEnd.Cancelled);

    // Nothing but the coder's task is there, so what follows it is made as well.
    private static WorkloadDecision Decide(Workload workload, AgenticTask task)
    {
        var verify = Given.Child("w", "verify-1", TaskKind.Verify).With(s => s with { DependsOn = ["w-code-1"] });
        return WorkloadEngine.Decide(
            new(workload) { Children = workload.Spec.VerifierAgentRef is null ? [task] : [task, verify], Agents = Given.Agents, Usual = StallRuleTests.Usual(300) }, Given.Now);
    }
}
