using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes.Tests.Scenarios;

/// <summary>Certificates that other programs renew, against a server with real TLS.</summary>
[Trait("Kind", "15")]
public sealed class RenewedCertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly X509Certificate2 _first = MutualTlsServer.Certificate("first");
    private readonly X509Certificate2 _second = MutualTlsServer.Certificate("second");

    public void Dispose()
    {
        _folder.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

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
        WritePair(_second);
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
        WritePair(_second);

        await ReadAsync(client);
    }

    [Fact]
    public async Task A_half_written_pair_leaves_the_old_certificate_in_use()
    {
        using var server = new MutualTlsServer(subject => subject == "CN=first" ? 200 : 401);
        using var client = Client(server);
        await ReadAsync(client);

        _folder.Write("tls.crt", _second.ExportCertificatePem());
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
        _folder.Write("ca.crt", renewed.ExportCertificatePem());

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
        WritePair(_first);
        _folder.Write("ca.crt", server.CertificatePem);
        var config = _folder.Write("config", $$"""
            kind: Config
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: "{{server.Url}}", certificate-authority: ca.crt} }]
            users: [{name: u, user: {client-certificate: tls.crt, client-key: tls.key} }]
            """);
        return new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(config), new() { Time = _time });
    }

    private void WritePair(X509Certificate2 certificate)
    {
        _folder.Write("tls.crt", certificate.ExportCertificatePem());
        _folder.Write("tls.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }
}
