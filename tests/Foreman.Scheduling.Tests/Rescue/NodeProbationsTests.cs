using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Rescue;

public sealed class NodeProbationsTests
{
    [Fact]
    public void A_host_whose_runs_fail_by_its_fault_is_on_probation_until_one_comes_to_a_good_end()
    {
        var cluster = Given.Cluster([Given.Node("a", slots: 4)], Running("r1"), Running("r2"));
        cluster = Seen(cluster, Given.Decide(cluster), 2);
        cluster = cluster with { Tasks = [.. cluster.Tasks.Select(t => Failed(t))] };

        var failed = Given.Decide(cluster);

        Assert.Equal((2, 2), (failed.State.Probations["a"].Failures, failed.State.Probations["a"].FailedRuns));
        Assert.Equal("0 of 1 nodes match: 1 on probation. Nearest is a: 2 runs failed by the host's fault. To let it match: look at foreman-agent on a.", failed.Write("r1").Scheduled().Message);
        var change = Assert.Single(failed.Nodes);
        var shown = change.After.Conditions.Find(ConditionTypes.Schedulable)!;
        Assert.Equal((Conditions.False, Reasons.OnProbation), (shown.Status, shown.Reason));
        Assert.Equal(
            "2 runs failed by the host's fault, one after the other: the host gets no task until 2026-03-04 05:06:37Z, then one at a time until a run comes to a good end. Look at foreman-agent on this host.",
            shown.Message);
        Assert.Equal((true, Reasons.OnProbation), (change.Event!.Warning, change.Event.Reason));

        cluster = Seen(cluster, failed, 31).Renewed("a");
        var trial = Given.Decide(cluster);
        var tried = Assert.Single(trial.Tasks.OfType<AssignTask>()).Task.Name();
        cluster = Seen(cluster, trial, 2);
        cluster = cluster with { Tasks = [.. cluster.Tasks.Select(t => t.Name() == tried ? t.Claimed() : t)] };
        var claimed = Given.Decide(cluster);
        Assert.Equal(2, claimed.State.Probations["a"].FailedRuns);
        Assert.Empty(claimed.Tasks.OfType<AssignTask>());

        cluster = Seen(cluster, claimed, 2);
        cluster = cluster with { Tasks = [.. cluster.Tasks.Select(t => t.Name() == tried ? Closed(t, AttemptOutcome.Succeeded, "Succeeded").Ended(TaskPhase.Succeeded, Verdict.Go) : t)] };
        var good = Given.Decide(cluster);
        Assert.Empty(good.State.Probations);
        Assert.Single(good.Tasks.OfType<AssignTask>());
        Assert.Equal(Reasons.AcceptingTasks, Assert.Single(good.Nodes).After.Conditions.Find(ConditionTypes.Schedulable)?.Reason);
    }

    [Theory]
    [InlineData("InfrastructureError", null, "Node", true)]
    [InlineData("SandboxUnavailable", null, "Node", true)]
    [InlineData("DiskPressure", null, "Node", true)]
    [InlineData("InferenceServiceUnavailable", "http://127.0.0.1:8080", "Node", true)]
    [InlineData("InferenceServiceUnavailable", "https://models.example.org", "Node", false)]
    [InlineData("ModelMismatch", "https://models.example.org", "Node", false)]
    [InlineData("InfrastructureError", null, "Operator", false)]
    [InlineData("ModelMisunderstood", null, "Node", false)]
    [InlineData("GateFailed", null, "Node", false)]
    [InlineData("Timeout", null, "Node", false)]
    [InlineData("AgentRestarted", null, "Node", false)]
    public void What_the_model_the_task_or_another_machine_failed_is_not_held_against_the_host(string reason, string? server, string placement, bool counts)
    {
        var task = Given.Task("t").Assigned("a", new Placement(placement)).Claimed("operator/1");
        task = task with { Status = task.Status with { Model = server is null ? null : new() { Name = "qwen", Url = server } } };
        var cluster = Given.Cluster([Given.Node("a")], task);

        var plan = Given.Decide(cluster with { State = Given.Decide(cluster).State, Tasks = [Failed(task, reason)] });

        Assert.Equal(counts, plan.State.Probations.ContainsKey("a"));
    }

    [Fact]
    public void A_task_that_fails_on_many_hosts_puts_none_of_them_on_probation()
    {
        var cluster = Given.Cluster([Given.Node("a"), Given.Node("b"), Given.Node("c"), Given.Node("d")], Given.Task("t").With(s => s with { RetryPolicy = new() { Limit = 9 } }));
        var hosts = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            var plan = Given.Decide(cluster);
            hosts.Add(Assert.IsType<AssignTask>(plan.Write("t")).Assignment.Node);
            cluster = cluster.Then(plan, 1);
            cluster = cluster with { Tasks = [cluster.Tasks[0].Claimed()] };
            plan = Given.Decide(cluster);
            cluster = cluster.Then(plan, 1).Renewed("a", "b", "c", "d");
            cluster = cluster with { Tasks = [Failed(cluster.Tasks[0])] };
        }

