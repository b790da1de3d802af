using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.CleanUp;

public class TaskCleanUpTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    [Fact]
    public void Nothing_is_deleted_unless_a_time_is_given()
    {
        var cluster = Given.Cluster([], Ended("old", TimeSpan.FromDays(400))) with { Uptime = TimeSpan.FromDays(400) };

        var plan = Given.Decide(cluster);

        Assert.Empty(plan.Decisions);
        Assert.Equal((CleanUpState.Empty, null), (plan.State.CleanUp, plan.RequeueAt));
    }

    [Fact]
    public void A_task_is_deleted_when_its_time_is_over_and_the_decision_is_made_then_without_any_change()
    {
        var alive = Cluster(Given.Task("t").Assigned("a").Claimed());
        var ended = alive.Then(Given.Decide(alive), seconds: 100) with { Tasks = [Ended("t", TimeSpan.Zero)] };

        var seen = Given.Decide(ended);
        Assert.Empty(Deleted(seen));
        var settled = ended.Then(seen, seconds: 6);
        var looked = Given.Decide(settled);
        Assert.Empty(Deleted(looked));
        var due = ended.Uptime + Ttl;
        Assert.Equal(due, looked.RequeueAt);

        Assert.Empty(Deleted(Given.Decide(settled with { State = looked.State, Uptime = due - TimeSpan.FromMilliseconds(1) })));
        Assert.Equal(["t"], Deleted(Given.Decide(settled with { State = looked.State, Uptime = due })));
    }

    [Fact]
    public void An_end_that_is_seen_counts_from_then_on_whatever_the_clock_of_its_host_says()
    {
        var alive = Cluster(Given.Task("t").Assigned("a").Claimed());
        var ended = alive.Then(Given.Decide(alive), seconds: 1) with { Tasks = [Ended("t", TimeSpan.FromDays(3))] };

        var plan = Given.Decide(ended);

        Assert.Empty(Deleted(plan));
        Assert.Equal(ended.Uptime, plan.State.CleanUp.Tasks["uid-t"].Since);
    }

    [Fact]
    public void An_end_from_before_the_operator_led_counts_from_its_note()
    {
        Assert.Equal(["t"], Deleted(Given.Decide(Cluster(Ended("t", Ttl)))));
        Assert.Empty(Deleted(Given.Decide(Cluster(Ended("t", Ttl - TimeSpan.FromSeconds(1))))));
    }

    [Theory]
    [InlineData("in the future")]
    [InlineData("before the task was made")]
    [InlineData("before the assignment")]
    [InlineData("absent")]
    public void A_note_that_cannot_be_right_counts_for_nothing(string note)
    {
        var task = Ended("t", TimeSpan.FromDays(2));
        task = note switch
        {
            "in the future" => task with { Status = task.Status with { FinishedAt = Given.Now.AddSeconds(1) } },
            "before the task was made" => task with { Metadata = task.Metadata with { CreationTimestamp = Given.Now.AddHours(-47) } },
            "before the assignment" => task with
            {
                Status = task.Status with
                {
                    Conditions = [new() { Type = ConditionTypes.Scheduled, Status = Conditions.True, Reason = Reasons.FleetNodeAssigned, LastTransitionTime = Given.Now.AddHours(-47) }],
                },
            },
            _ => task with { Status = task.Status with { FinishedAt = null } },
        };

        var plan = Given.Decide(Cluster(task));

        Assert.Empty(Deleted(plan));
        Assert.Equal(TimeSpan.Zero, plan.State.CleanUp.Tasks["uid-t"].Since);
    }

    [Fact]
    public void A_task_that_another_one_depends_on_or_takes_files_from_stays_until_that_has_ended()
    {
        var follower = Given.Task("follower").With(s => s with { DependsOn = ["first"] });
        var reader = Given.Task("reader").With(s => s with
        {
            Suspend = true,
            Payload = s.Payload with { Inputs = [new() { Path = "a", FromTask = new() { Name = "second", Path = "a" } }] },
        });
        AgenticTask[] ended = [Ended("first", Ttl), Ended("second", Ttl), Ended("third", Ttl)];

        Assert.Equal(["third"], Deleted(Given.Decide(Cluster([.. ended, follower, reader]))));
        Assert.Equal(
            ["first", "second", "third"],
            Deleted(Given.Decide(Cluster([.. ended, follower.Ended(TaskPhase.Failed, Verdict.Incomplete), reader.Ended(TaskPhase.Failed, Verdict.Incomplete)]))));
        var elsewhere = follower with { Metadata = follower.Metadata with { NamespaceProperty = "other" } };
        Assert.Contains("first", Deleted(Given.Decide(Cluster([.. ended, elsewhere]))));
    }

    [Fact]
    public void Tasks_of_a_Workload_stay_until_that_has_ended_and_those_of_one_that_is_gone_are_left_to_the_garbage_collector()
    {
        var owned = Of("owned", Ended("owned", Ttl), "uid-w");
        var labelled = Ended("labelled", Ttl);
        labelled = labelled with { Metadata = labelled.Metadata with { Labels = new Dictionary<string, string> { [Labels.Workload] = "w" } } };

        Assert.Empty(DeletedWith(null));
        Assert.Empty(DeletedWith(Workloads("w", "uid-w", ended: false)));
        Assert.Equal(["labelled", "owned"], DeletedWith(Workloads("w", "uid-w", ended: true)));
        Assert.Equal(["labelled"], DeletedWith(Workloads("w", "uid-another", ended: true)));
        Assert.Equal(["labelled"], DeletedWith(Workloads("other", "uid-other", ended: false)));

        IReadOnlyList<string> DeletedWith(Dictionary<ObjectKey, ObservedWorkload>? workloads) =>
            Deleted(Given.Decide(Cluster(owned, labelled) with { Workloads = workloads }));
    }

    [Fact]
    public void Tasks_of_a_Workflow_stay_until_that_has_ended()
    {
        var owned = Of("t", Ended("t", Ttl), "uid-w");
        owned = owned with { Metadata = owned.Metadata with { Labels = null, OwnerReferences = [owned.Metadata.OwnerReferences![0] with { Kind = "Workflow" }] } };

        Assert.Empty(DeletedWith(null));
        Assert.Empty(DeletedWith(Workloads("w", "uid-w", ended: false)));
        Assert.Empty(DeletedWith(Workloads("w", "uid-another", ended: true)));
        Assert.Empty(DeletedWith(Workloads("other", "uid-other", ended: true)));
        Assert.Equal(["t"], DeletedWith(Workloads("w", "uid-w", ended: true)));
        Assert.Empty(Deleted(Given.Decide(Cluster(owned) with { Workloads = Workloads("w", "uid-w", ended: true) })));

        IReadOnlyList<string> DeletedWith(Dictionary<ObjectKey, ObservedWorkload>? workflows) => Deleted(Given.Decide(Cluster(owned) with { Workflows = workflows }));
    }

    [Fact]
    public void The_end_of_a_Workflow_is_a_change_that_wakes_a_settled_decision()
    {
        var owned = Of("t", Ended("t", Ttl), "uid-w");
        owned = owned with { Metadata = owned.Metadata with { Labels = null, OwnerReferences = [owned.Metadata.OwnerReferences![0] with { Kind = "Workflow" }] } };
        var before = Cluster(owned) with { Workflows = Workloads("w", "uid-w", ended: false) };
        var plan = Given.Decide(before);
        Assert.NotNull(plan.State.Settled);

        var after = before.Then(plan, seconds: 30) with { Tasks = before.Tasks, Workflows = Workloads("w", "uid-w", ended: true) };

        Assert.Equal(["t"], Deleted(Given.Decide(after)));
    }

    [Fact]
    public void The_end_of_a_Workload_is_a_change_that_wakes_a_settled_decision()
    {
        var before = Cluster(Of("t", Ended("t", Ttl), "uid-w")) with { Workloads = Workloads("w", "uid-w", ended: false) };
        var plan = Given.Decide(before);
        Assert.NotNull(plan.State.Settled);

        var after = before.Then(plan, seconds: 30) with { Tasks = before.Tasks, Workloads = Workloads("w", "uid-w", ended: true) };

        Assert.Equal(["t"], Deleted(Given.Decide(after)));
    }

    [Fact]
    public void What_was_not_deleted_is_asked_for_again_a_minute_later()
    {
        var cluster = Cluster(Ended("t", Ttl));
        var asked = Given.Decide(cluster);
        Assert.Equal(["t"], Deleted(asked));

        var soon = cluster.Then(asked, seconds: 50);
        var waiting = Given.Decide(soon);
        Assert.Empty(Deleted(waiting));
        Assert.Equal(TimeSpan.FromMinutes(1), waiting.RequeueAt);
        Assert.Equal(["t"], Deleted(Given.Decide(soon.Then(waiting, seconds: 10))));
    }

    [Fact]
    public void A_task_whose_end_is_not_confirmed_or_that_is_going_already_is_left_alone()
    {
        var ended = Ended("t", Ttl);

        Assert.Empty(Deleted(Given.Decide(Cluster(ended) with { Unconfirmed = new HashSet<string> { "uid-t" } })));
        Assert.Empty(Deleted(Given.Decide(Cluster(ended with { Metadata = ended.Metadata with { DeletionTimestamp = Given.Now } }))));
    }

    [Fact]
    public void Many_are_deleted_in_parts_the_oldest_first()
    {
        var tasks = Enumerable.Range(0, TaskCleanUp.Most + 10).Select(i => Ended($"t{i:000}", Ttl + TimeSpan.FromSeconds(i))).ToArray();
        var cluster = Cluster(tasks);

        var first = Given.Decide(cluster);

        Assert.Equal(tasks.Reverse().Take(TaskCleanUp.Most).Select(t => t.Name()).Order(StringComparer.Ordinal), Deleted(first));
        Assert.Equal(TaskCleanUp.BetweenLooks, first.RequeueAt);
        var deleted = Deleted(first).ToHashSet(StringComparer.Ordinal);
        var rest = cluster.Then(first, seconds: TaskCleanUp.BetweenLooks.TotalSeconds) with { Tasks = [.. tasks.Where(t => !deleted.Contains(t.Name()))] };
        Assert.Equal(tasks.Take(10).Select(t => t.Name()), Deleted(Given.Decide(rest)));
    }

    [Fact]
    public void A_task_that_counts_for_a_quota_stays_as_long_as_the_window_is()
    {
        static IReadOnlyList<string> With(Quota quota, int hours) => Deleted(Given.Decide(Cluster(Ended("t", TimeSpan.FromHours(hours))) with { Quotas = new([quota]) }));
        var window = new Quota { Namespace = "default", TokensPerWindow = 10, WindowHours = 5 };

        Assert.Empty(With(window, 4));
        Assert.Equal(["t"], With(window, 5));
        Assert.Equal(["t"], With(new() { Namespace = "default", MaxRunning = 1 }, 2));
    }

    [Fact]
    public void What_is_known_of_tasks_that_are_gone_is_forgotten()
    {
        var cluster = Cluster(Ended("t", TimeSpan.Zero), Ended("u", TimeSpan.Zero));
        var next = cluster.Then(Given.Decide(cluster), seconds: 10) with { Tasks = [cluster.Tasks[1]] };

        Assert.Equal(["uid-u"], Given.Decide(next).State.CleanUp.Tasks.Keys);
    }

    private static IReadOnlyList<string> Deleted(Plan plan) => [.. plan.Decisions.OfType<DeleteTask>().Select(d => d.Task.Name()).Order(StringComparer.Ordinal)];

    private static ClusterSnapshot Cluster(params AgenticTask[] tasks)
    {
        var cluster = Given.Cluster([], tasks);
        return cluster with { Settings = cluster.Settings with { CleanUp = new() { FinishedTasks = Ttl } } };
    }

    private static AgenticTask Ended(string name, TimeSpan ago)
    {
        var task = Given.Task(name, age: (int)TimeSpan.FromDays(500).TotalSeconds).Ended(TaskPhase.Succeeded, Verdict.Go);
        return task with { Status = task.Status with { FinishedAt = Given.Now - ago } };
    }

    private static AgenticTask Of(string name, AgenticTask task, string workload) => task with
    {
        Metadata = task.Metadata with
        {
            Name = name,
            Labels = new Dictionary<string, string> { [Labels.Workload] = "w" },
            OwnerReferences = [new() { ApiVersion = Workload.Type.ApiVersion, Kind = "Workload", Name = "w", Uid = workload, Controller = true }],
        },
    };

    private static Dictionary<ObjectKey, ObservedWorkload> Workloads(string name, string uid, bool ended) => new() { [new("default", name)] = new(uid, ended) };
}
