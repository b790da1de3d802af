using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

[Trait("Kind", "1")]
public class CredentialPluginTests
{
    [Theory, DevCluster]
    public async Task A_run_and_its_result_survive_a_credential_plugin_that_fails_until_it_works_again(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        var kubeconfig = await PluginKubeconfig.WriteAsync(cluster, fleet.Namespace, folder);
        await using var agent = AgentUnderTest.StartWith(fleet, kubeconfig.Path, fleet.NewNodeName(), "--stub-sleep=5s", "--heartbeat-interval=2s");
        await agent.Process.WaitForLineAsync("is in the fleet as");
        await fleet.AssignNewTaskAsync("one", agent.Node);
        var running = await fleet.WhenTaskAsync("one", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        kubeconfig.Break();
        await agent.Process.WaitForLineAsync("The heartbeat failed: .*the credential plugin");
        await agent.Process.WaitForLineAsync("The Lease .* could not be renewed: .*the credential plugin");
        await agent.Process.WaitForLineAsync(@"End of .*/one \(attempt 1\) failed and is tried again: .*the credential plugin");
        Assert.Equal(TaskPhase.Running, (await fleet.TaskAsync("one")).Status.Phase);
        kubeconfig.Mend();

        var ended = await fleet.WhenTaskAsync("one", t => t.IsTerminal(), "the task to end");
        Assert.Equal((TaskPhase.Succeeded, running.Status.Claim!.Holder), (ended.Status.Phase!.Value, ended.Status.Claim!.Holder));
        Assert.Equal(AttemptOutcome.Succeeded, Assert.Single(ended.Status.Attempts).Outcome);
        Assert.False(agent.Process.HasExited);

        await fleet.AssignNewTaskAsync("two", agent.Node);
        await fleet.WhenTaskAsync("two", t => t.IsTerminal(), "the next task to end");
    }
}
