using Foreman.Api;
using Foreman.Agent.Tests.Support;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

public class DispatchTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task An_assigned_task_is_claimed_run_and_ended(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet);

        await fleet.AssignNewTaskAsync("one", agent.Node);

        var ended = await fleet.WhenTaskAsync("one", t => t.IsTerminal(), "the task to end");
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (ended.Status.Phase!.Value, ended.Status.Verdict!.Value));
        Assert.Equal((await fleet.NodeAsync(agent.Node)).Status!.Instance!.Holder, ended.Status.Claim!.Holder);
        Assert.Equal(AttemptOutcome.Succeeded, Assert.Single(ended.Status.Attempts).Outcome);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_for_a_real_model_ends_with_its_file_on_the_host(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        var server = await LlamaServer.SharedAsync();
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--agent-mode=native", "--keep-workspace", "--inference-base-url-override", server.Url);
        var probed = Assert.Single((await fleet.NodeAsync(agent.Node)).Status!.Capability!.Models!);

        await fleet.AssignNewTaskAsync(
            "write", agent.Node, "Write a file named hello.txt with the text: good morning",
            new PromisedModel { Name = probed.Name, Server = ModelServerKind.LlamaCpp, Url = probed.Server });

        var ended = await fleet.WhenTaskAsync("write", t => t.IsTerminal(), "the task to end");
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (ended.Status.Phase!.Value, ended.Status.Verdict!.Value));
        var file = Assert.Single(Directory.GetFiles(agent.WorkspaceDir, "hello.txt", SearchOption.AllDirectories));
        Assert.Equal("good morning", (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task No_more_tasks_run_at_once_than_there_are_slots(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--max-concurrent-tasks=1", "--stub-sleep=1s");

        await fleet.AssignNewTaskAsync("first", agent.Node);
        await fleet.WhenTaskAsync("first", t => t.Status.Phase == TaskPhase.Running, "the first task to run");
        await fleet.AssignNewTaskAsync("second", agent.Node);
        var second = await fleet.WhenTaskAsync("second", t => t.IsTerminal(), "the second task to end");

        var first = await fleet.TaskAsync("first");
        Assert.True(second.Status.ClaimedAt >= first.Status.FinishedAt, $"claimed at {second.Status.ClaimedAt:O}, the first ended at {first.Status.FinishedAt:O}");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_is_cancelled_ends_as_cancelled(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=10m");
        await fleet.AssignNewTaskAsync("long", agent.Node);
        await fleet.WhenTaskAsync("long", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        await cluster.Kubectl.RunAsync("patch", "agentictask", "long", "-n", fleet.Namespace, "--type=merge", "-p", """{"spec":{"cancel":true}}""");

        var ended = await fleet.WhenTaskAsync("long", t => t.IsTerminal(), "the task to end");
        Assert.Equal((TaskPhase.Failed, FailureReason.Cancelled), (ended.Status.Phase!.Value, ended.Status.FailureReason!.Value));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_is_deleted_frees_its_slot(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=10m");
        await fleet.AssignNewTaskAsync("gone", agent.Node);
        await fleet.WhenTaskAsync("gone", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        await fleet.Kubernetes.DeleteAsync<AgenticTask>("gone", fleet.Namespace);

        await agent.Process.WaitForLineAsync("gone attempt 1: Fenced");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_killed_agent_takes_over_from_itself_at_once_and_gives_back_what_it_ran(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--stub-sleep=10m");
        await fleet.AssignNewTaskAsync("long", agent.Node);
        var running = await fleet.WhenTaskAsync("long", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        await agent.KillAndRestartAsync();

        var back = await fleet.WhenTaskAsync("long", t => t.Status.Phase == TaskPhase.Pending, "the task to be given back");
        Assert.Null(back.Status.Claim);
        Assert.Equal((AttemptOutcome.GivenBack, Reasons.AgentRestarted), (back.Status.Attempts[0].Outcome, back.Status.Attempts[0].Reason));
        var holder = (await fleet.NodeAsync(agent.Node)).Status!.Instance!.Holder;
        Assert.NotEqual(running.Status.Claim!.Holder, holder);
        Assert.True(Holder.SameHost(running.Status.Claim.Holder, holder));
    }
}
