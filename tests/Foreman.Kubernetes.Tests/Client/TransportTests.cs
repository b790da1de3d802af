using System.Net;
using System.Net.Sockets;

namespace Foreman.Kubernetes.Tests;

public sealed class TransportTests
{
    private const string Object = """{"kind":"ConfigMap","metadata":{"name":"a"}}""";

    [Fact]
    public async Task A_port_where_nothing_listens_is_refused()
    {
        using var client = Client($"https://127.0.0.1:{FreePort.Next()}");

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client));

        Assert.Equal(UnreachableReason.Refused, error.Reason);
        Assert.Contains($"the Kubernetes API server at {client.Configuration.Host} can't be reached: the connection was refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_an_address_is_named()
    {
        using var client = Client("https://api.nowhere.invalid:6443");

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client));

        Assert.Equal(UnreachableReason.NameNotFound, error.Reason);
        Assert.Contains("api.nowhere.invalid", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_certificate_that_is_not_trusted_or_made_out_to_another_name_is_explained(IClusterUnderTest cluster)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath);
        using var distrusting = new KubernetesClient(configuration with { SslCaCerts = null });
        using var misnamed = new KubernetesClient(configuration with { TlsServerName = "someone.else.example.com" });
        using var trusting = new KubernetesClient(configuration with { SslCaCerts = null, SkipTlsVerify = true });

        var untrusted = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => distrusting.TryReadAsync<V1ConfigMap>("a", "default"));
        var mismatch = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => misnamed.TryReadAsync<V1ConfigMap>("a", "default"));

        Assert.Equal(UnreachableReason.Tls, untrusted.Reason);
        Assert.Contains("not signed by a trusted authority", untrusted.Message, StringComparison.Ordinal);
        Assert.Equal(UnreachableReason.Tls, mismatch.Reason);
        Assert.Contains("not made out to", mismatch.Message, StringComparison.Ordinal);
        Assert.Null(await trusting.TryReadAsync<V1ConfigMap>("nothing", "default"));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_wrong_token_is_unauthorized(IClusterUnderTest cluster)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath);
        using var client = new KubernetesClient(configuration with { AccessToken = "wrong", ClientCertificate = null });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync(client));

        Assert.True(error.IsUnauthorized);
    }

    [Fact]
    public async Task A_server_without_tls_is_told_from_an_untrusted_one()
    {
        using var server = new ScriptedServer(_ => new(200, Object));
        using var client = Client($"https://127.0.0.1:{server.Url.Port}");

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client));

        Assert.Equal(UnreachableReason.Tls, error.Reason);
        Assert.Contains("does not speak TLS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_html_is_not_taken_for_an_answer()
    {
        using var server = new ScriptedServer(_ => new(200, "<html>log in</html>", "text/html"));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client));

        Assert.Equal(UnreachableReason.NotKubernetes, error.Reason);
        Assert.Contains("is text/html, not an object of the Kubernetes API. Check the server's URL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_ends_at_the_deadline()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var time = new ManualTimeProvider();
        using var client = new KubernetesClient(
            new() { Host = new($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"), RequestTimeout = TimeSpan.FromSeconds(30) }, new() { Time = time });

        var call = ReadAsync(client);
        await time.WaitForTimersAsync(1);
        time.Advance(TimeSpan.FromSeconds(30));

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => call);
        Assert.Equal(UnreachableReason.Timeout, error.Reason);
        Assert.Contains("no answer came within 30 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callers_cancellation_is_not_mistaken_for_a_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = Client($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        using var cancel = new CancellationTokenSource();

        var call = client.ReadAsync<V1ConfigMap>("a", "ns", cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Too_many_requests_are_repeated_after_the_time_that_the_server_asks_for()
    {
        var time = new ManualTimeProvider();
        var calls = 0;
        using var server = new ScriptedServer(_ => Interlocked.Increment(ref calls) == 1
            ? new(429, "{}") { Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } }
            : new(200, Object));
        using var client = server.Client(new() { Time = time });

        var call = ReadAsync(client);
        await time.WaitForTimersAsync(2);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(1, Volatile.Read(ref calls));
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("a", (await call).Name());
    }

    [Fact]
    public async Task A_long_wait_is_left_to_the_caller()
    {
        using var server = new ScriptedServer(_ => new(429, "busy") { Headers = new Dictionary<string, string> { ["Retry-After"] = "120" } });
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync(client));

        Assert.True(error.IsOverloaded);
        Assert.Equal(TimeSpan.FromSeconds(120), error.RetryAfter);
        Assert.Contains("the server answered: busy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_token_is_used_without_a_restart()
    {
        using var folder = new TempFolder();
        var file = folder.Write("token", "old");
        using var server = new ScriptedServer(request => request.Headers["Authorization"] == "Bearer new"
            ? new(200, Object)
            : new(401, """{"kind":"Status","reason":"Unauthorized","code":401}"""));
        using var client = server.Client(tokenFile: file);
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync(client))).IsUnauthorized);

        folder.Write("token", "new");

        Assert.Equal("a", (await ReadAsync(client)).Name());
        Assert.Equal(["Bearer old", "Bearer old", "Bearer new"], server.Authorizations);
    }

    private static Task<V1ConfigMap> ReadAsync(KubernetesClient client) => client.ReadAsync<V1ConfigMap>("a", "ns");

    private static KubernetesClient Client(string host) => new(new KubernetesClientConfiguration { Host = new(host) });
}
