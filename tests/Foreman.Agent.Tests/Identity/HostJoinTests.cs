using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Tests.Identity;

public sealed class HostJoinTests
{
    [Fact]
    public async Task A_host_that_joins_has_its_own_identity_and_one_to_renew_it()
    {
        await using var scene = await JoinScene.StartAsync();

        var token = await scene.JoinAsync(await scene.TicketAsync());

        var agent = scene.Open();
        Assert.Equal((JoinScene.Hosts, JoinScene.Node, token.Value), (agent.Credentials!.Token.Namespace, agent.Credentials.Token.Account, agent.Credentials.Token.Value));
        Assert.Equal((JoinScene.Space, "join-1", TokenRequests.Offline), (agent.Credentials.Renewal!.Namespace, agent.Credentials.Renewal.Account, agent.Credentials.Renewal.Life));
        Assert.True(await JoinScene.IsAcceptedAsync(agent));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(scene.Kubeconfig) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal([scene.Kubeconfig], Directory.GetFiles(Path.GetDirectoryName(scene.Kubeconfig)!));
    }

    [Fact]
    public async Task A_ticket_works_once_and_the_host_that_used_it_keeps_its_identity()
    {
        await using var scene = await JoinScene.StartAsync();
        var ticket = await scene.TicketAsync();
        await scene.JoinAsync(ticket);

        var refused = await Assert.ThrowsAsync<ExitException>(() => scene.JoinAsync(ticket, scene.Kubeconfig + "-of-a-thief"));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("was used before, and works once", refused.Message, StringComparison.Ordinal);
        Assert.Contains("enroll mac-1 --rotate", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(scene.Kubeconfig + "-of-a-thief"));
        Assert.True(await JoinScene.IsAcceptedAsync(scene.Open()));
    }

    [Fact]
    public async Task A_ticket_ends_after_fifteen_minutes()
    {
        await using var scene = await JoinScene.StartAsync();
        var ticket = await scene.TicketAsync();
        scene.Time.Skip(TimeSpan.FromMinutes(16));

        var refused = await Assert.ThrowsAsync<ExitException>(() => scene.JoinAsync(ticket));

        Assert.Contains("works for 15 minutes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("`foreman-operator enroll mac-1` prints a new command", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_end_with_the_Secret_that_the_host_joined_by()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync(offline: TimeSpan.Zero));
        var agent = scene.Open();

        await scene.Admin.DeleteAsync<V1Secret>("join-1", JoinScene.Hosts);

        Assert.False(await JoinScene.IsAcceptedAsync(agent));
        Assert.Null(agent.Credentials!.Renewal);
    }

    [Fact]
    public async Task The_kubeconfig_of_another_cluster_is_not_overwritten_and_the_ticket_stays_good()
    {
        await using var scene = await JoinScene.StartAsync();
        var ticket = await scene.TicketAsync();
        var other = KubeconfigOfAnAdmin(scene);

        var refused = await Assert.ThrowsAsync<ExitException>(() => scene.JoinAsync(ticket, other));

        Assert.Contains("is there already and is not the kubeconfig of mac-1", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(other));
        await scene.JoinAsync(ticket);
    }

    [Fact]
    public async Task Credentials_of_others_in_a_context_of_the_same_name_are_not_overwritten()
    {
        await using var scene = await JoinScene.StartAsync();
        var ticket = await scene.TicketAsync();
        var other = KubeconfigOfAnAdmin(scene);
        File.WriteAllText(other, HostKubeconfig.Write(new HostCluster("https://192.0.2.1:6443"), "admin", "opaque", null));

        var refused = await Assert.ThrowsAsync<ExitException>(() => scene.JoinAsync(ticket, other));

        Assert.Contains("is not the kubeconfig of mac-1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("token: opaque", File.ReadAllText(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_identity_of_another_host_is_not_overwritten()
    {
        await using var scene = await JoinScene.StartAsync();
        await scene.JoinAsync(await scene.TicketAsync());
        var before = File.ReadAllText(scene.Kubeconfig);

        var refused = await Assert.ThrowsAsync<ExitException>(async () => await scene.JoinAsync(await scene.TicketAsync() with { Node = "mac-2" }));

        Assert.Contains("is not the kubeconfig of mac-2 (it is that of mac-1)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(scene.Kubeconfig));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_what_to_do()
    {
        await using var scene = await JoinScene.StartAsync();
        var ticket = await scene.TicketAsync() with { Cluster = new HostCluster("http://127.0.0.1:1") };

        var refused = await Assert.ThrowsAsync<ExitException>(() => scene.JoinAsync(ticket));

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("http://127.0.0.1:1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("enroll mac-1 --server https://HOST:PORT", refused.Message, StringComparison.Ordinal);
    }

    private static string KubeconfigOfAnAdmin(JoinScene scene)
    {
        var path = scene.Kubeconfig + "-admin";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "mine");
        return path;
    }
}
