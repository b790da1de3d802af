using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling.Tests.Properties;

namespace Foreman.Scheduling.Tests.Kept;

/// <summary>Which of the tasks that wait for a quota have a turn after something has changed; each decision is held against one that recalls nothing.</summary>
public class QuietQuotasTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void While_a_quota_is_full_its_tasks_have_no_turn_and_once_a_run_ends_all_have(bool ofNamespace, bool ofRole)
    {
        Quota quota = new() { Namespace = ofNamespace ? "default" : null, Role = ofRole ? AgentRole.Coder : null, MaxRunning = 1 };
        var cluster = Settled([quota], Given.Task("t1", age: 2), Given.Task("t2", age: 1), Given.Task("r").Assigned("a").Claimed());

        var plan = Decide(WithRam(cluster, 7));
        var over = Decide(cluster with { Tasks = [cluster.Tasks[0], cluster.Tasks[1], cluster.Tasks[2].Ended(TaskPhase.Succeeded, Verdict.Go)] });

        Assert.Empty(plan.Turns);
        Assert.Equal(["uid-t1", "uid-t2"], plan.WaitForQuota.Order(StringComparer.Ordinal));
        Assert.Equal(["t1", "t2"], Names(over));
        Assert.Equal("t1", Assert.Single(over.Tasks.OfType<AssignTask>()).Task.Name());
    }

    [Fact]
    public void A_window_with_too_little_left_gives_nobody_a_turn_until_something_of_its_queue_changes()
    {
        var cluster = Settled([new() { Namespace = "default", SecondsPerWindow = 600, WindowHours = 1 }], Ended("e", 400), ByTime("t", 300, 9), ByTime("u", 10, 5));

        var plan = Decide(WithRam(cluster, 7));
        var elsewhere = Decide(cluster with { Tasks = [.. cluster.Tasks, In("other", Given.Task("o"))] });
        var another = Decide(cluster with { Tasks = [.. cluster.Tasks, ByTime("new", 20, 0)] });

        Assert.Empty(plan.Turns);
        Assert.Equal(Given.Now.AddMinutes(30), plan.QuotaFreesAt);
        Assert.Equal(["o"], Names(elsewhere));
        Assert.IsType<AssignTask>(elsewhere.Write("o"));
        Assert.Equal(["new", "t", "u"], Names(another));
    }

    [Fact]
    public void A_task_that_is_first_for_a_window_has_its_turn_when_no_host_takes_it_any_more()
    {
        var cluster = Settled([new() { Namespace = "default", SecondsPerWindow = 600, WindowHours = 1 }], Ended("e", 400), ByTime("t", 300, 9), ByTime("u", 10, 5));
        AgenticTask[] others = [.. Enumerable.Range(0, 4).Select(i => In("other", Given.Task($"o{i}")))];

        var plan = Decide(cluster with { Tasks = [.. cluster.Tasks, .. others] });

        Assert.Equal(4, plan.Tasks.OfType<AssignTask>().Count());
        Assert.Equal(["o0", "o1", "o2", "o3", "t", "u"], Names(plan));
    }

    [Fact]
    public void A_quota_that_comes_to_be_full_changes_what_is_told_of_those_for_whom_no_host_was_free()
    {
        var quotas = new Quota[] { new() { Role = AgentRole.Coder, MaxRunning = 2 } };
        var large = Given.Task("t").With(s => s with { RequiredCapability = new() { MinRAMGB = 80 } });
        AgenticTask[] tasks = [large, Given.Task("r").Assigned("b").Claimed()];
        var cluster = Given.Settled(Given.Cluster([Given.Node("a", slots: 4, ram: 8), Given.Node("b", slots: 1, ram: 90)], tasks) with { Quotas = new(quotas) });
        Assert.Equal(Reasons.WaitingForCapacity, cluster.Tasks[0].Status.Conditions.Find(ConditionTypes.Scheduled)!.Reason);

        var plan = Decide(cluster with { Tasks = [.. cluster.Tasks, Given.Task("new", priority: 1)] });

        Assert.Equal("a", Assert.IsType<AssignTask>(plan.Write("new")).Assignment.Node);
        Assert.Equal(["new", "t"], Names(plan));
    }

    [Fact]
    public void Other_quotas_give_all_a_turn()
    {
        var cluster = Settled([new() { Namespace = "default", MaxRunning = 1 }], Given.Task("t1", age: 2), Given.Task("t2", age: 1), Given.Task("r").Assigned("a").Claimed());

        Assert.Equal(["t1", "t2"], Names(Decide(cluster with { Quotas = new([new() { Namespace = "default", MaxRunning = 2 }]) })));
    }

    private static AgenticTask ByTime(string name, int seconds, int age) => Given.Task(name, age: age).With(s => s with { Budget = new() { Seconds = seconds } });

    private static AgenticTask In(string space, AgenticTask task) => task with { Metadata = task.Metadata with { NamespaceProperty = space } };

    // Half an hour ago.
    private static AgenticTask Ended(string name, int seconds) => Given.Task(name)
        .After(new TaskAttempt { Attempt = 1, Node = "a", Outcome = AttemptOutcome.Succeeded, StartedAt = Given.Now.AddMinutes(-30).AddSeconds(-seconds), EndedAt = Given.Now.AddMinutes(-30) })
        .Ended(TaskPhase.Succeeded, Verdict.Go);

    private static ClusterSnapshot WithRam(ClusterSnapshot cluster, int gigabytes) => cluster with
    {
        Nodes = [.. cluster.Nodes.Select(n => n with { Status = n.Status! with { Capability = n.Status.Capability! with { AvailableRAMGB = gigabytes } } })],
    };

    private static IEnumerable<string> Names(Plan plan) => plan.Turns.Select(t => t.Name()).Order(StringComparer.Ordinal);

    private static Plan Decide(ClusterSnapshot cluster)
    {
        var plan = Given.Decide(cluster);
        var forgetful = cluster with { State = cluster.State with { Settled = null, Verdicts = FleetVerdicts.None, Kept = null, KeptLeases = null, Trimmed = null } };
        Assert.Equal(PlanText.Of(Given.Decide(forgetful)), PlanText.Of(plan));
        return plan;
    }

    private static ClusterSnapshot Settled(Quota[] quotas, params AgenticTask[] tasks) =>
        Given.Settled(Given.Cluster([Given.Node("a", slots: 4, ram: 8)], tasks) with { Quotas = new(quotas) });
}
