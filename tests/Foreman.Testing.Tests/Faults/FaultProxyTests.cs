using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Foreman.Kubernetes;
using Foreman.Testing.Faults;

namespace Foreman.Testing.Tests.Faults;

public sealed class FaultProxyTests
{
    private const string Path = "/api/v1/namespaces/default";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Calls_pass_with_their_status_and_stand_in_the_journal(IClusterUnderTest cluster)
    {
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var http = Client(proxy);

        using var found = await http.GetAsync(Path);
        using var missing = await http.GetAsync("/api/v1/namespaces/default/configmaps/none?pretty=false");

        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Contains("\"kind\":\"Namespace\"", (await found.Content.ReadAsStringAsync()).Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await Eventually.TrueAsync(() => proxy.Journal.Entries.All(e => e.Ended), "both calls to end");
        Assert.Equal(["get namespaces default 200", "get configmaps none 404"], proxy.Journal.Entries.Select(e => $"{e.Call.Verb} {e.Call.Resource} {e.Call.Name} {e.Status}"));
        Assert.All(proxy.Journal.Entries, e => Assert.Equal(("HTTP/2", true), (e.Protocol, e.Bytes > 0)));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task kubectl_works_through_the_proxy(IClusterUnderTest cluster)
    {
        Assert.SkipUnless(RealParts.KubernetesAssets.IsHere, RealParts.KubernetesAssets.SkipReason ?? "");
        await using var proxy = await FaultProxy.StartAsync(cluster);

        var name = await new Kubectl(proxy.KubeconfigPath).RunAsync("get", "namespace", "default", "-o", "name");

        Assert.Equal("namespace/default", name.Trim());
        Assert.Equal(1, proxy.Journal.Count(new() { Verb = "get", Resource = "namespaces" }));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_events_of_a_watch_pass_as_they_come(IClusterUnderTest cluster)
    {
        var ns = await cluster.NewNamespaceAsync();
        using var direct = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var client = new KubernetesClient(proxy.Configuration);
        using var deadline = TestDeadline.Start();
        var version = (await direct.ListAsync<V1ConfigMap>(ns)).Metadata.ResourceVersion;
        await using var events = client.WatchAsync<V1ConfigMap>(ns, new() { ResourceVersion = version }, deadline.Token).GetAsyncEnumerator();

        foreach (var name in new[] { "one", "two" })
        {
            var next = events.MoveNextAsync().AsTask();
            await direct.CreateAsync(new V1ConfigMap { Metadata = new() { Name = name, NamespaceProperty = ns } });
            await next;
            Assert.Equal(name, events.Current.Object.Metadata.Name);
        }

        Assert.False(Assert.Single(proxy.Journal.Of(CallMatch.Watches("configmaps"))).Ended);
    }

    [Fact]
    public async Task Every_fault_of_a_call_is_seen_by_the_caller()
    {
        var cluster = await EmbeddedDevCluster.SharedAsync();
        await using var proxy = await FaultProxy.StartAsync(cluster);
        using var http = Client(proxy);

        using (proxy.Inject(CallMatch.Any, new Fault.Answer(429) { RetryAfter = "30" }))
        {
            using var refused = await http.GetAsync(Path);
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(30)), (refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        }

        foreach (var fault in new Fault[] { new Fault.Reset(), new Fault.LoseAnswer(), new Fault.Cut(10), new Fault.Cut(10, CutHow.Connection) })
        {
            using var injected = proxy.Inject(CallMatch.Any, fault);
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(Path));
            Assert.Equal(1, injected.Hits);
        }

        using (proxy.Inject(CallMatch.Any, new Fault.Cut(10, CutHow.Clean)))
        {
            Assert.Equal(10, (await http.GetStringAsync(Path)).Length);
        }

        Assert.NotEmpty(await http.GetStringAsync(Path));
    }

    [Fact]
    public async Task A_connection_that_is_frozen_stays_open_and_silent_until_it_thaws()
    {
        await using var proxy = await FaultProxy.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var http = Client(proxy);
        await http.GetStringAsync(Path);

        proxy.Freeze();
        var waiting = http.GetStringAsync(Path);
        Assert.False(await Eventually.WithinAsync(() => waiting.IsCompleted, TimeSpan.FromMilliseconds(100)));
        proxy.Thaw();

        Assert.NotEmpty(await waiting);
        Assert.Single(proxy.Journal.Connections);
    }

    [Fact]
    public async Task A_server_that_is_down_resets_what_is_open_and_what_comes()
    {
        await using var proxy = await FaultProxy.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var http = Client(proxy);
        await http.GetStringAsync(Path);

        proxy.TakeDown();
        var broken = await Assert.ThrowsAnyAsync<Exception>(() => http.GetStringAsync(Path));
        proxy.BringUp();

        // HttpClient does not wrap the fault of a connection that is reset while it is being made.
        Assert.True(broken is HttpRequestException or SocketException, broken.ToString());
        Assert.NotEmpty(await http.GetStringAsync(Path));
    }

    [Fact]
    public async Task A_slow_body_takes_its_time_by_the_clock()
    {
        var time = new ManualTimeProvider();
        await using var proxy = await FaultProxy.StartAsync(await EmbeddedDevCluster.SharedAsync(), new() { Time = time });
        using var http = Client(proxy);
        var size = (await http.GetStringAsync(Path)).Length;
        using var slow = proxy.Inject(CallMatch.Any, new Fault.SlowBody(size));

        var body = http.GetStringAsync(Path);
        await time.AdvanceUntilAsync(() => body.IsCompleted, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), "the body");

        Assert.Equal(size, (await body).Length);
        Assert.True(time.Elapsed >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_proxy_can_speak_only_http_1_1()
    {
        await using var proxy = await FaultProxy.StartAsync(await EmbeddedDevCluster.SharedAsync(), new() { Http1Only = true });
        using var http = Client(proxy);

        await http.GetStringAsync(Path);

        Assert.Equal("HTTP/1.1", Assert.Single(proxy.Journal.Entries).Protocol);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler.")]
    private static HttpClient Client(FaultProxy proxy)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(FaultProxy.AuthorityPem));
        return new HttpClient(handler)
        {
            BaseAddress = proxy.Url,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultRequestHeaders = { { "Authorization", $"Bearer {proxy.Configuration.AccessToken}" } },
        };
    }
}
