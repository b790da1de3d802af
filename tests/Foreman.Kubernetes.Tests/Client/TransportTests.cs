using System.Net;
using System.Net.Sockets;

namespace Foreman.Kubernetes.Tests;

public sealed class TransportTests
{
    private const string Object = """{"kind":"ConfigMap","metadata":{"name":"a"}}""";

    [Fact]
    public async Task A_port_where_nothing_listens_is_refused()
    {
        using var client = Client($"https://127.0.0.1:{FreePort.NextClosed()}");

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
    public async Task A_server_without_tls_is_distinguished_from_an_untrusted_one()
    {
        using var server = new ScriptedServer(_ => new(200, Object));
        using var client = Client($"https://127.0.0.1:{server.Url.Port}");

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client));

        Assert.Equal(UnreachableReason.Tls, error.Reason);
        Assert.Contains("does not speak TLS", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "7")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_proxy_that_is_not_there_is_named_with_what_names_it(bool fromTheKubeconfig)
    {
        var proxy = new Uri($"http://someone:secret@127.0.0.1:{FreePort.NextClosed()}");
        using var client = new KubernetesClient(fromTheKubeconfig
            ? new() { Host = new("https://192.0.2.7:6443"), Proxy = proxy }
            : new() { Host = new("https://192.0.2.7:6443"), UseEnvironmentProxy = true, EnvironmentProxy = new WebProxy(proxy) });

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client));

        Assert.Equal(UnreachableReason.Refused, error.Reason);
        Assert.Contains(
            $"through the proxy http://127.0.0.1:{proxy.Port} ({(fromTheKubeconfig ? "proxy-url of the kubeconfig" : "HTTPS_PROXY; NO_PROXY")}",
            error.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "7")]
    public async Task The_rules_of_the_environment_decide_which_server_is_called_without_a_proxy()
    {
        using var server = new ScriptedServer(_ => new(200, Object));
        var rules = new WebProxy($"http://127.0.0.1:{FreePort.NextClosed()}", BypassOnLocal: false, [@"127\.0\.0\.1"]);
        using var direct = new KubernetesClient(new() { Host = server.Url, UseEnvironmentProxy = true, EnvironmentProxy = rules });
        using var proxied = new KubernetesClient(new() { Host = new("http://192.0.2.7:80"), UseEnvironmentProxy = true, EnvironmentProxy = rules });

        Assert.Equal("a", (await ReadAsync(direct)).Name());
        await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(proxied));
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

    [Fact]
    public async Task A_refused_token_that_nothing_renews_is_not_sent_again()
    {
        using var server = new ScriptedServer(_ => new(401, """{"kind":"Status","reason":"Unauthorized","code":401}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Url, AccessToken = "one" });

        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync(client))).IsUnauthorized);
        Assert.Equal(["Bearer one"], server.Authorizations);
    }

    [Fact]
    public async Task Impersonation_is_sent_in_headers()
    {
        string? seen = null;
        using var server = new ScriptedServer(request =>
        {
            seen = string.Join("; ", request.Headers.AllKeys.Where(k => k!.StartsWith("Impersonate", StringComparison.Ordinal)).Select(k => $"{k}: {request.Headers[k]}"));
            return new(200, Object);
        });
        using var client = new KubernetesClient(new KubernetesClientConfiguration
        {
            Host = server.Url,
            Impersonate = new()
            {
                User = "jane",
                Uid = "7",
                Groups = ["a", "b"],
                Extra = new Dictionary<string, IReadOnlyList<string>> { ["example.com/scope"] = ["x", "y"] },
            },
        });

        await ReadAsync(client);

        Assert.Equal("Impersonate-User: jane; Impersonate-Uid: 7; Impersonate-Group: a, b; Impersonate-Extra-example.com%2Fscope: x, y", seen);
    }

    [Theory]
    [KubeApiServer]
    public async Task An_impersonated_user_has_only_its_own_rights(IClusterUnderTest cluster)
    {
        var ns = await cluster.NewNamespaceAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath) with
        {
            Impersonate = new() { User = "jane", Groups = ["visitors"] },
        });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync<V1Secret>(ns));

        Assert.True(error.IsForbidden);
        Assert.Contains("User \"jane\" cannot list resource \"secrets\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a","namespace":"n"},"data":{"text":7}}""", "holds ConfigMap n/a, in which $.data.text can't be read")]
    [InlineData("""{"kind":"Other","metadata":{"labels":[]}}""", "holds Other (without a name), in which $.metadata can't be read (`labels` is not a map of texts)")]
    public async Task A_malformed_object_is_named_with_the_path(string body, string expected)
    {
        using var server = new ScriptedServer(_ => new(200, body));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client));

        Assert.Equal(UnreachableReason.InvalidObject, error.Reason);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_object_of_a_list_is_named()
    {
        using var server = new ScriptedServer(_ => new(200, """{"items":[{"metadata":{"name":"good"}},{"metadata":{"name":"bad","namespace":"n","finalizers":"x"}}]}"""));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => client.ListAsync<V1ConfigMap>("n"));

        Assert.Contains("GET /api/v1/namespaces/n/configmaps holds ConfigMap n/bad, in which $.metadata can't be read (`finalizers` is not a list of texts)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_object_of_a_watch_is_named()
    {
        using var server = new ScriptedServer(_ => new(200, """
            {"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"name":"good"}}}
            {"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"name":"bad","generation":"x"}}}

            """));
        using var client = server.Client();
        var names = new List<string>();

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(async () =>
        {
            await foreach (var watched in client.WatchAsync<V1ConfigMap>("n", new()))
            {
                names.Add(watched.Object.Name());
            }
        });

        Assert.Equal(["good"], names);
        Assert.Equal(UnreachableReason.InvalidObject, error.Reason);
        Assert.Contains("holds ConfigMap bad, in which $.metadata can't be read (`generation` is not a whole number)", error.Message, StringComparison.Ordinal);
    }

    private static Task<V1ConfigMap> ReadAsync(KubernetesClient client) => client.ReadAsync<V1ConfigMap>("a", "ns");

    private static KubernetesClient Client(string host) => new(new KubernetesClientConfiguration { Host = new(host) });
}
