using Foreman.Agent.Identity;
using Foreman.Agent.Tests.Support;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Identity;

public sealed class TokenRenewalTests
{
    [Fact]
    public async Task A_token_is_renewed_in_the_kubeconfig_when_it_is_due_again_and_again()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync(life: TimeSpan.FromMinutes(10)));
        var agent = scene.Open();
        using var renewal = new TokenRenewal(agent, () => 0);
        using var stop = new CancellationTokenSource();
        await renewal.BeginAsync(CancellationToken.None);
        var running = renewal.RunAsync(stop.Token);

        for (var round = 0; round < 3; round++)
        {
            var before = agent.Credentials!.Token;
            await scene.SkipUntilAsync(() => agent.Credentials.Token != before, "the token to be renewed");

            var after = agent.Credentials.Token;
            Assert.True(after.ExpiresAt - before.ExpiresAt >= TimeSpan.FromMinutes(6.9), $"{before} was renewed to {after}");
            Assert.Equal((TimeSpan.FromMinutes(10), before.Binding), (after.Life, after.Binding));
            await Eventually.TrueAsync(() => File.ReadAllText(scene.Kubeconfig).Contains(after.Value, StringComparison.Ordinal), "the kubeconfig to hold it");
            Assert.DoesNotContain(before.Value, await File.ReadAllTextAsync(scene.Kubeconfig), StringComparison.Ordinal);
            Assert.True(await JoinScene.IsAcceptedAsync(agent));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.DoesNotContain(scene.Logger.Entries, entry => entry.Message.Contains(agent.Credentials!.Token.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_outage_that_outlives_the_token_costs_the_host_no_identity()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync());
        var agent = scene.Open();
        var (token, offline) = (agent.Credentials!.Token, agent.Credentials.Renewal!);
        scene.Time.Skip(TimeSpan.FromDays(20));
        Assert.False(await JoinScene.IsAcceptedAsync(agent));

        using var renewal = new TokenRenewal(agent, () => 0);
        await renewal.BeginAsync(CancellationToken.None);

        Assert.True(await JoinScene.IsAcceptedAsync(agent));
        Assert.Equal(token.Binding, agent.Credentials.Token.Binding);
        Assert.InRange((agent.Credentials.Renewal!.ExpiresAt - offline.ExpiresAt).TotalDays, 19.9, 20.1);
        Assert.True(await JoinScene.IsAcceptedAsync(scene.Open()));
    }

    [Fact]
    public async Task A_call_that_is_refused_wakes_the_renewal()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync(life: TimeSpan.FromHours(24)));
        var agent = scene.Open();
        using var renewal = new TokenRenewal(agent, () => 0);
        using var stop = new CancellationTokenSource();
        await renewal.BeginAsync(CancellationToken.None);
        var running = renewal.RunAsync(stop.Token);
        await scene.Admin.DeleteAsync<V1ServiceAccount>(JoinScene.Node, JoinScene.Hosts);
        await scene.Admin.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = JoinScene.Node, NamespaceProperty = JoinScene.Hosts } });

        Assert.False(await JoinScene.IsAcceptedAsync(agent));
        await scene.SkipUntilAsync(() => scene.Logger.Entries.Count(e => e.Message.StartsWith("The token of foreman-system-hosts/mac-1 ", StringComparison.Ordinal) && e.Message.EndsWith(" is new", StringComparison.Ordinal)) >= 2, "another token");

        Assert.True(await JoinScene.IsAcceptedAsync(agent));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_host_without_a_token_for_that_time_must_be_enrolled_again_and_then_goes_on_without_a_restart()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync(offline: TimeSpan.Zero));
        var agent = scene.Open();
        using var renewal = new TokenRenewal(agent, () => 0);
        scene.Time.Skip(TimeSpan.FromHours(2));

        var beginning = renewal.BeginAsync(CancellationToken.None);
        await Eventually.TrueAsync(
            () => scene.Logger.Entries.Any(e => e.Message.Contains("Enroll again: `foreman-operator enroll mac-1`", StringComparison.Ordinal)), "the agent to say what to do");
        Assert.False(beginning.IsCompleted, "the agent ended instead of waiting for its new identity");
        await scene.JoinAsync(await scene.TicketAsync());
        await scene.SkipUntilAsync(() => beginning.IsCompleted, "the start to go on");

        await beginning;
        Assert.True(await JoinScene.IsAcceptedAsync(agent));
        Assert.Equal("join-2", agent.Credentials!.Token.Binding!.Name);
    }

    [Fact]
    public async Task An_identity_that_was_taken_away_ends_the_agent_with_78_once_nothing_runs()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync());
        var agent = scene.Open();
        var runs = 1;
        using var renewal = new TokenRenewal(agent, () => Volatile.Read(ref runs));
        await renewal.BeginAsync(CancellationToken.None);
        await scene.Admin.DeleteAsync<V1ServiceAccount>(JoinScene.Node, JoinScene.Hosts);
        var began = scene.Time.GetUtcNow();

        var running = renewal.RunAsync(CancellationToken.None);
        Assert.False(await JoinScene.IsAcceptedAsync(agent));
        await scene.SkipUntilAsync(() => scene.Time.GetUtcNow() - began > TimeSpan.FromMinutes(25), "25 minutes to pass");
        Assert.False(running.IsCompleted, "the agent ended while it ran a task");
        Assert.Contains(scene.Logger.Entries, entry => entry.Message.Contains("Enroll again", StringComparison.Ordinal));
        Volatile.Write(ref runs, 0);
        await scene.SkipUntilAsync(() => running.IsCompleted, "the agent to end");

        var ended = await Assert.ThrowsAsync<ExitException>(() => running);
        Assert.Equal(78, ended.ExitCode);
        Assert.Contains("Enroll again: `foreman-operator enroll mac-1`", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_an_earlier_release_is_kept_until_the_host_joins_and_then_left_without_a_restart()
    {
        await using var scene = await JoinScene.StartAsync();
        var before = await scene.EnrolledBeforeAsync(TimeSpan.FromDays(365));
        var agent = scene.Open();
        using var renewal = new TokenRenewal(agent, () => 0);

        await renewal.BeginAsync(CancellationToken.None);
        await renewal.BeginAsync(CancellationToken.None);

        Assert.Equal(before, agent.Credentials!.Token.Value);
        Assert.Contains(before, await File.ReadAllTextAsync(scene.Kubeconfig), StringComparison.Ordinal);
        Assert.Contains(scene.Logger.Entries, entry => entry.Message.Contains("is not renewed", StringComparison.Ordinal));
        var joined = await scene.JoinAsync(await scene.TicketAsync());
        await renewal.BeginAsync(CancellationToken.None);
        Assert.Equal("join-1", agent.Credentials.Token.Binding?.Name);
        Assert.NotNull(agent.Credentials.Renewal);
        Assert.DoesNotContain(joined.Value, await File.ReadAllTextAsync(scene.Kubeconfig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_joined_anew_renews_in_the_file_that_it_joined_by()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync());
        var agent = scene.Open();
        using var renewal = new TokenRenewal(agent, () => 0);
        await renewal.BeginAsync(CancellationToken.None);
        await scene.JoinAsync(await scene.TicketAsync());

        await renewal.BeginAsync(CancellationToken.None);

        Assert.Equal("join-2", agent.Credentials!.Token.Binding!.Name);
        Assert.Contains(agent.Credentials.Token.Value, await File.ReadAllTextAsync(scene.Kubeconfig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_Secret_that_it_joined_by_a_host_gets_no_token_by_either_identity_and_must_be_enrolled_again()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync());
        var agent = scene.Open();
        using var renewal = new TokenRenewal(agent, () => 0);
        await scene.Admin.DeleteAsync<V1Secret>("join-1", JoinScene.Hosts);

        var ended = await Assert.ThrowsAsync<ExitException>(async () =>
        {
            var beginning = renewal.BeginAsync(CancellationToken.None);
            await scene.SkipUntilAsync(() => beginning.IsCompleted, "the agent to give up");
            await beginning;
        });

        Assert.Equal(78, ended.ExitCode);
        Assert.Contains("Enroll again: `foreman-operator enroll mac-1`", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_of_others_are_left_alone()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync());
        var agent = scene.Open() with { Credentials = null };
        using var renewal = new TokenRenewal(agent, () => 0);

        await renewal.BeginAsync(CancellationToken.None);
        await renewal.RunAsync(CancellationToken.None);

        Assert.DoesNotContain(scene.Logger.Entries, entry => entry.Message.Contains("token", StringComparison.Ordinal));
    }
}
