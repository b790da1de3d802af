using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Repositories;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Repositories;

public sealed class SecretTokensTests
{
    private const string Token = "canary-of-the-token-5d19";
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Each_host_gets_its_own_token_and_no_other_host_gets_one(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await CreateAsync(bed, ("token", Token), ("git.example.com_8443", "other"));
        using var broker = Broker(bed, bed.Kubernetes);

        Assert.Equal(new GitCredential(Token), await broker.ForHostAsync("github.com", default));
        Assert.Equal(new GitCredential("other"), await broker.ForHostAsync("Git.Example.com:8443", default));
        Assert.Null(await broker.ForHostAsync("git.example.com", default));
        Assert.Null(await broker.ForHostAsync("github.com.example.com", default));
        Assert.Equal([Token, "other"], broker.Secrets.Order(StringComparer.Ordinal));
        Assert.Null(broker.Missing("github.com"));
        Assert.Equal($"Secret {bed.Space}/git has no token for git.example.com: add one with the key git.example.com", broker.Missing("git.example.com"));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_token_that_is_renewed_or_taken_away_is_noticed_and_old_ones_stay_known_as_secrets(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var log = new RecordingLogger();
        using var broker = Broker(bed, bed.Kubernetes, log);
        Assert.Null(await broker.ForHostAsync("github.com", default));
        Assert.Equal($"Secret {bed.Space}/git does not exist: create it with the key token for github.com", broker.Missing("github.com"));

        await CreateAsync(bed, ("token", Token));
        Assert.Null(await broker.ForHostAsync("github.com", default));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Token, (await broker.ForHostAsync("github.com", default))?.Token);

        await bed.Kubernetes.PatchAsync<V1Secret>(V1Patch.Merge(new JsonObject { ["stringData"] = new JsonObject { ["token"] = "renewed" } }), "git", bed.Space);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("renewed", (await broker.ForHostAsync("github.com", default))?.Token);

        await bed.Kubernetes.DeleteAsync<V1Secret>("git", bed.Space);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await broker.ForHostAsync("github.com", default));
        Assert.Equal([Token, "renewed"], broker.Secrets);
        Assert.Equal(2, log.Entries.Count(e => e.Message.Contains("does not exist", StringComparison.Ordinal)));
        Assert.All(log.Entries, e => Assert.DoesNotContain(Token, e.Message, StringComparison.Ordinal));
    }

    [Theory]
    [KubeApiServer]
    public async Task A_host_without_the_right_has_no_token_and_is_told_the_command_that_gives_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await CreateAsync(bed, ("token", Token));
        var nobody = KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("nobody", bed.Space));
        using var broker = Broker(bed, bed.Client(nobody));

        Assert.Null(await broker.ForHostAsync("github.com", default));
        Assert.Equal($"This host may not read Secret {bed.Space}/git. Grant it: foreman-operator enroll gpu-1 --secret {bed.Space}/git", broker.Missing("github.com"));
        Assert.Empty(broker.Secrets);
    }

    [Theory]
    [DevCluster]
    public async Task While_the_API_server_is_away_the_last_tokens_are_used(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await CreateAsync(bed, ("token", Token));
        await using var line = new FaultyLine(bed.Configuration);
        using var broker = Broker(bed, bed.Client(line.Configuration));
        Assert.Equal(Token, (await broker.ForHostAsync("github.com", default))?.Token);

        line.Cut();
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(Token, (await broker.ForHostAsync("github.com", default))?.Token);
    }

    [Theory]
    [DevCluster]
    public async Task An_API_server_that_was_never_reached_is_waited_for(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await CreateAsync(bed, ("token", Token));
        await using var line = new FaultyLine(bed.Configuration);
        using var broker = Broker(bed, bed.Client(line.Configuration));
        using var giveUp = new CancellationTokenSource();
        line.Cut();

        var first = broker.ForHostAsync("github.com", giveUp.Token).AsTask();
        var second = broker.ForHostAsync("github.com", default).AsTask();
        await Eventually.TrueAsync(() => line.Refused > 0, "a try to find the line cut");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        line.Mend();

        await _clock.AdvanceUntilAsync(() => second.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2), "the token");
        Assert.Equal(Token, (await second)?.Token);
    }

    [Fact]
    public void What_a_broker_says_of_itself_holds_no_token()
    {
        Assert.Equal("x-access-token:***", new GitCredential(Token).ToString());
        Assert.Equal("team/git", new GitSecret("team", "git").ToString());
    }

    private StoredCredentials Broker(TestBed bed, IKubernetes kubernetes, ILogger? log = null) => StoredCredentials.OfSecret(
        kubernetes,
        new GitSecret(bed.Space, "git"),
        new TokenKeys("token", "github.com"),
        new RunnerOptions { Holder = "gpu-1/1", NodeName = "gpu-1", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = "w", StateDirectory = "s" },
        _clock,
        log ?? NullLogger.Instance);

    private static Task<V1Secret> CreateAsync(TestBed bed, params (string Key, string Value)[] data) => bed.Kubernetes.CreateAsync(new V1Secret
    {
        Metadata = new V1ObjectMeta { Name = "git", NamespaceProperty = bed.Space },
        Data = data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetBytes(d.Value)),
    });
}
