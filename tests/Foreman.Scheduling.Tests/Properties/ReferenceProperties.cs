using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>
/// The scheduler decides and explains as the one without indexes does, through several decisions of one fleet, and whatever the order
/// is in which the cluster was read.
/// </summary>
public class ReferenceProperties
{
    // Each fleet is decided over several rounds and twice: more of them than this take hours.
    private const int MostFleets = 10_000;

    private const int Decisions = 4;

    // Enough of them for most fleets to settle.
    private const int KeptDecisions = 12;

    [Fact]
    public void Every_decision_explanation_and_state_is_that_of_the_scheduler_without_indexes() => Check(static fleet =>
    {
        var plan = Given.Decide(fleet.Cluster);
        Assert.Equal(PlanText.Of(ReferenceScheduler.Decide(fleet.Cluster, Given.Now)), PlanText.Of(plan));
        return plan;
    });

    // Its memory is promised, so it is counted for that: also after it has got the one task that it may claim.
    [Fact]
    public void A_host_on_trial_that_takes_a_small_task_is_counted_as_before_among_those_that_lack_memory()
    {
        static AgenticTask Asking(string name, int ram, int priority = 0) => Given.Task(name, priority).With(s => s with { RequiredCapability = new() { MinRAMGB = ram } });
        var running = Asking("running", 60).Assigned("a").Claimed();
        var cluster = Given.Cluster([Given.Node("a", slots: 3)], running, Asking("first", 32, priority: 2), Given.Task("small", priority: 1), Asking("last", 32)) with
        {
            State = SchedulerState.Empty with
            {
                Probations = SchedulerState.Empty.Probations.Add("a", new NodeProbation(2, TimeSpan.Zero)),
                Tasks = SchedulerState.Empty.Tasks.Add(running.Uid(), new ObservedTask(1, TaskPhase.Running, TimeSpan.Zero)),
            },
        };

        var plan = Given.Decide(cluster);

        Assert.IsType<AssignTask>(plan.Write("small"));
        Assert.All(["first", "last"], t => Assert.StartsWith("0 of 1 nodes match: 1 with RAM promised to other tasks.", plan.Write(t).Scheduled().Message, StringComparison.Ordinal));
        Assert.Equal(PlanText.Of(ReferenceScheduler.Decide(cluster, Given.Now)), PlanText.Of(plan));
    }

    [Fact]
    public void What_is_kept_from_one_decision_to_the_next_changes_nothing() => Check(Kept, static (fleet, plan) => fleet.Rest(plan), KeptDecisions);

    [Fact]
    public void What_is_kept_changes_nothing_while_much_happens() => Check(Kept);

    [Fact]
    public void What_is_kept_changes_nothing_when_explanations_find_little_room() => Check(Crowded, static (fleet, plan) => fleet.Rest(plan), KeptDecisions);

    [Fact]
    public void What_is_kept_changes_nothing_when_few_may_be_told_otherwise_at_once() => Check(Hesitant, static (fleet, plan) => fleet.Rest(plan), KeptDecisions);

    [Fact]
    public void What_is_kept_changes_nothing_when_few_may_be_told_otherwise_at_once_and_much_happens() => Check(Hesitant);

    // A run takes longer than was set aside for it, so that a quota that others wait for has less each second.
    [Fact]
    public void What_is_kept_changes_nothing_while_a_run_goes_on_beyond_what_was_expected() =>
        Through(655958118, Crowded, static (fleet, plan) => fleet.Rest(plan), KeptDecisions);

    [Fact]
    public void The_random_fleets_often_leave_tasks_without_a_turn()
    {
        var spared = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var fleet = new RandomFleet(seed);
            for (var i = 0; i < KeptDecisions; i++)
            {
                var (before, plan) = (fleet.Cluster.State.Settled, Given.Decide(fleet.Cluster));
                var isSettled = before is not null && ReferenceEquals(before, plan.State.Settled);
                spared += !isSettled && plan.Turns.Count < fleet.Cluster.Tasks.Count(t => t.IsPending() && !fleet.Cluster.Unconfirmed.Contains(t.Uid())) ? 1 : 0;
                fleet.Rest(plan);
            }
        }

