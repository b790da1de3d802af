using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Projections;

public class NodeStatusProjectionTests
{
    [Fact]
    public void A_new_host_is_registered_ready_and_schedulable()
    {
        var write = Assert.Single(Given.Decide(Given.Cluster([Given.Node("a")])).Nodes);

        Assert.Equal(Reasons.Registered, write.Event?.Reason);
        Assert.Equal(["Ready=True", "Schedulable=True"], Shown(write));
    }

    [Fact]
    public void The_tasks_on_a_host_are_shown_at_most_once_a_second()
    {
        var cluster = Given.Cluster([Given.Node("a", 4)], Given.Task("t"));
        var first = Given.Decide(cluster);
        Assert.Equal("default/t", Assert.Single(first.Nodes).After.CurrentTask);
        Assert.Equal(1, first.Nodes[0].After.UsedSlots);

        var more = cluster.Then(first, 0.2);
        var soon = Given.Decide(more with { Tasks = [.. more.Tasks, Given.Task("u")] });
        Assert.Empty(soon.Nodes);
        Assert.Equal(TimeSpan.FromSeconds(1), soon.RequeueAt);
    }

    [Fact]
    public void An_unchanged_host_is_not_written()
    {
        var node = Given.Node("a");
        var first = Given.Decide(Given.Cluster([node]));
        var written = node with { Status = first.Nodes[0].After };

        Assert.Empty(Given.Decide(Given.Cluster([written])).Nodes);
    }

    [Fact]
    public void Hosts_of_a_silent_site_are_neither_ready_nor_given_up()
    {
        var nodes = new[] { Given.Node("a1"), Given.Node("a2"), Given.Node("c") }
            .Select(n => n with { Metadata = n.Metadata with { Labels = new Dictionary<string, string> { [Labels.Zone] = n.Name() == "c" ? "cellar" : "attic" } } });
        var cluster = Given.Cluster(nodes);
        var first = Given.Decide(cluster);

        var plan = Given.Decide(cluster.Then(first, 45).Renewed("c"));

        var ready = plan.Nodes.ToDictionary(c => c.Node.Name(), c => c.After.Conditions.Find(ConditionTypes.Ready)!);
        Assert.Equal((Conditions.Unknown, Reasons.ControlPlanePartition), (ready["a1"].Status, ready["a1"].Reason));
        Assert.StartsWith("Most hosts of site attic fell silent at once while others go on, so its tasks stay for 5 min", ready["a2"].Message, StringComparison.Ordinal);
        Assert.Equal(Conditions.True, ready["c"].Status);
    }

    [Theory]
    [InlineData("full", null, "True", Reasons.SandboxFull, "Commands of models run in a sandbox.")]
    [InlineData("reduced", null, "True", Reasons.SandboxReduced, "Commands of models run in a reduced sandbox. no namespaces.")]
    [InlineData("none", null, "False", Reasons.SandboxUnavailable, "The host runs no commands of models. no namespaces.")]
    [InlineData("none", true, "False", Reasons.SandboxDisabled, "Commands of models run unconfined: the agent has --insecure-no-sandbox. no namespaces.")]
    public void What_a_host_says_of_its_sandbox_is_a_condition(string mode, bool? unconfined, string status, string reason, string message)
    {
        var node = Given.Node("a");
        var sandbox = new NodeSandbox { Mode = new(mode), Reason = mode == "full" ? null : "no namespaces", Unconfined = unconfined };
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { Sandbox = sandbox } } };

        var condition = Assert.Single(Assert.Single(Given.Decide(Given.Cluster([node])).Nodes).After.Conditions!, c => c.Type == ConditionTypes.Sandboxed);

        Assert.Equal((status, reason, message), (condition.Status, condition.Reason, condition.Message));
    }

    [Fact]
    public void A_host_says_anew_why_nothing_is_concluded_when_other_sites_fall_silent_or_are_back()
    {
        var nodes = new[] { Given.Node("a1"), Given.Node("a2"), Given.Node("c") }
            .Select(n => n with { Metadata = n.Metadata with { Labels = new Dictionary<string, string> { [Labels.Zone] = n.Name() == "c" ? "cellar" : "attic" } } });
        var cluster = Given.Cluster(nodes);
        cluster = Seen(cluster, Given.Decide(cluster), 45).Renewed("c");
        cluster = Seen(cluster, Given.Decide(cluster), 2);
        var shown = Given.Decide(cluster);
        Assert.Empty(shown.Nodes);

        cluster = Seen(cluster, shown, 43);
        var all = Given.Decide(cluster);

        Assert.True(all.State.Disrupted);
        Assert.Equal(["a1", "a2", "c"], all.Nodes.Select(c => c.Node.Name()).Order(StringComparer.Ordinal));
        Assert.All(all.Nodes, c => Assert.StartsWith("Most hosts fell silent at once, so nothing", c.After.Conditions.Find(ConditionTypes.Ready)!.Message, StringComparison.Ordinal));

        cluster = Seen(cluster, all, 2);
        var still = Given.Decide(cluster);
        Assert.Empty(still.Nodes);
        var back = Given.Decide(Seen(cluster, still, 2).Renewed("c"));

        Assert.Equal(["attic"], back.State.SilentSites.Keys);
        Assert.All(back.Nodes.Where(c => c.Node.Name() != "c"), c => Assert.StartsWith("Most hosts of site attic", c.After.Conditions.Find(ConditionTypes.Ready)!.Message, StringComparison.Ordinal));
        Assert.Equal(3, back.Nodes.Count);
    }

    private static ClusterSnapshot Seen(ClusterSnapshot cluster, Plan plan, double seconds) => cluster.Then(plan, seconds) with
    {
        Nodes = [.. cluster.Nodes.Select(n => plan.Nodes.FirstOrDefault(w => w.Node.Name() == n.Name()) is { } write ? n with { Status = write.After } : n)],
    };

    private static IEnumerable<string> Shown(ChangeNodeStatus change) =>
        change.After.Conditions!.Select(c => $"{c.Type}={c.Status}");
}
