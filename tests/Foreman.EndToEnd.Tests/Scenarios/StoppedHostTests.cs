using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Hosts that stop in the middle of a run of a real model, asked to and killed. Runs are held by holding their model server.</summary>
public class StoppedHostTests
{
    private const string Prompt = "Write a file named hello.txt with the text: good morning";

    [Fact]
    public async Task A_host_that_is_asked_to_stop_finishes_its_task_first()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        await using var server = await LlamaServer.StartAsync();
        var agent = await fleet.StartAgentAsync("host-a", server.Url);
        server.Hold();
        await fleet.ApplyTaskAsync("hello", Prompt);
        await fleet.WaitForTaskAsync("hello", t => t.Status.Phase == TaskPhase.Running, "to run");

        agent.Process.Send(Signal.Terminate);
        await fleet.WaitForNodeAsync("host-a", n => n.Status?.Phase == FleetNodePhase.Draining, "to drain");
        server.Release();

        var task = await fleet.WaitForTaskAsync("hello", t => t.Status.Verdict is not null, "to end");
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Equal([AttemptOutcome.Succeeded], task.Status.Attempts.Select(a => a.Outcome));
        Assert.Equal(0, await agent.Process.WaitForExitAsync());
        Assert.Equal("good morning", agent.FileText("hello.txt"));
    }

    [Fact]
    public async Task A_task_of_a_killed_host_ends_on_another_and_the_old_attempts_write_is_refused()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        await using var server = await LlamaServer.StartAsync();
        var agents = new[] { await fleet.StartAgentAsync("host-a", server.Url), await fleet.StartAgentAsync("host-b", server.Url) };
        server.Hold();
        await fleet.ApplyTaskAsync("hello", Prompt);
        var running = await fleet.WaitForTaskAsync("hello", t => t.Status.Phase == TaskPhase.Running, "to run");
        var lost = agents.Single(a => a.Node == running.Status.AssignedNode);
        var other = agents.Single(a => a != lost);

        lost.Process.Send(Signal.Kill);
        server.Release();

        var task = await fleet.WaitForTaskAsync("hello", t => t.Status.Verdict is not null, "to end on the other host", TimeSpan.FromMinutes(3));
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, other.Node), (task.Status.Phase, task.Status.Verdict, task.Status.AssignedNode));
        Assert.Equal([(lost.Node, AttemptOutcome.Lost), (other.Node, AttemptOutcome.Succeeded)], task.Status.Attempts.Select(a => (a.Node, a.Outcome!.Value)));
        Assert.Equal("good morning", other.FileText("hello.txt"));
        Assert.Null(lost.FileText("hello.txt"));

        var refusal = await Assert.ThrowsAsync<KubernetesException>(() => fleet.EndLateAsync(lost, running));

        Assert.True(refusal.IsTestFailed, refusal.Message);
        Assert.Equal(task.Status.Result!.ToJsonString(), (await fleet.TaskAsync("hello")).Status.Result!.ToJsonString());
    }
}
