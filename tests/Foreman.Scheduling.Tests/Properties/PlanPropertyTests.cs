using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>
/// What is planned for a task before it is created, from what is stored, is what the operator does with it: in the round after its creation, and in those
/// that follow while runs end. Left out is what only an operator knows by watching: hosts on probation, and Leases that fell silent.
/// </summary>
public class PlanPropertyTests
{
    private const int Rounds = 6;

    [Fact]
    public void A_planned_task_gets_the_verdict_the_host_the_reason_and_the_place_that_it_was_told()
    {
        var outcomes = new List<ForecastOutcome>();
        for (var seed = 0; seed < Math.Min(LongRun.Seeds(400), 4000); seed++)
        {
            outcomes.AddRange(Compare(seed));
        }

        Assert.All(Enum.GetValues<ForecastOutcome>(), outcome => Assert.True(outcomes.Count(o => o == outcome) > 10, $"{outcome}: {outcomes.Count(o => o == outcome)}"));
    }

    [Fact]
    public void A_place_in_the_queue_is_when_a_task_starts_among_those_that_ask_the_same()
    {
        for (var seed = 0; seed < Math.Min(LongRun.Seeds(100), 1000); seed++)
        {
            var (cluster, random) = (Alike(new Random(seed)), new Random(~seed));
            var planned = Forecast.OfQueue(cluster, Given.Now).Select(f => f.Task.Name()).ToArray();
            var started = new List<string>();
            for (var round = 0; round <= planned.Length; round++)
            {
                var plan = Given.Decide(cluster);
                started.AddRange(plan.Tasks.OfType<AssignTask>().Select(d => d.Task.Name()));
                cluster = WithAnEnd(Written(cluster, plan), random);
            }

            Assert.Equal((IEnumerable<string>)planned, started);
        }
    }

    // What was told of the task from what was stored, in each round.
    private static List<ForecastOutcome> Compare(int seed)
    {
        var (outcomes, never, random) = (new List<ForecastOutcome>(), new HashSet<string>(), new Random(seed));
        if (Before(seed, random) is not ({ } live, { } created))
        {
            return outcomes;
        }

        for (var round = 0; round < Rounds && IsKnown(live); round++)
        {
            // Before it is created it has another UID.
            var stored = Stored(round > 0 ? live : WithTask(live, created with { Metadata = created.Metadata with { Uid = "planned/00000" } }));
            var (told, plan) = (Forecast.OfQueue(stored, Given.Now), Given.Decide(live));

            Assert.Equal(Forecast.OfQueue(live, Given.Now).Select(f => Shown(seed, round, f)), told.Select(f => Shown(seed, round, f)));
            foreach (var forecast in told)
            {
                Assert.Equal(Done(seed, round, forecast.Task, plan), (seed, round, forecast.Task.Name(), forecast.Node, forecast.Reason));
            }

            Assert.DoesNotContain(plan.Tasks.OfType<AssignTask>(), d => never.Contains(d.Task.Name()));
            never.UnionWith(told.Where(f => f.Outcome == ForecastOutcome.Never).Select(f => f.Task.Name()));
            outcomes.AddRange(told.Where(f => f.Task.Name() == created.Name()).Select(f => f.Outcome));
            live = WithAnEnd(Written(live, plan), random);
        }

        return outcomes;
    }

    // A fleet that an operator has seen and written of, in which one of its tasks is created now; nulls when none waits.
    private static (ClusterSnapshot? Cluster, AgenticTask? Task) Before(int seed, Random random)
    {
        var fleet = new RandomFleet(seed);
        for (var round = 0; round < 3; round++)
        {
            fleet.Go(Given.Decide(fleet.Cluster));
        }

        var cluster = fleet.Cluster.Renewed([.. fleet.Cluster.Nodes.Select(n => n.Name())]) with
        {
            Unconfirmed = new HashSet<string>(),
            InputProblems = new Dictionary<string, string>(),
            Tasks = [.. fleet.Cluster.Tasks.Where(t => t.Status.Attempts.Count == 0)],
            State = Fresh(fleet.Cluster.State) with { Probations = SchedulerState.Empty.Probations },
        };
        AgenticTask[] waiting = [.. cluster.Tasks.Where(t => t.IsPending())];
        if (waiting.Length == 0)
        {
            return (null, null);
        }

        var task = waiting[random.Next(waiting.Length)];
        var created = task with { Metadata = task.Metadata with { CreationTimestamp = Given.Now }, Status = new() { Phase = TaskPhase.Pending } };
        var without = cluster with { Tasks = [.. cluster.Tasks.Where(t => !ReferenceEquals(t, task))] };
        var live = Written(without, Given.Decide(without));
        return (live with { Tasks = [.. live.Tasks, created] }, created);
    }

