using Foreman.Api;

namespace Foreman.Scheduling.Tests.Completions;

[Trait("Kind", "13")]
public class RetryLimitsTests
{
    [Fact]
    public void Three_losses_on_three_hosts_are_proof_against_a_task()
    {
        var write = Decide(Given.Task("t").After(Lost(1, "n1"), Lost(2, "n2"), Lost(3, "n3")));

        Assert.Equal(FailureReason.PoisonTask, write.After.Status.FailureReason);
        Assert.Contains("on n1, n2, n3", write.Completed().Message, StringComparison.Ordinal);
        Assert.Contains("Attempt 3 on n3 ended with HolderLost: n3 was lost", write.Completed().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n1", "n1", "n1")]
    [InlineData("n1", "n2", "n1")]
    [InlineData("n1", "n1", "n2")]
    public void Losses_of_one_or_two_hosts_are_no_proof(string first, string second, string third)
    {
        var write = Decide(Given.Task("t").After(Lost(1, first), Lost(2, second), Lost(3, third)));

        Assert.IsType<AssignTask>(write);
    }

    [Fact]
    public void A_host_on_which_other_tasks_pass_meanwhile_counts_each_time()
    {
        var task = Given.Task("t").After(Lost(1, "n1"), Lost(2, "n1"), Lost(3, "n1"));
        var passed = Passed("other1", "n1", 150, 190);
        var again = Passed("other2", "n1", 250, 290);

        Assert.IsType<AssignTask>(Decide(task, passed));
        Assert.Equal(FailureReason.PoisonTask, Decide(task, passed, again).After.Status.FailureReason);
    }

    [Theory]
    [InlineData("n2", 150, 190)]
    [InlineData("n1", 50, 90)]
    [InlineData("n1", 90, 350)]
    [InlineData("n1", 310, 350)]
    public void What_passed_elsewhere_or_at_another_time_is_no_evidence(string node, int from, int to)
    {
        var task = Given.Task("t").After(Lost(1, "n1"), Lost(2, "n1"), Lost(3, "n1"));
        var others = Enumerable.Range(0, 3).Select(i => Passed($"other{i}", node, from, to));

        Assert.IsType<AssignTask>(Decide([task, .. others]));
    }

    [Fact]
    public void Losses_of_the_operator_itself_blame_one_machine_whatever_hosts_models_they_used()
    {
        var attempts = new[] { Lost(1, "n1"), Lost(2, "n2"), Lost(3, "n3") }.Select(a => a with { Placement = Placement.Operator });

        Assert.IsType<AssignTask>(Decide(Given.Task("t").After([.. attempts])));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(null, 4)]
    [InlineData(6, 7)]
    public void A_single_host_that_keeps_dying_uses_the_tasks_retries_up(int? limit, int losses)
    {
        var task = Given.Task("t").With(s => s with { RetryPolicy = new() { Limit = limit } });

        Assert.IsNotType<CompleteTask>(Decide(task.After([.. Enumerable.Range(1, losses - 1).Select(n => Lost(n, "n1"))])));
        var write = Decide(task.After([.. Enumerable.Range(1, losses).Select(n => Lost(n, "n1"))]));

        Assert.Equal(FailureReason.InfrastructureError, write.After.Status.FailureReason);
        Assert.Contains($"the last of {losses} attempts (spec.retryPolicy.limit is {limit ?? 3})", write.Completed().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_and_failures_count_against_the_limit_together()
    {
        var failed = new TaskAttempt { Attempt = 2, Node = "n1", Outcome = AttemptOutcome.GivenBack, Reason = "ModelMismatch", Message = "the server at http://h lists other models: a, b." };
        var task = Given.Task("t").With(s => s with { RetryPolicy = new() { Limit = 1 } }).After(Lost(1, "n1"), failed);

        var write = Decide(task);

        Assert.Equal(FailureReason.ModelMismatch, write.After.Status.FailureReason);
        Assert.Equal(
            "Attempt 2 on n1 ended with ModelMismatch: the server at http://h lists other models: a, b. That was the last of 2 attempts (spec.retryPolicy.limit is 1).",
            write.Completed().Message);
    }

    [Fact]
    public void An_attempt_without_a_message_is_explained_by_the_condition()
    {
        var failed = new TaskAttempt { Attempt = 1, Node = "n1", Outcome = AttemptOutcome.GivenBack, Reason = "ModelMismatch" };
        var task = Given.Task("t").With(s => s with { RetryPolicy = new() { Limit = 0 } }).After(failed);
        task = task with { Status = task.Status with { Conditions = [new() { Type = "Running", Status = "False", Reason = "GivenBack", Message = "ModelMismatch: no such model" }] } };

        Assert.StartsWith("Attempt 1 on n1 ended with ModelMismatch: no such model. ", Decide(task).Completed().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_lost_a_task_twice_gets_it_again_after_a_pause_and_others_at_once()
    {
        var task = Given.Task("t").After(Lost(1, "n1"), Lost(2, "n1"));
        var single = Given.Cluster([Given.Node("n1")], task);

        var first = Given.Decide(single);
        Assert.Contains("1 which lost this task before", first.Write("t").Scheduled().Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(30), first.RequeueAt);
        Assert.IsType<AssignTask>(Given.Decide(single.Then(first, 30)).Write("t"));
        Assert.Equal("n2", Given.Decide(Given.Cluster([Given.Node("n1"), Given.Node("n2")], task)).Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void Entries_that_give_a_host_back_or_were_never_claimed_cost_nothing()
    {
        TaskAttempt Of(int n, AttemptOutcome outcome, string reason) => new() { Attempt = n, Node = "n1", Outcome = outcome, Reason = reason };
        var task = Given.Task("t").With(s => s with { RetryPolicy = new() { Limit = 0 } }).After(
            Of(1, AttemptOutcome.GivenBack, Reasons.Draining), Of(2, AttemptOutcome.Unclaimed, Reasons.Unclaimed), Of(3, AttemptOutcome.Preempted, Reasons.Suspended));

        Assert.IsType<AssignTask>(Decide(task));
    }

    private static DateTimeOffset At(int second) => Given.Now.AddSeconds(second);

    private static TaskAttempt Lost(int n, string node) => new()
    {
        Attempt = n,
        Node = node,
        Placement = Placement.Node,
        Outcome = AttemptOutcome.Lost,
        Reason = Reasons.HolderLost,
        Message = $"{node} was lost",
        StartedAt = At(n * 100),
        EndedAt = At((n * 100) + 40),
    };

    private static TaskAttempt Entry(int n, string node, int from, int to) => new()
    {
        Attempt = n,
        Node = node,
        Placement = Placement.Node,
        Outcome = AttemptOutcome.Succeeded,
        StartedAt = At(from),
        EndedAt = At(to),
    };

    private static AgenticTask Passed(string name, string node, int from, int to) =>
        Given.Task(name).After(Entry(1, node, from, to)).Ended(TaskPhase.Succeeded, Verdict.Go);

    private static TaskDecision Decide(params AgenticTask[] tasks)
    {
        var cluster = Given.Cluster([Given.Node("free", slots: 9)], tasks);
        return Given.Decide(cluster).Write("t");
    }
}
