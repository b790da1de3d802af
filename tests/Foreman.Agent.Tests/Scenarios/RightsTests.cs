using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

[Trait("Kind", "12")]
public class RightsTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_host_with_an_invalid_task_namespace_joins_takes_no_tasks_and_says_why(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = AgentUnderTest.StartIn(fleet, cluster.AdminKubeconfigPath, fleet.NewNodeName(), "Not_A_Namespace");
        await agent.Process.WaitForLineAsync("is in the fleet as");

        var node = await fleet.WhenNodeAsync(agent.Node, n => n.Status?.NotAccepting is { Count: > 0 }, "the node to refuse tasks");

        var refusal = Assert.Single(node.Status!.NotAccepting!);
        Assert.Equal(Reasons.InvalidNamespace, refusal.Reason);
        Assert.Contains("Not_A_Namespace", refusal.Message, StringComparison.Ordinal);
        Assert.False(agent.Process.HasExited);
    }

    [Theory, KubeApiServer]
    public async Task A_host_without_rights_in_its_task_namespace_takes_no_tasks_until_they_are_granted(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        var space = await cluster.NewNamespaceAsync("granted");
        var kubeconfig = await LimitedAsync(cluster, fleet.Namespace);
        await using var agent = AgentUnderTest.StartIn(fleet, kubeconfig, fleet.NewNodeName(), space);
        await agent.Process.WaitForLineAsync("is in the fleet as");

        var node = await fleet.WhenNodeAsync(agent.Node, n => n.Status?.NotAccepting is { Count: > 0 }, "the node to refuse tasks");

        var refusal = Assert.Single(node.Status!.NotAccepting!);
        Assert.Equal(Reasons.MissingRights, refusal.Reason);
        Assert.Contains($"in the task namespace {space}: grant get agentictasks, list agentictasks, watch agentictasks, patch agentictasks/status", refusal.Message, StringComparison.Ordinal);

        await cluster.Kubectl.RunAsync("create", "rolebinding", "tasks", "--namespace", space, "--clusterrole=cluster-admin", $"--serviceaccount={fleet.Namespace}:limited");
        await fleet.WhenNodeAsync(agent.Node, n => n.Status?.NotAccepting is not { Count: > 0 }, "the node to take tasks");
    }

    /// <summary>An identity that may do everything in one namespace and with FleetNodes, and nothing elsewhere.</summary>
    private static async Task<string> LimitedAsync(IClusterUnderTest cluster, string space)
    {
        var kubeconfig = await cluster.KubeconfigForAsync("limited", space);
        var account = $"--serviceaccount={space}:limited";
        await cluster.Kubectl.RunAsync("create", "rolebinding", "limited", "--namespace", space, "--clusterrole=cluster-admin", account);
        await cluster.Kubectl.RunAsync("create", "clusterrole", space, "--verb=get,list,watch,create,patch", "--resource=fleetnodes.foreman.llmkube.dev,fleetnodes.foreman.llmkube.dev/status");
        await cluster.Kubectl.RunAsync("create", "clusterrole", $"{space}-crds", "--verb=get", "--resource=customresourcedefinitions.apiextensions.k8s.io");
        await cluster.Kubectl.RunAsync("create", "clusterrolebinding", space, $"--clusterrole={space}", account);
        await cluster.Kubectl.RunAsync("create", "clusterrolebinding", $"{space}-crds", $"--clusterrole={space}-crds", account);
        return kubeconfig;
    }
}
