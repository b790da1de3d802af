using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

public class CredentialPluginTests
{
    [Theory, DevCluster]
    public async Task A_run_and_its_result_survive_a_credential_plugin_that_fails_until_it_works_again(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        var kubeconfig = await WithPluginAsync(cluster, fleet.Namespace, folder);
        await using var agent = AgentUnderTest.StartWith(fleet, kubeconfig, fleet.NewNodeName(), "--stub-sleep=5s", "--heartbeat-interval=2s");
        await agent.Process.WaitForLineAsync("is in the fleet as");
        await fleet.AssignNewTaskAsync("one", agent.Node);
        var running = await fleet.WhenTaskAsync("one", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        folder.Write("broken", "");
        await agent.Process.WaitForLineAsync("The heartbeat failed: .*the credential plugin");
        await agent.Process.WaitForLineAsync("The Lease .* could not be renewed: .*the credential plugin");
        await agent.Process.WaitForLineAsync(@"End of .*/one \(attempt 1\) failed and is tried again: .*the credential plugin");
        Assert.Equal(TaskPhase.Running, (await fleet.TaskAsync("one")).Status.Phase);
        File.Delete(folder["broken"]);

        var ended = await fleet.WhenTaskAsync("one", t => t.IsTerminal(), "the task to end");
        Assert.Equal((TaskPhase.Succeeded, running.Status.Claim!.Holder), (ended.Status.Phase!.Value, ended.Status.Claim!.Holder));
        Assert.Equal(AttemptOutcome.Succeeded, Assert.Single(ended.Status.Attempts).Outcome);
        Assert.False(agent.Process.HasExited);

        await fleet.AssignNewTaskAsync("two", agent.Node);
        await fleet.WhenTaskAsync("two", t => t.IsTerminal(), "the next task to end");
    }

    /// <summary>A kubeconfig whose credential comes from a script that fails while the file <c>broken</c> lies beside it.</summary>
    private static async Task<string> WithPluginAsync(IClusterUnderTest cluster, string space, TempFolder folder)
    {
        var withToken = await cluster.KubeconfigForAsync("agent", space);
        var token = KubernetesClientConfiguration.BuildConfigFromConfigFile(withToken).AccessToken;

        // The credential ends as it is given, so that each request runs the plugin.
        var plugin = folder.Write("plugin.sh", $$$"""
            if [ -e '{{{folder["broken"]}}}' ]; then echo 'the login has ended' >&2; exit 1; fi
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{{token}}}","expirationTimestamp":"2001-01-01T00:00:00Z"}}'
            """);
        return folder.Write("kubeconfig", (await File.ReadAllTextAsync(withToken)).Replace(
            $"    token: {token}",
            $"    exec: {{apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: ['{plugin}'], interactiveMode: Never}}",
            StringComparison.Ordinal));
    }
}
