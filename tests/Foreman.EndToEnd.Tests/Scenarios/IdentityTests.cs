using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Hosts whose identity is taken away and given again while they run.</summary>
public sealed class IdentityTests
{
    [Fact]
    public async Task A_revoked_host_says_what_to_do_and_goes_on_without_a_restart_once_it_has_joined_anew()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        await using var server = await LlamaServer.StartAsync();
        var agent = await fleet.StartAgentAsync("host-a", server.Url);
        server.Hold();
        await fleet.ApplyTaskAsync("hello", "Write a file named hello.txt with the text: good morning");
        await fleet.WaitForTaskAsync("hello", t => t.Status.Phase == TaskPhase.Running, "to run");
        var tokens = Tokens(agent);

        _ = (await fleet.EnrollAsync("host-a", "--revoke")).Succeeded();
        await agent.Process.WaitForLineAsync("Enroll again: `foreman-operator enroll host-a`", TimeSpan.FromMinutes(2));
        Assert.False(agent.Process.HasExited, agent.Process.Output);
        await fleet.JoinAsync("host-a");
        server.Release();

        var task = await fleet.WaitForTaskAsync("hello", t => t.Status.Verdict is not null, "to end", TimeSpan.FromMinutes(5));
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, "host-a"), (task.Status.Phase, task.Status.Verdict, task.Status.AssignedNode));
        Assert.False(agent.Process.HasExited, agent.Process.Output);
        Assert.All(tokens.Concat(Tokens(agent)), token => Assert.DoesNotContain(token, fleet.Logs(), StringComparison.Ordinal));
    }

    private static List<string> Tokens(AgentProcess agent) =>
        [.. File.ReadAllLines(agent.Kubeconfig).Where(line => line.StartsWith("    token: ", StringComparison.Ordinal)).Select(line => line["    token: ".Length..])];
}
