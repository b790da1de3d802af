using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>The life of a host's identity, with both programs: enroll, join, rotate, revoke.</summary>
public sealed class HostIdentityTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, DevCluster, KubeApiServer]
    public async Task A_host_joins_once_by_the_one_command_that_is_printed(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var enrolled = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space)).Succeeded();

        Assert.Matches("^echo foreman-join\\.v1\\.[A-Za-z0-9_-]+ \\| foreman-agent join mac-1\n$", enrolled.Output);
        Assert.Contains("it works once, within 15 minutes, and for mac-1 only", enrolled.Error, StringComparison.Ordinal);
        var joined = await JoinAsync(enrolled.Output, "mac-1", "first");
        var again = await JoinAsync(enrolled.Output, "mac-1", "second");
        var other = await JoinAsync(enrolled.Output, "mac-2", "third");

        Assert.Equal((0, ""), (joined.ExitCode, joined.Error));
        Assert.Equal($"system:serviceaccount:{space}-hosts:mac-1", await WhoAmIAsync(_folder["first"]));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("was used before, and works once", again.Error, StringComparison.Ordinal);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("was made for mac-1, not for mac-2", other.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["second"]) || File.Exists(_folder["third"]));
        Canaries(enrolled, joined, again, other);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_command_ends_when_the_host_is_enrolled_anew(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var first = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space)).Succeeded();
        var second = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space)).Succeeded();

        await Eventually.TrueAsync(async () => !await IsAcceptedAsync(cluster, JoinTicket.Parse(first.Output.Split(' ')[1])!.Token), "the first command's token to be refused", TimeSpan.FromMinutes(1));
        var joined = await JoinAsync(second.Output, "mac-1", "second");

        Assert.True(joined.ExitCode == 0, joined.Error);
        Assert.Contains("is not valid any more", (await JoinAsync(first.Output, "mac-1", "first")).Error, StringComparison.Ordinal);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_an_earlier_release_enrolled_is_taken_over_and_its_token_ends_with_rotate(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        await cluster.Kubectl.RunAsync("create", "serviceaccount", "mac-1", "-n", space + "-hosts");
        await cluster.Kubectl.RunAsync("label", "serviceaccount", "mac-1", "-n", space + "-hosts", "team=ours");
        var before = (await cluster.Kubectl.RunAsync("create", "token", "mac-1", "-n", space + "-hosts", "--duration=8760h")).Trim();

        var enrolled = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space)).Succeeded();
        var joined = await JoinAsync(enrolled.Output, "mac-1", "kubeconfig");

        Assert.True(joined.ExitCode == 0, joined.Error);
        Assert.Contains("it was before; earlier tokens stay valid", enrolled.Error, StringComparison.Ordinal);
        Assert.True(await IsAcceptedAsync(cluster, before));

        var rotated = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space, "--rotate")).Succeeded();

        foreach (var token in new[] { before, TokenOf("kubeconfig", "foreman"), TokenOf("kubeconfig", "foreman-renewal") })
        {
            await Eventually.TrueAsync(async () => !await IsAcceptedAsync(cluster, token), "the token to be refused", TimeSpan.FromMinutes(1));
        }

        Assert.Equal("ours", await cluster.Kubectl.RunAsync("get", "serviceaccount", "mac-1", "-n", space + "-hosts", "-o", "jsonpath={.metadata.labels.team}"));
        var anew = await JoinAsync(rotated.Output, "mac-1", "kubeconfig");
        Assert.True(anew.ExitCode == 0, anew.Error);
        Assert.Equal($"system:serviceaccount:{space}-hosts:mac-1", await WhoAmIAsync(_folder["kubeconfig"]));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_revoked_host_is_refused_within_a_minute_and_nothing_of_it_stays(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var file = _folder["kubeconfig"];
        string[] grant = cluster.EnforcesRbac ? ["--secret", $"{space}/keys"] : [];
        _ = (await AgentHost.EnrollAsync(cluster, ["mac-1", "--namespace", space, "--output", file, .. grant])).Succeeded();
        Assert.True(await IsAcceptedAsync(cluster, TokenOf("kubeconfig", "foreman")));

        var revoked = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space, "--revoke")).Succeeded();

        Assert.Contains("mac-1 has no identity any more", revoked.Error, StringComparison.Ordinal);
        foreach (var context in new[] { "foreman", "foreman-renewal" })
        {
            await Eventually.TrueAsync(async () => !await IsAcceptedAsync(cluster, TokenOf("kubeconfig", context)), "the token to be refused", TimeSpan.FromMinutes(1));
        }

        foreach (var at in new[] { space, space + "-hosts" })
        {
            var left = await cluster.Kubectl.RunAsync("get", cluster.EnforcesRbac ? "serviceaccounts,secrets,roles,rolebindings" : "serviceaccounts,secrets", "-n", at, "-o", "name");
            Assert.DoesNotContain("join-", left, StringComparison.Ordinal);
            Assert.DoesNotContain("mac-1", left, StringComparison.Ordinal);
        }

        Assert.Contains("had no identity", (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space, "--revoke")).Error, StringComparison.Ordinal);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_host_renews_its_own_token_and_after_its_end_gets_another_by_the_one_for_that(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var enrolled = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space)).Succeeded();
        _ = (await JoinAsync(enrolled.Output, "mac-1", "kubeconfig")).Succeeded();
        var ticket = JoinTicket.Parse(enrolled.Output.Split(' ')[1])!;
        var uid = (await cluster.Kubectl.RunAsync("get", "secret", ticket.Id, "-n", space + "-hosts", "-o", "jsonpath={.metadata.uid}")).Trim();
        var account = new ResourceKey(V1ServiceAccount.Type, "mac-1", space + "-hosts");

        foreach (var context in new[] { "foreman", "foreman-renewal" })
        {
            using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_folder["kubeconfig"], context));
            var answer = await client.Dynamic.CreateSubresourceAsync(account, "token", TokenRequests.Body(TokenRequests.Usual, new TokenBinding(ticket.Id, uid)));
            Assert.True(await IsAcceptedAsync(cluster, TokenRequests.Read(answer)!.Value));
            var wrong = await Assert.ThrowsAsync<KubernetesException>(() => client.Dynamic.CreateSubresourceAsync(account, "token", TokenRequests.Body(TokenRequests.Usual, new TokenBinding(ticket.Id, "another"))));
            Assert.True(wrong.IsConflict, wrong.Message);
        }
    }

    [Theory, KubeApiServer]
    public async Task A_host_and_its_renewal_may_ask_for_nothing_else(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        _ = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space, "--output", _folder["kubeconfig"])).Succeeded();
        _ = (await AgentHost.EnrollAsync(cluster, "mac-2", "--namespace", space, "--output", _folder["other"])).Succeeded();
        var renewal = "join-" + Regex.Match(await WhoAmIAsync(_folder["kubeconfig"], "foreman-renewal"), ":join-([0-9a-f]{16})$").Groups[1].Value;

        foreach (var context in new[] { "foreman", "foreman-renewal" })
        {
            using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_folder["kubeconfig"], context));
            await RefusedAsync(() => client.Dynamic.CreateSubresourceAsync(new(V1ServiceAccount.Type, "mac-2", space + "-hosts"), "token", TokenRequests.Body(TokenRequests.Usual, null)));
            await RefusedAsync(() => client.ReadAsync<V1Secret>(renewal, space + "-hosts"));
            await RefusedAsync(() => client.ListAsync<V1ServiceAccount>(space + "-hosts"));
            await RefusedAsync(() => client.DeleteAsync<V1Secret>(renewal, space + "-hosts"));
            await RefusedAsync(() => client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = "mac-3", NamespaceProperty = space + "-hosts" } }));
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_charts_policy_bounds_how_long_tokens_live_and_what_they_are_bound_to(IClusterUnderTest cluster)
    {
        var space = await ReleaseAsync(cluster);
        var policy = await new Helm(cluster.AdminKubeconfigPath, _folder).RunAsync(
            "template", "foreman", RepositoryRoot.At("charts/foreman"), "--namespace", space, "--show-only", "templates/hosts-tokens.yaml");
        await cluster.Kubectl.ApplyAsync(policy);
        _ = (await AgentHost.EnrollAsync(cluster, "mac-1", "--namespace", space, "--output", _folder["kubeconfig"])).Succeeded();
        var made = (await cluster.Kubectl.RunAsync("get", "secrets", "-n", space + "-hosts", "-o", "jsonpath={.items[0].metadata.name} {.items[0].metadata.uid}")).Trim().Split(' ');
        var binding = new TokenBinding(made[0], made[1]);
        ResourceKey host = new(V1ServiceAccount.Type, "mac-1", space + "-hosts"), join = new(V1ServiceAccount.Type, binding.Name, space);
        using var asHost = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_folder["kubeconfig"], "foreman"));
        using var asRenewal = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_folder["kubeconfig"], "foreman-renewal"));

        await Eventually.PassesAsync(() => DeniedAsync(asHost, host, TimeSpan.FromHours(25), binding, "host-token-life"), "the policy to hold");
        await DeniedAsync(asRenewal, host, TimeSpan.FromHours(25), binding, "host-token-life");
        await DeniedAsync(asRenewal, join, TimeSpan.FromDays(31), null, "host-token-life");
        await DeniedAsync(asRenewal, host, TimeSpan.FromHours(1), null, "host-token-binding");
        await DeniedAsync(asRenewal, host, TimeSpan.FromHours(1), binding with { Uid = "" }, "host-token-binding");
        await DeniedAsync(asRenewal, host, TimeSpan.FromHours(1), binding with { Name = "another" }, "host-token-binding");
        await asHost.Dynamic.CreateSubresourceAsync(host, "token", TokenRequests.Body(TimeSpan.FromHours(24), binding));
        await asRenewal.Dynamic.CreateSubresourceAsync(host, "token", TokenRequests.Body(TimeSpan.FromHours(24), binding));
        await asRenewal.Dynamic.CreateSubresourceAsync(join, "token", TokenRequests.Body(TimeSpan.FromDays(30), null));
        if (cluster.EnforcesRbac)
        {
            var refused = await Assert.ThrowsAsync<KubernetesException>(() => asRenewal.CreateAsync(JoinSecret.Of("another", "mac-1", space)));
            Assert.Contains("host-join: system:serviceaccount:", refused.Message, StringComparison.Ordinal);
        }

        await cluster.Kubectl.TryWithInputAsync(policy, "delete", "-f", "-");
    }

    private static async Task DeniedAsync(KubernetesClient client, ResourceKey account, TimeSpan life, TokenBinding? binding, string rule)
    {
        var refused = await Assert.ThrowsAsync<KubernetesException>(() => client.Dynamic.CreateSubresourceAsync(account, "token", TokenRequests.Body(life, binding)));
        Assert.True(refused.IsForbidden, refused.Message);
        Assert.Contains($"{rule}: system:serviceaccount:", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{account.Namespace}/{account.Name}", refused.Message, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<KubernetesException>(call);
        Assert.True(refused.IsForbidden, refused.Message);
    }

    private static async Task<string> ReleaseAsync(IClusterUnderTest cluster)
    {
        var space = await cluster.NewNamespaceAsync("identity");
        await cluster.Kubectl.RunAsync("create", "namespace", space + "-hosts");
        return space;
    }

    // What is behind the bar of the printed line, with what is before it on standard input.
    private Task<CommandRun> JoinAsync(string printed, string node, string file) => CommandRun.RunAsync(new ProcessRequest
    {
        Program = ReleasedBinaries.Agent,
        Arguments = ["join", node, "--kubeconfig", _folder[file]],
        Environment = new Dictionary<string, string?> { ["HOME"] = _folder.MakeFolder("home") },
        Input = printed.Split(' ')[1] + "\n",
    });

    private string TokenOf(string file, string context) => KubernetesClientConfiguration.BuildConfigFromConfigFile(_folder[file], context).AccessToken!;

    private static async Task<string> WhoAmIAsync(string kubeconfig, string context = "foreman") =>
        (await new Kubectl(kubeconfig).RunAsync("auth", "whoami", "--context", context, "-o", "jsonpath={.status.userInfo.username}")).Trim();

    private static async Task<bool> IsAcceptedAsync(IClusterUnderTest cluster, string token)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath) with
        {
            ClientCertificate = null,
            ClientCertificateFile = null,
            ClientKeyFile = null,
            TokenSource = _ => token,
        });
        try
        {
            await client.TryReadAsync<V1ConfigMap>("any", "default");
            return true;
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return true;
        }
        catch (KubernetesException e) when (e.IsUnauthorized)
        {
            return false;
        }
    }

    // The printed line itself is for the host; everything else that the commands say holds no part of what they carry.
    private void Canaries(CommandRun enrolled, params CommandRun[] joins)
    {
        var ticket = JoinTicket.Parse(enrolled.Output.Split(' ')[1])!;
        string[] secrets = [ticket.ToText(), ticket.Token, TokenOf("first", "foreman"), TokenOf("first", "foreman-renewal")];
        string[] told = [enrolled.Error, .. joins.SelectMany(join => new[] { join.Command, join.Output, join.Error })];
        Assert.All(secrets, secret => Assert.All(told, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }
}
