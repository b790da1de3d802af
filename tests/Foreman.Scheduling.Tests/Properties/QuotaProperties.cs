using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>Limits of how many tasks run at once are reserved when a task is assigned: no decision goes beyond one, whatever else holds slots already.</summary>
public class QuotaProperties
{
    private const int Decisions = 6;

    [Fact]
    public void Neither_a_namespace_nor_a_queue_nor_a_role_nor_an_Agent_gets_more_slots_than_its_limit() => Prop
        .ForAll(Gen.Choose(0, 1_000_000_000).ToArbitrary(), static seed => Through(seed))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(LongRun.Seeds(quick: 200, full: 3000)));

    [Fact]
    public void The_random_fleets_fill_quotas_of_roles_and_free_them_again()
    {
        var (filled, freed) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var full = new HashSet<QuotaKey>();
            var fleet = new RandomFleet(seed);
            for (var i = 0; i < Decisions; i++)
            {
                var plan = Given.Decide(fleet.Cluster);
                foreach (var quota in fleet.Cluster.Quotas.All.Where(q => q.Role is not null && q.MaxRunning > 0))
                {
                    bool Counts(AgenticTask task) => IsOf(quota, task, fleet.Cluster);
                    freed += Holding(fleet.Cluster, Counts) < quota.MaxRunning && full.Remove(quota.Key) ? 1 : 0;
                    filled += Holding(fleet.Cluster, Counts) + Assigned(plan, Counts) >= quota.MaxRunning && full.Add(quota.Key) ? 1 : 0;
                }

                fleet.Go(plan);
            }
        }

        Assert.True(filled > 10 && freed > 3, $"{filled} filled, {freed} freed");
    }

    private static void Through(int seed)
    {
        var fleet = new RandomFleet(seed);
        for (var i = 0; i < Decisions; i++)
        {
            var (cluster, plan) = (fleet.Cluster, Given.Decide(fleet.Cluster));
            foreach (var quota in cluster.Quotas.All.Where(q => q.MaxRunning is not null))
            {
                Check(cluster, plan, t => IsOf(quota, t, cluster), quota.MaxRunning!.Value, $"seed {seed}: {quota.Owner}");
            }

            foreach (var agent in cluster.Agents.Where(a => a.Spec.MaxConcurrentTasks is not null))
            {
                Check(cluster, plan, t => t.AgentName() == agent.Name() && t.Namespace() == agent.Namespace(), agent.Spec.MaxConcurrentTasks!.Value, $"seed {seed}: Agent {agent.Name()}");
            }

            fleet.Go(plan);
        }
    }

    private static void Check(ClusterSnapshot cluster, Plan plan, Func<AgenticTask, bool> counts, int most, string who)
    {
        var (holding, assigned) = (Holding(cluster, counts), Assigned(plan, counts));
        Assert.True(assigned == 0 || holding + assigned <= most, $"{who}: {holding} and {assigned} of {most}");
    }

    // One that is taken back holds its slot until that is stored.
    private static int Holding(ClusterSnapshot cluster, Func<AgenticTask, bool> counts) => cluster.Tasks.Count(t => counts(t) && t.SlotOn(cluster.Unconfirmed) is not null);

    private static int Assigned(Plan plan, Func<AgenticTask, bool> counts) => plan.Tasks.OfType<AssignTask>().Count(d => counts(d.Task));

    private static bool IsOf(Quota quota, AgenticTask task, ClusterSnapshot cluster)
    {
        var role = task.AgentName() is { } name ? cluster.Agents.FirstOrDefault(a => a.Name() == name && a.Namespace() == task.Namespace())?.Spec.Role : AgentRole.Coder;
        return (quota.Namespace is null || quota.Namespace == task.Namespace())
            && (quota.Queue is null || quota.Queue == QueueKey.Of(task).Name)
            && (quota.Role is null || quota.Role == role);
    }
}
