using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Agent.Tests.Support;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

public class DrainTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task An_idle_agent_that_is_told_to_stop_says_so_releases_its_Lease_and_ends_cleanly(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet);

        agent.Process.Send(Signal.Terminate);

        Assert.Equal(0, await agent.Process.WaitForExitAsync());
        var node = await fleet.NodeAsync(agent.Node);
        Assert.Equal(FleetNodePhase.Draining, node.Status!.Phase);
        Assert.Equal(Reasons.Draining, Assert.Single(node.Status.NotAccepting!).Reason);
        var lease = await fleet.Kubernetes.ReadAsync<V1Lease>(Labels.LeaseName(agent.Node), fleet.Namespace);
        Assert.True(string.IsNullOrEmpty(lease.Spec!.HolderIdentity), $"still held by {lease.Spec.HolderIdentity}");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_runs_is_finished_and_what_comes_is_declined(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=3s", "--max-concurrent-tasks=2");
        await fleet.AssignNewTaskAsync("running", agent.Node);
        await fleet.WhenTaskAsync("running", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        agent.Process.Send(Signal.Terminate);
        await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Phase == FleetNodePhase.Draining, "the node to drain");
        await fleet.AssignNewTaskAsync("late", agent.Node);
        var late = await fleet.WhenTaskAsync("late", t => t.Status.Phase == TaskPhase.Pending && t.Status.Attempts.Count > 0, "the late task to be declined");

        Assert.Equal((AttemptOutcome.Declined, Reasons.Draining), (late.Status.Attempts[0].Outcome, late.Status.Attempts[0].Reason));
        Assert.Equal(0, await agent.Process.WaitForExitAsync());
        Assert.Equal(TaskPhase.Succeeded, (await fleet.TaskAsync("running")).Status.Phase);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_run_that_is_not_done_by_the_deadline_is_given_back(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=10m", "--drain-timeout=500ms");
        await StopWhileRunningAsync(fleet, agent, signals: 1);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_second_signal_gives_back_what_runs_at_once(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=10m");
        await StopWhileRunningAsync(fleet, agent, signals: 2);
    }

    [Theory, DevCluster]
    [Trait("Kind", "3")]
    public async Task A_second_signal_ends_the_process_within_five_seconds_although_nothing_answers_any_more(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var folder = new TempFolder();
        var kubeconfig = await PluginKubeconfig.WriteAsync(cluster, fleet.Namespace, folder);
        await using var agent = AgentUnderTest.StartWith(fleet, kubeconfig.Path, fleet.NewNodeName(), "--stub-sleep=10m");
        await agent.Process.WaitForLineAsync("is in the fleet as");
        await fleet.AssignNewTaskAsync("running", agent.Node);
        await fleet.WhenTaskAsync("running", t => t.Status.Phase == TaskPhase.Running, "the task to run");
        kubeconfig.Hang();

        agent.Process.Send(Signal.Terminate);
        await agent.Process.WaitForLineAsync("Draining: no new tasks");
        agent.Process.Send(Signal.Terminate);

        // Five seconds, and what a busy machine takes to start and end a process.
        await agent.Process.WaitForExitAsync(TimeSpan.FromSeconds(8));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_Lease_that_is_lost_while_the_agent_drains_is_no_error(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=10m");
        await fleet.AssignNewTaskAsync("running", agent.Node);
        await fleet.WhenTaskAsync("running", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        agent.Process.Send(Signal.Terminate);
        await agent.Process.WaitForLineAsync("Draining: no new tasks");
        await TakeLeaseAsync(fleet, agent);
        await agent.Process.WaitForLineAsync("info .*The Lease of .* was taken by another/1 while this agent stops");
        agent.Process.Send(Signal.Terminate);

        Assert.Equal(0, await agent.Process.WaitForExitAsync());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_Lease_that_is_lost_otherwise_ends_the_agent_with_75(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet);

        await TakeLeaseAsync(fleet, agent);

        Assert.Equal(75, await agent.Process.WaitForExitAsync());
        await agent.Process.WaitForLineAsync("error .*was taken by another/1: another agent serves this name now");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_drain_that_the_spec_asks_for_can_be_taken_back(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet);

        await DrainAsync(fleet, agent, new() { ["reason"] = "OS update" });
        var draining = await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Phase == FleetNodePhase.Draining, "the node to drain");
        await DrainAsync(fleet, agent, null);
        var ready = await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Phase == FleetNodePhase.Ready, "the node to be Ready again");

        Assert.Contains("OS update", Assert.Single(draining.Status!.NotAccepting!).Message, StringComparison.Ordinal);
        Assert.Empty(ready.Status!.NotAccepting ?? []);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_drain_that_is_taken_back_before_its_deadline_lets_what_runs_go_on(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=14s", "--max-concurrent-tasks=3");
        await fleet.AssignNewTaskAsync("first", agent.Node);
        await fleet.AssignNewTaskAsync("second", agent.Node);
        await fleet.WhenTaskAsync("first", t => t.Status.Phase == TaskPhase.Running, "the first task to run");
        await fleet.WhenTaskAsync("second", t => t.Status.Phase == TaskPhase.Running, "the second task to run");

        var deadline = FormattableString.Invariant($"{DateTimeOffset.UtcNow.AddSeconds(10):yyyy-MM-ddTHH:mm:ssZ}");
        await DrainAsync(fleet, agent, new() { ["deadline"] = deadline });
        await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Phase == FleetNodePhase.Draining, "the node to drain");
        await DrainAsync(fleet, agent, null);
        await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Phase == FleetNodePhase.Ready, "the node to be Ready again");
        await fleet.AssignNewTaskAsync("third", agent.Node);

        foreach (var name in new[] { "first", "second", "third" })
        {
            var ended = await fleet.WhenTaskAsync(name, t => t.IsTerminal(), $"the {name} task to end");
            Assert.Equal(AttemptOutcome.Succeeded, Assert.Single(ended.Status.Attempts).Outcome);
        }
    }

    private static Task<V1Lease> TakeLeaseAsync(FleetUnderTest fleet, AgentUnderTest agent) => fleet.Kubernetes.PatchAsync<V1Lease>(
        V1Patch.Merge(new() { ["spec"] = new JsonObject { ["holderIdentity"] = "another/1" } }), Labels.LeaseName(agent.Node), fleet.Namespace);

    // A drain, or none any more.
    private static Task<FleetNode> DrainAsync(FleetUnderTest fleet, AgentUnderTest agent, JsonObject? drain) =>
        fleet.Kubernetes.PatchAsync<FleetNode>(V1Patch.Merge(new() { ["spec"] = new JsonObject { ["drain"] = drain } }), agent.Node);

    private static async Task StopWhileRunningAsync(FleetUnderTest fleet, AgentUnderTest agent, int signals)
    {
        await fleet.AssignNewTaskAsync("running", agent.Node);
        await fleet.WhenTaskAsync("running", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        agent.Process.Send(Signal.Terminate);
        await agent.Process.WaitForLineAsync("Draining: no new tasks");
        if (signals == 2)
        {
            agent.Process.Send(Signal.Terminate);
        }

        Assert.Equal(0, await agent.Process.WaitForExitAsync());
        var task = await fleet.TaskAsync("running");
        Assert.Equal(TaskPhase.Pending, task.Status.Phase);
        Assert.Equal((AttemptOutcome.GivenBack, Reasons.Draining), (task.Status.Attempts[0].Outcome, task.Status.Attempts[0].Reason));
    }
}
