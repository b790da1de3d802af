using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>A host that stops in the middle of a run, which is held by holding its model server.</summary>
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
}
