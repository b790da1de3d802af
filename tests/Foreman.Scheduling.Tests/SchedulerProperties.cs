using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Kubernetes;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Scheduling.Tests;

/// <summary>What holds for every fleet and every queue.</summary>
public partial class SchedulerProperties
{
    private static readonly Gen<FleetNode> Nodes =
        from slots in Gen.Choose(0, 3)
        from ram in Gen.Choose(8, 64)
        from cordoned in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from draining in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from loaded in Gen.Elements(true, false)
        select Given.Node("x", slots, ram, Given.Model(loaded: loaded)) is var node && cordoned
            ? node with { Spec = node.Spec with { Unschedulable = true } }
            : draining ? node with { Status = node.Status! with { Phase = FleetNodePhase.Draining } } : node;

    private static readonly Gen<AgenticTask> Tasks =
        from priority in Gen.Choose(0, 3)
        from age in Gen.Choose(0, 100)
        from ram in Gen.Choose(0, 70)
        from state in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Constant(1)), (1, Gen.Constant(2)))
        let task = Given.Task("x", priority, age).With(s => s with { RequiredCapability = new() { MinRAMGB = ram } })
        select state switch { 0 => task, 1 => task.Assigned("n0"), _ => task.Assigned("n0").Claimed() };

    private static readonly Arbitrary<ClusterSnapshot> Clusters = (
        from nodes in Nodes.ListOf()
        from tasks in Tasks.ListOf()
        from silent in Gen.Choose(0, 4)
        select Named(nodes, tasks, silent)).ToArbitrary();

    [Fact]
    public void A_host_never_gets_more_than_its_slots() => Check(static (cluster, plan) =>
    {
        foreach (var write in plan.Tasks.Where(w => w is AssignTask))
        {
            var node = cluster.Nodes.Single(n => n.Name() == write.After.Status.AssignedNode);
            var before = cluster.Tasks.Count(t => t.HoldsSlot() && t.Status.AssignedNode == node.Name());
            var added = plan.Tasks.Count(w => w is AssignTask && w.After.Status.AssignedNode == node.Name());
            Assert.True(before + added <= node.Status!.Slots, $"{node.Name()}: {before} + {added} of {node.Status.Slots}");
        }
    });

    [Fact]
    public void A_host_never_promises_more_memory_than_it_told() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), static seed =>
    {
        var random = new Random(seed);
        FleetNode[] nodes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Told(Given.Node($"n{i}", slots: random.Next(1, 6), ram: random.Next(8, 65), Given.Model(loaded: random.Next(2) == 0)), random.Next(0, 49)))];
        AgenticTask[] tasks = [.. Enumerable.Range(0, random.Next(0, 20)).Select(i => Given.Task($"t{i}", random.Next(2)).With(s => s with { RequiredCapability = new() { MinRAMGB = random.Next(-1, 30), MinAcceleratorMemoryGB = random.Next(-1, 24) } })).Select(t => random.Next(5) switch
        {
            0 => t.Assigned($"n{random.Next(nodes.Length)}"),
            1 => t.Assigned($"n{random.Next(nodes.Length)}").Claimed(),
            _ => t,
        })];
        var plan = Given.Decide(Given.Cluster(nodes, tasks));
        foreach (var node in nodes)
        {
            var placed = plan.Tasks.OfType<AssignTask>().Select(d => d.After).Where(t => t.Status.AssignedNode == node.Name()).ToArray();
            AgenticTask[] all = [.. placed, .. tasks.Where(t => t.Status.AssignedNode == node.Name())];
            var loading = node.Status!.Capability!.Models![0].Loaded == true ? all.Where(t => t.Status.Model is null) : all;
            int Ram(AgenticTask task) => Math.Max(0, task.Spec.RequiredCapability!.MinRAMGB!.Value);
            int Accelerator(AgenticTask task) => Math.Max(0, task.Spec.RequiredCapability!.MinAcceleratorMemoryGB!.Value);
            Assert.True(placed.All(t => Ram(t) == 0) || all.Sum(t => Ram(t)) <= node.Status.Capability.AvailableRAMGB, $"seed {seed}: RAM of {node.Name()}");
            Assert.True(
                placed.Intersect(loading).All(t => Accelerator(t) == 0) || loading.Sum(t => Accelerator(t)) <= node.Status.Capability.Accelerators![0].MemoryTotalMB / 1024, $"seed {seed}: accelerator of {node.Name()}");
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_hosts_that_are_ready_and_willing_get_tasks() => Check(static (cluster, plan) =>
    {
        foreach (var write in plan.Tasks.Where(w => w is AssignTask))
        {
            var node = cluster.Nodes.Single(n => n.Name() == write.After.Status.AssignedNode);
            Assert.NotEqual(true, node.Spec.Unschedulable);
            Assert.NotEqual(FleetNodePhase.Draining, node.Status!.Phase);
            Assert.Contains(cluster.Leases, l => l.Name() == Labels.LeaseName(node.Name()) && l.Spec!.HolderIdentity!.Length > 0);
            Assert.True(node.Status.Capability!.AvailableRAMGB >= (write.Task.Spec.RequiredCapability?.MinRAMGB ?? 0));
        }
    });

    [Fact]
    public void Nobody_waits_for_capacity_behind_a_task_of_less_priority_that_asks_for_no_less() => Check(static (_, plan) =>
    {
        var waiting = plan.Tasks.Where(w => w is ExplainTask).ToArray();
        foreach (var placed in plan.Tasks.Where(w => w is AssignTask))
        {
            Assert.DoesNotContain(waiting, w =>
                (w.Task.Spec.Priority ?? 0) > (placed.Task.Spec.Priority ?? 0)
                && w.Task.Spec.RequiredCapability!.MinRAMGB <= placed.Task.Spec.RequiredCapability!.MinRAMGB);
        }
    });

    [Fact]
    public void The_counts_of_an_explanation_add_up_to_the_fleet() => Check(static (cluster, plan) =>
    {
        foreach (var write in plan.Tasks.Where(w => w is ExplainTask))
        {
            var text = write.Scheduled().Message;
            var counts = text[text.IndexOf(": ", StringComparison.Ordinal)..text.IndexOf(". ", StringComparison.Ordinal)];
            var sum = Counts().Matches(counts).Sum(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(cluster.Nodes.Count, sum);
        }
    });

    [Fact]
    public void Every_waiting_task_is_placed_or_told_why_and_the_answer_never_depends_on_the_order() => Check(static (cluster, plan) =>
    {
        Assert.Equal(
            cluster.Tasks.Where(t => t.IsPending()).Select(t => t.Name()).Order(StringComparer.Ordinal),
            plan.Tasks.Where(w => w.Task.IsPending()).Select(w => w.Task.Name()).Order(StringComparer.Ordinal));
        var turned = Given.Decide(cluster with { Tasks = [.. cluster.Tasks.Reverse()], Nodes = [.. cluster.Nodes.Reverse()] });
        Assert.Equal(Shown(plan), Shown(turned));
    });

    private static FleetNode Told(FleetNode node, int gigabytes) =>
        node with { Status = node.Status! with { Capability = node.Status.Capability! with { Accelerators = [new() { Name = "card", MemoryTotalMB = gigabytes * 1024L }] } } };

    private static void Check(Action<ClusterSnapshot, Plan> holds) =>
        Prop.ForAll(Clusters, cluster => holds(cluster, Given.Decide(cluster))).QuickCheckThrowOnFailure();

    private static IEnumerable<string> Shown(Plan plan) =>
        plan.Tasks.Select(w => $"{w.Task.Name()} {w.GetType().Name} {w.After.Status.AssignedNode}").Order(StringComparer.Ordinal);

    private static ClusterSnapshot Named(IEnumerable<FleetNode> nodes, IEnumerable<AgenticTask> tasks, int silent)
    {
        var fleet = nodes.Select((n, i) => n with { Metadata = n.Metadata with { Name = $"n{i}", Uid = $"node-{i}" } }).ToArray();
        var queue = tasks.Select((t, i) => t with { Metadata = t.Metadata with { Name = $"t{i}", Uid = $"task-{i}" } }).ToArray();
        var cluster = Given.Cluster(fleet, queue);
        return cluster with { Leases = [.. cluster.Leases.Select((l, i) => i < silent ? Given.Lease($"n{i}", holder: "") : l)] };
    }

    [GeneratedRegex("(?:: |, )([0-9]+) ")]
    private static partial Regex Counts();
}
