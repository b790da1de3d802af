using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Scenarios;

public class QueueTests
{
    [Fact]
    public void The_larger_priority_goes_first_then_the_older_task()
    {
        var plan = Given.Decide(Given.Cluster(
            [Given.Node("a", slots: 2)], Given.Task("young", age: 1), Given.Task("old", age: 9), Given.Task("urgent", priority: 5)));

        Assert.Equal(["old", "urgent"], plan.Tasks.Where(w => w is AssignTask).Select(w => w.Task.Name()).Order());
        Assert.Equal(Reasons.WaitingForCapacity, plan.Write("young").Scheduled().Reason);
    }

    [Fact]
    public void A_suspended_task_is_not_queued_and_says_so()
    {
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t").With(s => s with { Suspend = true })));

        Assert.Equal(Reasons.Suspended, plan.Write("t").Scheduled().Reason);
    }

    [Fact]
    public void A_task_waits_for_what_it_depends_on_and_follows_its_success()
    {
        var second = Given.Task("second").With(s => s with { DependsOn = ["first"] });
        var waiting = Given.Decide(Given.Cluster([Given.Node("a", 2)], Given.Task("first"), second));
        Assert.Equal(Reasons.WaitingForDependency, waiting.Write("second").Scheduled().Reason);

        var plan = Given.Decide(Given.Cluster([Given.Node("a", 2)], Given.Task("first").Ended(TaskPhase.Succeeded, Verdict.Go), second));
        Assert.IsType<AssignTask>(plan.Write("second"));
    }

    [Fact]
    public void A_dependency_that_does_not_exist_is_named()
    {
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t").With(s => s with { DependsOn = ["ghost"] })));

        Assert.Contains("task \"ghost\" does not exist in namespace default", plan.Write("t").Scheduled().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO-GO")]
    [InlineData("INCOMPLETE")]
    public void A_task_whose_upstream_did_not_reach_its_target_fails(string verdict)
    {
        var upstream = Given.Task("first").Ended(TaskPhase.Succeeded, new Verdict(verdict));
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], upstream, Given.Task("t").With(s => s with { DependsOn = ["first"] })));

        Assert.Equal(FailureReason.UpstreamFailed, plan.Write("t").After.Status.FailureReason);
    }

    [Fact]
    public void Tasks_behind_work_that_was_done_before_are_skipped_all_the_way()
    {
        var coder = Resolved("code");
        var verify = Given.Task("verify").With(s => s with { DependsOn = ["code"] });

        var skipped = Given.Decide(Given.Cluster([Given.Node("a")], coder, verify)).Write("verify").After;
        var next = Given.Decide(Given.Cluster([Given.Node("a")], coder, skipped, Given.Task("review").With(s => s with { DependsOn = ["verify"] }))).Write("review").After;

        Assert.All((AgenticTask[])[skipped, next], t => Assert.Equal((TaskPhase.Succeeded, Verdict.Skipped, (FailureReason?)null), (t.Status.Phase, t.Status.Verdict, t.Status.FailureReason)));
        Assert.All((AgenticTask[])[skipped, next], t => Assert.Equal((Conditions.True, Reasons.UpstreamAlreadyResolved), t.Status.Conditions.Find(ConditionTypes.Skipped) is { } c ? (c.Status, c.Reason) : default));
        Assert.Contains("Task \"code\" (spec.dependsOn) had nothing to do: its work had been done before", skipped.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_failed_counts_before_one_that_had_nothing_to_do()
    {
        var both = Given.Task("t").With(s => s with { DependsOn = ["code", "bad"] });
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], Resolved("code"), Given.Task("bad").Ended(TaskPhase.Succeeded, Verdict.NoGo), both));

        Assert.Equal(FailureReason.UpstreamFailed, plan.Write("t").After.Status.FailureReason);
    }

    private static AgenticTask Resolved(string name)
    {
        var task = Given.Task(name).Ended(TaskPhase.Succeeded, Verdict.NoGo);
        return task with { Status = task.Status with { Result = new JsonObject { ["extra"] = new JsonObject { ["outcome"] = "ALREADY-RESOLVED" } } } };
    }

    [Fact]
    public void A_circle_of_dependencies_is_refused_and_shown()
    {
        var plan = Given.Decide(Given.Cluster(
            [Given.Node("a")],
            Given.Task("x").With(s => s with { DependsOn = ["y"] }),
            Given.Task("y").With(s => s with { DependsOn = ["x"] }),
            Given.Task("z").With(s => s with { DependsOn = ["x"] })));

        Assert.Contains("x → y → x", plan.Write("x").Completed().Message, StringComparison.Ordinal);
        Assert.Equal(Reasons.WaitingForDependency, plan.Write("z").Scheduled().Reason);
    }

    [Fact]
    public void An_agent_runs_no_more_tasks_at_once_than_it_says()
    {
        var agent = Given.Agent("coder", s => s with { MaxConcurrentTasks = 1 });
        AgenticTask Of(string name) => Given.Task(name).With(s => s with { AgentRef = new() { Name = "coder" } });
        var third = Given.Task("t3").With(s => s with { Payload = s.Payload with { Agent = "coder" } });

        var plan = Given.Decide(Given.Cluster([Given.Node("a", 4)], Of("t1"), Of("t2"), third) with { Agents = [agent] });

        Assert.IsType<AssignTask>(plan.Write("t1"));
        Assert.Equal(Reasons.ConcurrencyLimit, plan.Write("t2").Scheduled().Reason);
        Assert.Equal(Reasons.ConcurrencyLimit, plan.Write("t3").Scheduled().Reason);
    }

    [Fact]
    public void A_failed_attempt_is_followed_by_the_next_one_after_its_pause()
    {
        var failed = new TaskAttempt { Attempt = 1, Node = "a", Outcome = AttemptOutcome.GivenBack, Reason = "InfrastructureError" };
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").After(failed).With(s => s with { RetryPolicy = new() { BackoffSeconds = 20 } }));

        var first = Given.Decide(cluster);
        Assert.Equal(Reasons.BackingOff, first.Write("t").Scheduled().Reason);
        Assert.Equal(TimeSpan.FromSeconds(20), first.RequeueAt);
        Assert.IsType<AssignTask>(Given.Decide(cluster.Then(first, 20)).Write("t"));
    }

    [Theory]
    [InlineData("ghost", null, "spec.agentRef: Agent \"ghost\" does not exist")]
    [InlineData("ghost", "other", "spec.agentRef: Agent \"ghost\" does not exist")]
    [InlineData(null, "ghost", "spec.payload.agent: Agent \"ghost\" does not exist")]
    public void A_task_whose_agent_is_missing_waits_for_it(string? reference, string? payload, string expected)
    {
        var task = Given.Task("t").With(s => s with { AgentRef = reference is null ? null : new() { Name = reference }, Payload = s.Payload with { Agent = payload } });
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], task));

        Assert.IsType<ExplainTask>(plan.Write("t"));
        Assert.Equal(Reasons.AgentNotFound, plan.Write("t").Scheduled().Reason);
        Assert.StartsWith(expected, plan.Write("t").Scheduled().Message, StringComparison.Ordinal);
        var then = Given.Decide(Given.Cluster([Given.Node("a")], task) with { Agents = [Given.Agent("ghost")] });
        Assert.Equal(3, then.Write("t").After.Status.AgentGeneration);
    }
}
