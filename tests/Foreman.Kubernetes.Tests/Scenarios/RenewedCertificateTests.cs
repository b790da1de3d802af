namespace Foreman.Kubernetes.Tests.Scenarios;

/// <summary>Certificates that other programs renew, against a server with real TLS.</summary>
[Trait("Kind", "15")]
public sealed class RenewedCertificateTests : IDisposable
{
    private readonly CertificatePair _pair = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public async Task A_renewed_client_certificate_of_a_kubeconfig_is_used_without_a_restart()
    {
        var seen = new List<string>();
        using var server = new MutualTlsServer(subject =>
        {
            seen.Add(subject);
            return 200;
        });
        using var client = Client(server);

        await ReadAsync(client);
        _pair.Write(_pair.Second);
        await ReadAsync(client);
        _time.Advance(TlsFiles.CheckInterval);
        await ReadAsync(client);

        Assert.Equal(["CN=first", "CN=first", "CN=second"], seen);
    }

    [Fact]
    public async Task A_certificate_that_the_server_refuses_is_read_again_at_once()
    {
        var accepted = "CN=first";
        using var server = new MutualTlsServer(subject => subject == Volatile.Read(ref accepted) ? 200 : 401);
        using var client = Client(server);
        await ReadAsync(client);

        Volatile.Write(ref accepted, "CN=second");
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync(client))).IsUnauthorized);
        _pair.Write(_pair.Second);

        await ReadAsync(client);
    }

    [Fact]
    public async Task Calls_that_are_refused_together_all_use_the_renewed_certificate()
    {
        const int Calls = 4;
        var accepted = "CN=first";
        var refused = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new MutualTlsServer(async subject =>
        {
            if (subject == Volatile.Read(ref accepted))
            {
                return 200;
            }

            if (Interlocked.Increment(ref refused) == Calls)
            {
                all.SetResult();
            }

            await all.Task;
            return 401;
        });
        using var client = Client(server);
        await ReadAsync(client);
        _pair.Write(_pair.Second);
        Volatile.Write(ref accepted, "CN=second");

        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => Task.Run(() => ReadAsync(client))));
    }

    [Fact]
    public async Task A_half_written_pair_leaves_the_old_certificate_in_use()
    {
        using var server = new MutualTlsServer(subject => subject == "CN=first" ? 200 : 401);
        using var client = Client(server);
        await ReadAsync(client);

        _pair.Folder.Write("tls.crt", _pair.Second.ExportCertificatePem());
        _time.Advance(TlsFiles.CheckInterval);

        await ReadAsync(client);
    }

    [Fact]
    public async Task New_authorities_are_read_when_the_old_ones_do_not_trust_the_server_and_no_call_fails()
    {
        using var server = new MutualTlsServer(_ => 200);
        using var client = Client(server);
        await ReadAsync(client);
        using var renewed = MutualTlsServer.Certificate("localhost");

        server.Present(renewed);
        _pair.Folder.Write("ca.crt", renewed.ExportCertificatePem());

        await ReadAsync(client);
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_stays_refused()
    {
        using var server = new MutualTlsServer(_ => 200);
        using var client = Client(server);
        await ReadAsync(client);
        using var renewed = MutualTlsServer.Certificate("localhost");

        server.Present(renewed);

        Assert.Equal(UnreachableReason.Tls, (await Assert.ThrowsAsync<KubernetesUnreachableException>(() => ReadAsync(client))).Reason);
    }

    private static Task<V1ConfigMap> ReadAsync(KubernetesClient client) => client.ReadAsync<V1ConfigMap>("a", "ns");

    private KubernetesClient Client(MutualTlsServer server)
    {
        _pair.Write(_pair.First);
        _pair.Folder.Write("ca.crt", server.CertificatePem);
        var config = _pair.Folder.Write("config", $$"""
            kind: Config
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: "{{server.Url}}", certificate-authority: ca.crt} }]
            users: [{name: u, user: {client-certificate: tls.crt, client-key: tls.key} }]
            """);
        return new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(config), new() { Time = _time });
    }
}
