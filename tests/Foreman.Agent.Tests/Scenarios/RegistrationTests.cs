using Foreman.Api;
using Foreman.Agent.Tests.Support;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

public class RegistrationTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task An_agent_registers_its_host_with_what_it_probed_and_holds_its_Lease(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        var server = await LlamaServer.SharedAsync();
        await using var agent = await AgentUnderTest.JoinedAsync(
            fleet, "--inference-base-url-override", server.Url, "--roles=coder,worker", "--node-labels=zone=lab");

        var node = await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Phase == FleetNodePhase.Ready, "the node to be Ready");

        Assert.Equal(["coder", "worker"], node.Spec.Roles!);
        Assert.Equal("lab", node.GetLabel("zone"));
        Assert.True(node.Status!.Capability!.TotalRAMGB > 0);
        Assert.Equal(ModelServerKind.LlamaCpp, Assert.Single(node.Status.Capability.ModelServers!).Kind);
        Assert.Equal((2, NodeAgentKind.ForemanAgent, agent.Process.Id), (node.Status.Slots, node.Status.AgentKind, node.Status.Instance!.Pid));
        Assert.Equal([fleet.Namespace], node.Status.TaskNamespaces!);
        var lease = await fleet.Kubernetes.ReadAsync<V1Lease>(Labels.LeaseName(agent.Node), fleet.Namespace);
        Assert.Equal((node.Status.Instance.Holder, 40), (lease.Spec!.HolderIdentity, lease.Spec.LeaseDurationSeconds));
        Assert.Equal(node.Uid(), Assert.Single(lease.Metadata.OwnerReferences!).Uid);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_node_that_was_deleted_is_registered_again_at_once(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet);
        var before = await fleet.NodeAsync(agent.Node);

        await fleet.Kubernetes.DeleteAsync<FleetNode>(agent.Node);

        await fleet.WhenNodeAsync(agent.Node, n => n.Uid() != before.Uid() && n.Status?.Phase == FleetNodePhase.Ready, "the node to be there again and Ready");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_node_that_was_taken_for_dead_says_that_it_lives(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet);
        await fleet.Kubernetes.PatchAsync<FleetNode>(
            V1Patch.Merge(new() { ["status"] = new System.Text.Json.Nodes.JsonObject { ["phase"] = "NotReady" } }),
            agent.Node, null, new PatchOptions { Subresource = "status" });

        await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Phase == FleetNodePhase.Ready, "the node to be Ready again");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Another_host_under_the_same_name_is_refused_and_told_who_holds_it(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var first = await AgentUnderTest.JoinedAsync(fleet);

        await using var second = AgentUnderTest.Start(fleet, first.Node);

        Assert.Equal(78, await second.Process.WaitForExitAsync());
        Assert.Matches(
            $"the FleetNode name {first.Node} is held by another agent \\([0-9a-f]+/[0-9a-f]+ on host .+, process {first.Process.Id}\\)",
            second.Process.StandardError);
        Assert.Equal(FleetNodePhase.Ready, (await fleet.NodeAsync(first.Node)).Status!.Phase);
    }
}