        Assert.InRange(spared, 20, int.MaxValue);
    }

    [Fact]
    public void The_random_fleets_often_leave_tasks_that_wait_for_quotas_of_each_kind_without_a_turn()
    {
        var spared = new HashSet<string>();
        for (var seed = 0; seed < 400; seed++)
        {
            var fleet = new RandomFleet(seed);
            for (var i = 0; i < KeptDecisions; i++)
            {
                var plan = Given.Decide(fleet.Cluster);
                var turns = plan.Turns.Select(t => t.Uid()).ToHashSet(StringComparer.Ordinal);
                spared.UnionWith(fleet.Cluster.Tasks.Where(t => plan.WaitForQuota.Contains(t.Uid()) && !turns.Contains(t.Uid())).Select(KindOf));
                fleet.Rest(plan);
            }
        }

        Assert.Superset(new HashSet<string> { "namespace", "queue", "role" }, spared);

        static string KindOf(AgenticTask task)
        {
            var message = task.Status.Conditions.Find(ConditionTypes.Scheduled)?.Message ?? "";
            return !message.Contains("(maxRunning", StringComparison.Ordinal) ? "another"
                : message.Contains("of role ", StringComparison.Ordinal) ? "role"
                : message.Contains("of queue ", StringComparison.Ordinal) ? "queue"
                : "namespace";
        }
    }

    [Theory]
    [InlineData(718_825_069)]
    [InlineData(328_643_865)]
    public void What_is_kept_changes_nothing_with_a_seed_that_failed_once(int seed) =>
        Through(seed, Kept, static (fleet, plan) => fleet.Rest(plan), KeptDecisions);

    [Fact]
    public void The_random_fleets_often_settle()
    {
        var settled = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var fleet = new RandomFleet(seed);
            for (var i = 0; i < 12; i++)
            {
                var (before, plan) = (fleet.Cluster.State.Settled, Given.Decide(fleet.Cluster));
                settled += before is not null && ReferenceEquals(before, plan.State.Settled) ? 1 : 0;
                fleet.Rest(plan);
            }
        }

        Assert.InRange(settled, 50, int.MaxValue);
    }

    [Fact]
    public void The_order_in_which_the_cluster_was_read_changes_nothing() => Check(static fleet =>
    {
        var plan = Given.Decide(fleet.Cluster);
        Assert.Equal(PlanText.Unordered(plan), PlanText.Unordered(Given.Decide(fleet.Shuffled())));
        return plan;
    });

    [Fact]
    public void The_random_fleets_have_every_decision_and_many_reasons()
    {
        var plans = Enumerable.Range(0, 400).Select(seed => new RandomFleet(seed)).SelectMany(Through).ToArray();
        var told = plans.SelectMany(p => p.Tasks).OfType<ExplainTask>().Select(d => d.Scheduled()).ToArray();

        Assert.Superset(
            new HashSet<Type> { typeof(AssignTask), typeof(TakeBackTask), typeof(CompleteTask), typeof(ExplainTask), typeof(ChangeNodeStatus) },
            plans.SelectMany(p => p.Decisions).Select(d => d.GetType()).ToHashSet());
        Assert.Superset(
            new HashSet<string>
            {
                Reasons.WaitingForCapacity, Reasons.NoMatchingNode, Reasons.ConcurrencyLimit, Reasons.BackingOff,
                Reasons.WaitingForDependency, Reasons.EndpointNotReachable, Reasons.SandboxUnavailable, Reasons.WaitingForQuota,
            },
            told.Select(c => c.Reason).ToHashSet());
        foreach (var words in (string[])["with all slots taken", "on probation", "which just declined", "which lost this task before", "with RAM promised to other tasks"])
        {
            Assert.True(told.Any(c => c.Message.Contains(words, StringComparison.Ordinal)), $"No host is {words}.");
        }

        foreach (var words in (string[])["(maxRunning", "Enough is free at", "Enough is free once", "A task that goes first", "lower the budget", "allows no "])
        {
            Assert.True(told.Any(c => c.Reason == Reasons.WaitingForQuota && c.Message.Contains(words, StringComparison.Ordinal)), $"No quota says {words}");
        }
    }

    [Fact]
    public void The_random_fleets_wait_for_model_servers_by_each_of_their_bounds()
    {
        var told = Enumerable.Range(0, 400).Select(seed => new RandomFleet(seed)).SelectMany(Through).SelectMany(p => p.Tasks).OfType<ExplainTask>()
            .Select(d => d.Scheduled()).Where(c => c.Reason == Reasons.ConcurrencyLimit).Select(c => c.Message).ToArray();

        foreach (var words in (string[])["(by its InferenceService)", "(as a host has probed)", "(by --model-server-tasks"])
        {
            Assert.True(told.Any(m => m.StartsWith("Model server ", StringComparison.Ordinal) && m.Contains(words, StringComparison.Ordinal)), $"No server is bounded {words}");
        }
    }

    private static Plan Kept(RandomFleet fleet) => AsWithout(fleet.Cluster);

    private static Plan Crowded(RandomFleet fleet) => AsWithout(fleet.Cluster with { ExplanationRoom = 2 });

    private static Plan Hesitant(RandomFleet fleet) => AsWithout(fleet.Cluster with { RefreshRoom = 1 });

    private static Plan AsWithout(ClusterSnapshot cluster)
    {
        // The time of day goes on with the uptime: when a quota's window has room is told by the one and waited for by the other.
        var now = Given.Now + (cluster.Uptime - RandomFleet.Start);
        var plan = Scheduler.Decide(cluster, now);
        var forgetful = cluster with { State = cluster.State with { Settled = null, Verdicts = FleetVerdicts.None, Kept = null, KeptLeases = null, Trimmed = null } };
        Assert.Equal(PlanText.Of(Scheduler.Decide(forgetful, now)), PlanText.Of(plan));
        return plan;
    }

    private static void Check(Func<RandomFleet, Plan> decide, Action<RandomFleet, Plan>? goOn = null, int decisions = Decisions) => Prop
        .ForAll(Gen.Choose(0, 1_000_000_000).ToArbitrary(), seed => Through(seed, decide, goOn ?? Go, decisions))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Math.Min(MostFleets, LongRun.Seeds(quick: 100, full: 1000))));

    private static void Through(int seed, Func<RandomFleet, Plan> decide, Action<RandomFleet, Plan> goOn, int decisions)
    {
        var fleet = new RandomFleet(seed);
        for (var i = 0; i < decisions; i++)
        {
            var plan = decide(fleet);
            goOn(fleet, plan);
        }
    }

    private static IEnumerable<Plan> Through(RandomFleet fleet)
    {
        for (var i = 0; i < Decisions; i++)
        {
            var plan = Given.Decide(fleet.Cluster);
            yield return plan;
            fleet.Go(plan);
        }
    }

    private static void Go(RandomFleet fleet, Plan plan) => fleet.Go(plan);
}
