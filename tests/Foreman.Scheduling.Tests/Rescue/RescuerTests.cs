using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Rescue;

public class RescuerTests
{
    [Fact]
    public void An_assignment_that_nobody_claims_is_handed_on_and_the_host_goes_last()
    {
        var cluster = Given.Cluster([Given.Node("a", 4), Given.Node("b")], Given.Task("t"));
        var assigned = Given.Decide(cluster);
        Assert.Equal("a", assigned.Write("t").After.Status.AssignedNode);
        var seen = cluster.Then(assigned);
        var quiet = Given.Decide(seen);
        Assert.Empty(quiet.Tasks);
        Assert.True(quiet.RequeueAt <= TimeSpan.FromSeconds(15));

        var late = seen.Then(quiet, 15);
        var back = Given.Decide(late);
        Assert.Equal(AttemptOutcome.Unclaimed, back.Write("t").After.Status.Attempts[0].Outcome);

        var again = Given.Decide(late.Then(back)).Write("t").After.Status;
        Assert.Equal(("b", 2L), (again.AssignedNode, again.Attempt));
    }

    [Fact]
    public void Nothing_more_is_decided_about_a_task_whose_last_decision_has_no_answer()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t")) with { Unconfirmed = new HashSet<string> { "uid-t" } };

        Assert.Empty(Given.Decide(cluster).Tasks);
        Assert.Single(Given.Decide(cluster with { Unconfirmed = new HashSet<string>() }).Tasks);
    }

    [Fact]
    public void The_limit_of_an_assignment_counts_from_its_answer()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a")) with { Unconfirmed = new HashSet<string> { "uid-t" } };
        var queued = Given.Decide(cluster);
        var sent = cluster.Then(queued, 20);
        var stillQueued = Given.Decide(sent);
        Assert.Empty(stillQueued.Tasks);

        var confirmed = sent.Then(stillQueued, 10) with { Unconfirmed = new HashSet<string>() };
        var waiting = Given.Decide(confirmed.Renewed("a"));
        Assert.Empty(waiting.Tasks);
        var late = Given.Decide(confirmed.Renewed("a").Then(waiting, 6).Renewed("a"));
        Assert.Equal(AttemptOutcome.Unclaimed, late.Write("t").After.Status.Attempts[0].Outcome);
    }

    [Fact]
    public void What_the_operator_itself_did_not_claim_is_no_failure_of_the_host()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a", Placement.Operator));
        var seen = Given.Decide(cluster);

        var back = Given.Decide(cluster.Then(seen, 15));

        var attempt = Assert.Single(back.Write("t").After.Status.Attempts);
        Assert.Equal(AttemptOutcome.Unclaimed, attempt.Outcome);
        Assert.Contains("the operator did not claim", back.Write("t").After.Status.Conditions.Find(ConditionTypes.Scheduled)!.Message, StringComparison.Ordinal);
        Assert.Empty(back.State.Probations);
    }

    [Fact]
    public void A_host_that_never_claims_ends_on_probation_and_is_tried_again_later()
    {
        var cluster = Given.Cluster([Given.Node("a", 4)], Given.Task("t"));
        var failures = 0;
        var plan = Given.Decide(cluster);
        for (var second = 0; second < 45; second++)
        {
            cluster = cluster.Then(plan, 1).Renewed("a");
            plan = Given.Decide(cluster);
            failures += plan.Tasks.Count(w => w is TakeBackTask);
        }

        Assert.Equal(2, failures);
        Assert.Contains("on probation", cluster.Then(plan).Tasks[0].Status.Conditions![0].Message, StringComparison.Ordinal);
        Assert.All(cluster.Tasks, t => Assert.False(t.IsTerminal()));

        for (var second = 0; second < 30 && plan.Tasks.All(w => w is not AssignTask); second++)
        {
            cluster = cluster.Then(plan, 1).Renewed("a");
            plan = Given.Decide(cluster);
        }

        Assert.IsType<AssignTask>(plan.Write("t"));
    }

    [Fact]
    public void A_new_process_of_the_host_may_take_its_run_over_for_half_a_minute()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a").Claimed("host/1"));
        var before = Given.Decide(cluster);
        var restarted = cluster.Then(before, 1) with { Leases = [Given.Lease("a", "host/2")] };
        var seen = Given.Decide(restarted);
        Assert.Empty(seen.Tasks);

        var late = Given.Decide(restarted.Then(seen, 30).Renewed("a"));

        Assert.Equal(Reasons.AgentRestarted, late.Write("t").After.Status.Attempts[0].Reason);
    }

    [Fact]
    public void What_another_operator_process_was_running_is_taken_back_and_our_own_is_not()
    {
        var mine = Given.Task("mine").Assigned("a", Placement.Operator).Claimed("operator/1");
        var others = Given.Task("others").Assigned("a", Placement.Operator).Claimed("operator-b/0");

        var plan = Given.Decide(Given.Cluster([Given.Node("a", 4)], mine, others));

        Assert.IsType<TakeBackTask>(plan.Write("others"));
        Assert.DoesNotContain(plan.Tasks, w => w.Task.Metadata.Name == "mine");
    }

    [Fact]
    [Trait("Kind", "15")]
    public void An_earlier_process_of_this_operator_gets_half_a_minute_in_which_its_result_is_delivered()
    {
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").Assigned("a", Placement.Operator).Claimed("operator/0"));
        var first = Given.Decide(cluster);
        Assert.Empty(first.Tasks);
        Assert.Equal(TimeSpan.FromSeconds(30), first.RequeueAt);
        var waiting = cluster.Then(first, 29).Renewed("a");
        var second = Given.Decide(waiting);
        Assert.Empty(second.Tasks);

        var late = Given.Decide(waiting.Then(second, 1).Renewed("a"));

        Assert.Equal(Reasons.HolderLost, Assert.IsType<TakeBackTask>(late.Write("t")).Attempt.Reason);
    }

    [Theory]
    [InlineData("Train")]
    [InlineData("Elsewhere")]
    public void A_run_of_an_unknown_placement_is_left_alone_and_says_so_once(string placement)
    {
        var task = Given.Task("t").Assigned("a", new Placement(placement)).Claimed("pod/1");
        var cluster = Given.Cluster([Given.Node("a")], task);
        var first = Given.Decide(cluster);

        var told = Assert.Single(first.Decisions.OfType<RecordEvent>());
        Assert.Equal(("t", true), (told.About.Metadata.Name, told.Event!.Warning));
        Assert.Contains($"status.placement is \"{placement}\"", told.Event.Message, StringComparison.Ordinal);
        var late = Given.Decide(cluster.Then(first, 600));
        Assert.Equal("NotReady", late.Nodes[0].After.Phase?.Value);
        Assert.Empty(late.Tasks);
        Assert.Empty(late.Decisions.OfType<RecordEvent>());
    }

    [Theory]
    [InlineData("Train")]
    [InlineData("Elsewhere")]
    public void A_suspended_or_cancelled_assignment_of_an_unknown_placement_is_taken_back_too(string placement)
    {
        var suspended = Given.Task("s").Assigned("a", new Placement(placement)).With(s => s with { Suspend = true });
        var cancelled = Given.Task("c").Assigned("a", new Placement(placement)).With(s => s with { Cancel = true });
        var wanted = Given.Task("w").Assigned("a", new Placement(placement));
        var running = Given.Task("r").Assigned("a", new Placement(placement)).Claimed("pod/1").With(s => s with { Cancel = true });

        var plan = Given.Decide(Given.Cluster([Given.Node("a", 4)], suspended, cancelled, wanted, running));

        Assert.Equal(2, plan.Tasks.Count);
        Assert.All(["s", "c"], name => Assert.Equal(AttemptOutcome.Preempted, Assert.IsType<TakeBackTask>(plan.Write(name)).Attempt.Outcome));
        Assert.Equal(["r", "w"], plan.Decisions.OfType<RecordEvent>().Select(e => e.About.Metadata.Name).Order());
    }

    [Fact]
    public void A_suspended_or_cancelled_assignment_is_taken_back_before_it_runs()
    {
        var plan = Given.Decide(Given.Cluster(
            [Given.Node("a", 4)],
            Given.Task("s").Assigned("a").With(s => s with { Suspend = true }),
            Given.Task("c").Assigned("a").With(s => s with { Cancel = true })));

        Assert.All(plan.Tasks, w => Assert.Equal(AttemptOutcome.Preempted, Assert.IsType<TakeBackTask>(w).Attempt.Outcome));
        Assert.Equal(2, plan.Tasks.Count);
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData(3, 1)]
    public void A_lost_run_keeps_what_it_used_itself(int? resumedFrom, int turns)
    {
        var task = Given.Task("t").Assigned("a", Placement.Operator).Claimed("gone");
        task = task with { Status = task.Status with { Progress = new() { Turn = 4, PromptTokens = 900, CompletionTokens = 70, ResumedFrom = resumedFrom is { } turn ? new() { Attempt = 1, Turn = turn } : null } } };

        var entry = Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").After.Status.Attempts[0];

        Assert.Equal((turns, 900L, 70L), (entry.Usage!.Turns, entry.Usage.PromptTokens, entry.Usage.CompletionTokens));
        Assert.Equal("gone", entry.Holder);
    }

    [Fact]
    public void A_host_that_just_declined_a_task_is_not_asked_again_at_once()
    {
        var declined = new TaskAttempt { Attempt = 1, Node = "a", Outcome = AttemptOutcome.Declined, Reason = "DiskPressure" };
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t").After(declined));

        var first = Given.Decide(cluster);
        Assert.Contains("just declined", first.Write("t").Scheduled().Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), first.RequeueAt);
        Assert.IsType<AssignTask>(Given.Decide(cluster.Then(first, 10)).Write("t"));
    }
}
