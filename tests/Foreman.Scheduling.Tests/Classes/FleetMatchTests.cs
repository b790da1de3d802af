using Foreman.Api;

namespace Foreman.Scheduling.Tests.Classes;

/// <summary>How often hosts are judged, counted by a placement that is asked about each pair of a demand and a host.</summary>
public class FleetMatchTests
{
    private readonly CountingPlacement _placement = new();

    [Fact]
    public void Tasks_with_one_demand_are_judged_once_whatever_their_lists_priorities_and_pasts()
    {
        var lost = new TaskAttempt { Attempt = 1, Node = "a", Outcome = AttemptOutcome.Lost };
        var tasks = Enumerable.Range(0, 50).Select(i => Asking(Given.Task($"t{i}", priority: i % 3, age: i), ram: 8)).ToArray();
        tasks[7] = tasks[7].After(lost);

        Given.Decide(Cluster(["a", "b"], tasks));

        Assert.Equal(["a", "b"], _placement.Asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_demand_is_judged()
    {
        Given.Decide(Cluster(["a"], [Asking(Given.Task("t1"), ram: 8), Asking(Given.Task("t2"), ram: 9)]));

        Assert.Equal(["a", "a"], _placement.Asked);
    }

    [Fact]
    public void Demands_of_which_a_placement_looks_at_the_same_are_judged_by_it_once()
    {
        _placement.LooksAtNothing = true;

        var plan = Given.Decide(Cluster(["a", "b"], [Asking(Given.Task("t1"), ram: 8), Asking(Given.Task("t2"), ram: 9)]));

        Assert.Equal(["a", "b"], _placement.Asked.Order(StringComparer.Ordinal));
        Assert.Equal(2, plan.Decisions.OfType<AssignTask>().Count());
    }

    [Fact]
    public void A_renewed_lease_has_no_host_judged_again()
    {
        var (cluster, plan) = Settled();

        Given.Decide(cluster.Then(plan, seconds: 1).Renewed("a"));

        Assert.Empty(_placement.Asked);
    }

    [Fact]
    public void A_new_task_of_a_known_demand_has_no_host_judged_again()
    {
        var (cluster, plan) = Settled();

        Given.Decide(cluster.Then(plan) with { Tasks = [.. cluster.Tasks, Asking(Given.Task("new"), ram: 8)] });

        Assert.Empty(_placement.Asked);
    }

    [Fact]
    public void Of_all_hosts_only_one_that_has_changed_or_is_new_is_judged_again()
    {
        var (cluster, plan) = Settled();
        var changed = cluster.Then(plan, seconds: 6) with { Nodes = [cluster.Nodes[0], Given.Node("b", slots: 0), Given.Node("aa", slots: 0)] };

        var next = Given.Decide(changed with { Leases = [.. changed.Leases, Given.Lease("aa")] });

        Assert.Equal(["aa", "b"], _placement.Asked.Distinct().Order(StringComparer.Ordinal));
        Assert.Contains("0 of 3 nodes match: 3 with all slots taken. Nearest is a", next.Write("t").Scheduled().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_fell_silent_is_judged_again()
    {
        var (cluster, plan) = Settled();

        Given.Decide(cluster.Then(plan, seconds: 45).Renewed("a"));

        Assert.Equal(["b"], _placement.Asked.Distinct());
    }

    [Fact]
    public void A_host_that_comes_to_fit_gets_what_waits()
    {
        var (cluster, plan) = Settled();

        var next = Given.Decide(cluster.Then(plan) with { Nodes = [cluster.Nodes[0], Given.Node("b", slots: 1)] });

        Assert.Equal("b", Assert.IsType<AssignTask>(next.Write("t")).Assignment.Node);
    }

    private (ClusterSnapshot Cluster, Plan Plan) Settled()
    {
        var cluster = Cluster(["a", "b"], [Asking(Given.Task("t"), ram: 8)], slots: 0);
        var plan = Given.Decide(cluster);
        _placement.Asked.Clear();
        return (cluster, plan);
    }

    private ClusterSnapshot Cluster(string[] nodes, AgenticTask[] tasks, int slots = 1) =>
        Given.Cluster(nodes.Select(n => Given.Node(n, slots)), tasks) with { Settings = new() { Identity = "operator/1", Placements = new(_placement) } };

    private static AgenticTask Asking(AgenticTask task, int ram) =>
        task.With(s => s with { RequiredCapability = new() { MinRAMGB = ram, Roles = ["worker"] } });

    private sealed class CountingPlacement : IPlacementRules
    {
        public List<string> Asked { get; } = [];

        public Placement Placement => Placement.Node;

        public bool LooksAtNothing { get; set; }

        public string Where => "on a Node";

        public object? PartOf(Demand demand) => LooksAtNothing ? null : demand;

        public ConstraintViolation? Check(Demand demand, NodeView node)
        {
            Asked.Add(node.Name);
            return null;
        }

        public bool IsAutomaticFor(Demand demand, NodeView node) => true;

        public string? ModelUrl(ServedModel model, ModelServer? server) => model.Server;

        public HolderDecision JudgeAssignment(HolderView view) => HolderDecision.Keep;

        public HolderDecision JudgeRun(HolderView view) => HolderDecision.Keep;
    }
}