        Assert.Equal(["a", "b", "c", "d"], hosts.Order());
        var only = Assert.Single(Given.Decide(cluster).State.Probations);
        Assert.Equal((hosts[0], 1), (only.Key, only.Value.Failures));
    }

    [Fact]
    public void What_fails_on_most_hosts_at_once_counts_against_none()
    {
        var cluster = Given.Cluster(
            [Given.Node("a", slots: 2), Given.Node("b", slots: 2), Given.Node("c", slots: 2)],
            [.. new[] { "a", "b", "c" }.SelectMany(n => new[] { Running($"{n}1", n), Running($"{n}2", n) })]);
        var state = Given.Decide(cluster).State;

        Assert.Equal(["a"], Given.Decide(cluster with { State = state, Tasks = [.. cluster.Tasks.Select(t => t.Status.AssignedNode == "a" ? Failed(t) : t)] }).State.Probations.Keys);
        Assert.Empty(Given.Decide(cluster with { State = state, Tasks = [.. cluster.Tasks.Select(t => Failed(t))] }).State.Probations);
    }

    [Fact]
    public void A_claim_makes_good_what_was_left_unclaimed_and_a_new_process_everything()
    {
        var task = Given.Task("t").Assigned("a");
        var cluster = Given.Cluster([Given.Node("a"), Given.Node("b")], task);
        var state = Given.Decide(cluster).State with
        {
            Probations = ImmutableDictionary<string, NodeProbation>.Empty.Add("a", new NodeProbation(3, TimeSpan.Zero) { FailedRuns = 1 }).Add("b", new NodeProbation(2, TimeSpan.Zero)),
        };

        var claimed = Given.Decide(cluster with { State = state, Tasks = [task.Claimed()] }).State.Probations;
        var restarted = Given.Decide(cluster with { State = state, Leases = [Given.Lease("a", "host/2"), Given.Lease("b")] }).State.Probations;

        Assert.Equal((1, 1, 2), (claimed["a"].Failures, claimed["a"].FailedRuns, claimed["b"].Failures));
        Assert.Equal(["b"], restarted.Keys);
    }

    [Theory]
    [InlineData("ModelMisunderstood", true)]
    [InlineData("GateFailed", true)]
    [InlineData("Timeout", false)]
    [InlineData("Cancelled", false)]
    [InlineData("AgentRestarted", false)]
    public void A_run_that_its_model_or_its_checks_fail_shows_that_the_host_does_its_part(string reason, bool isGood)
    {
        var cluster = Given.Cluster([Given.Node("a")], Running("t"));
        var state = Given.Decide(cluster).State with { Probations = ImmutableDictionary<string, NodeProbation>.Empty.Add("a", new NodeProbation(2, TimeSpan.Zero) { FailedRuns = 2 }) };

        Assert.Equal(isGood, Given.Decide(cluster with { State = state, Tasks = [Failed(cluster.Tasks[0], reason)] }).State.Probations.IsEmpty);
    }

    [Theory]
    [InlineData(1, 0, "1 assignment was left unclaimed")]
    [InlineData(3, 0, "3 assignments were left unclaimed")]
    [InlineData(1, 1, "1 run failed by the host's fault")]
    [InlineData(5, 2, "3 assignments were left unclaimed and 2 runs failed by the host's fault")]
    public void Both_kinds_of_failures_are_told(int failures, int runs, string text) =>
        Assert.Equal(text, NodeProbations.Tell(new NodeProbation(failures, TimeSpan.Zero) { FailedRuns = runs }));

    private static AgenticTask Running(string name, string node = "a") => Given.Task(name).Assigned(node).Claimed();

    private static AgenticTask Failed(AgenticTask task, string reason = "InfrastructureError") => Closed(task, AttemptOutcome.GivenBack, reason);

    private static AgenticTask Closed(AgenticTask task, AttemptOutcome outcome, string reason) => task with
    {
        Status = task.Status with
        {
            Phase = TaskPhase.Pending,
            AssignedNode = null,
            Placement = null,
            Claim = null,
            Attempts =
            [
                .. task.Status.Attempts,
                new TaskAttempt
                {
                    Attempt = task.Status.Attempt,
                    Node = task.Status.AssignedNode,
                    Placement = task.Status.Placement,
                    StartedAt = Given.Now,
                    EndedAt = Given.Now,
                    Outcome = outcome,
                    Reason = reason,
                },
            ],
        },
    };

    private static ClusterSnapshot Seen(ClusterSnapshot cluster, Plan plan, double seconds) => cluster.Then(plan, seconds) with
    {
        Nodes = [.. cluster.Nodes.Select(n => plan.Nodes.FirstOrDefault(w => w.Node.Name() == n.Name()) is { } write ? n with { Status = write.After } : n)],
    };
}
