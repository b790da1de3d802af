using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

[Trait("Kind", "12")]
public class DeletedNamespaceTests
{
    [Theory, DevCluster]
    public async Task A_namespace_that_is_deleted_under_a_run_ends_the_run(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        var space = await cluster.NewNamespaceAsync("doomed");
        await using var agent = AgentUnderTest.StartIn(fleet, cluster.AdminKubeconfigPath, fleet.NewNodeName(), space, "--stub-sleep=10m");
        await agent.Process.WaitForLineAsync("is in the fleet as");
        var task = await fleet.Kubernetes.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = "running", NamespaceProperty = space },
            Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Say hello" } },
        });
        await fleet.Kubernetes.PatchAsync<AgenticTask>(
            TaskWrites.Assign(task, new TaskAssignment(agent.Node, Placement.Node, null, null), []), task.Name(), space, new PatchOptions { Subresource = "status" });
        await agent.Process.WaitForLineAsync("running .attempt 1. is claimed");

        await cluster.Kubectl.RunAsync("delete", "namespace", space, "--wait=false");

        await agent.Process.WaitForLineAsync("running .attempt 1. is stopped without a write: the task was deleted");
        Assert.False(agent.Process.HasExited);
    }
}