    private static (int Seed, int Round, string Task, string? Node, string Reason) Done(int seed, int round, AgenticTask task, Plan plan)
    {
        var decision = plan.Tasks.SingleOrDefault(d => d.Task.Name() == task.Name());
        var why = decision is CompleteTask ? decision.Completed() : (decision?.After ?? task).Status.Conditions.Find(ConditionTypes.Scheduled)!;
        return (seed, round, task.Name(), (decision as AssignTask)?.Assignment.Node, why.Reason);
    }

    private static (int Seed, int Round, string Task, int Position, ForecastOutcome Outcome, string Reason, string? Node, string? Model) Shown(int seed, int round, TaskForecast f) =>
        (seed, round, f.Task.Name(), f.Position, f.Outcome, f.Reason, f.Node, f.Model);

    private static bool IsKnown(ClusterSnapshot live) =>
        live.State.Probations.IsEmpty
        && live.State is { Disrupted: false, UnreachableSince: null }
        && live.State.SilentSites.IsEmpty
        && live.Nodes.All(n => LivenessOf(live, n) is not (NodeLiveness.Suspect or NodeLiveness.Unknown));

    private static NodeLiveness LivenessOf(ClusterSnapshot live, FleetNode node) => LivenessRules.StateOf(live.State.Leases.GetValueOrDefault(node.Name()), live.Uptime, live.State.Disrupted);

    // A host without a Lease has no agent that has written to it.
    private static ClusterSnapshot Stored(ClusterSnapshot live)
    {
        FleetNode AsWritten(FleetNode node) => LivenessOf(live, node) == NodeLiveness.Unmanaged ? node with { Status = node.Status! with { Instance = null, Conditions = null } } : node;
        return ObservedCluster.Of(live with { State = SchedulerState.Empty, Leases = [], Nodes = [.. live.Nodes.Select(AsWritten)] }, Given.Now);
    }

    // Everything that was decided is written at once.
    private static ClusterSnapshot Written(ClusterSnapshot cluster, Plan plan)
    {
        var nodes = plan.Nodes.ToDictionary(c => c.Node.Name(), c => c.After);
        var after = cluster.Then(plan);
        return after with
        {
            State = Fresh(after.State),
            Nodes = [.. cluster.Nodes.Select(n => nodes.TryGetValue(n.Name(), out var status) ? n with { Status = status } : n)],
        };
    }

    // No write is held back, and each decision is made as a whole.
    private static SchedulerState Fresh(SchedulerState state) => state with { Writes = SchedulerState.Empty.Writes, Told = ToldTasks.None, Trimmed = null, Settled = null, Kept = null };

    private static ClusterSnapshot WithTask(ClusterSnapshot cluster, AgenticTask task) => cluster with { Tasks = [.. cluster.Tasks.Select(t => t.Name() == task.Name() ? task : t)] };

    private static ClusterSnapshot WithAnEnd(ClusterSnapshot cluster, Random random)
    {
        AgenticTask[] running = [.. cluster.Tasks.Where(t => t.HoldsSlot())];
        return running.Length == 0 ? cluster : WithTask(cluster, Over(running[random.Next(running.Length)]));
    }

    private static AgenticTask Over(AgenticTask task)
    {
        var attempt = new TaskAttempt
        {
            Attempt = (int)task.Status.Attempt,
            Node = task.Status.AssignedNode,
            Placement = task.Status.Placement,
            Model = task.Status.Model?.Name,
            Outcome = AttemptOutcome.Succeeded,
            StartedAt = Given.Now.AddSeconds(-60),
            EndedAt = Given.Now,
        };
        var ended = task.Ended(TaskPhase.Succeeded, Verdict.Go);
        return ended with { Status = ended.Status with { Attempts = [.. ended.Status.Attempts, attempt] } };
    }

    // Tasks of several queues and priorities that ask the same, of which it is known how long they run, on a host without a free slot.
    private static ClusterSnapshot Alike(Random random)
    {
        string?[] queues = [null, "gold", "tin"];
        var done = Over(Given.Task("done").Assigned("n"));
        AgenticTask[] running = [.. Enumerable.Range(0, 3).Select(i => Given.Task($"r{i}").Assigned("n").Claimed())];
        AgenticTask[] waiting = [.. Enumerable.Range(0, random.Next(3, 25)).Select(i => InQueue(Given.Task($"t{i}", random.Next(2), random.Next(1000)), queues[random.Next(3)]))];
        return Given.Cluster([Given.Node("n", slots: 3)], [done, .. running, .. waiting]) with
        {
            Quotas = random.Next(2) == 0 ? QuotaSet.None : new([new() { Namespace = "default", Queue = "gold", Weight = random.Next(1, 5) }]),
        };
    }

    private static AgenticTask InQueue(AgenticTask task, string? queue) =>
        queue is null ? task : task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = queue } } };
}
