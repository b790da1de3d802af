using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests.Scenarios;

public sealed class ExecPluginAgainstServerTests
{
    private const string Object = """{"metadata":{"name":"a"}}""";

    [Fact]
    public async Task A_refused_token_runs_the_plugin_once_more_and_no_call_fails()
    {
        using var script = new PluginScript("""
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t-%s"}}' "$(($(wc -l < "$(dirname "$0")/runs")))"
            """);
        var accepted = "Bearer t-1";
        using var server = new ScriptedServer(request => request.Headers["Authorization"] == Volatile.Read(ref accepted)
            ? new(200, Object)
            : new(401, """{"kind":"Status","reason":"Unauthorized","code":401}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Url, Exec = script.Config });
        using var dedicated = client.Dedicated();

        await client.ReadAsync<V1ConfigMap>("a", "n");
        await dedicated.ReadAsync<V1ConfigMap>("a", "n");
        Volatile.Write(ref accepted, "Bearer t-2");
        await client.ReadAsync<V1ConfigMap>("a", "n");
        await dedicated.ReadAsync<V1ConfigMap>("a", "n");

        Assert.Equal(["Bearer t-1", "Bearer t-1", "Bearer t-1", "Bearer t-2", "Bearer t-2"], server.Authorizations);
        Assert.Equal(2, script.Runs);
    }

    [Fact]
    public async Task A_call_without_a_credential_is_not_sent_and_ends_as_one_that_can_be_repeated()
    {
        using var script = new PluginScript("exit 1");
        using var folder = new TempFolder();
        using var server = new ScriptedServer(_ => new(200, Object));
        using var withPlugin = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Url, Exec = script.Config });
        using var withFile = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Url, TokenFile = folder["token"] });

        foreach (var client in new[] { withPlugin, withFile })
        {
            var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => client.ReadAsync<V1ConfigMap>("a", "n"));
            Assert.Equal(UnreachableReason.Credential, error.Reason);
            Assert.IsType<KubeConfigException>(error.InnerException);
        }

        Assert.Empty(server.Authorizations);
        folder.Write("token", "t-1");
        await withFile.ReadAsync<V1ConfigMap>("a", "n");
        Assert.Equal(["Bearer t-1"], server.Authorizations);
    }

    [Fact]
    public async Task A_token_that_stays_refused_is_the_callers_error()
    {
        using var script = new PluginScript($"echo '{PluginScript.Answer("""{"token":"bad"}""")}'");
        using var server = new ScriptedServer(_ => new(401, """{"kind":"Status","reason":"Unauthorized","code":401}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Url, Exec = script.Config });

        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => client.ReadAsync<V1ConfigMap>("a", "n"))).IsUnauthorized);

        Assert.Single(server.Authorizations);
        Assert.Equal(2, script.Runs);
    }

    [Fact]
    public async Task A_new_client_certificate_of_a_plugin_is_used_on_new_connections()
    {
        using var first = MutualTlsServer.Certificate("first");
        using var second = MutualTlsServer.Certificate("second");
        using var script = new PluginScript("""cat "$(dirname "$0")/answer-$(($(wc -l < "$(dirname "$0")/runs")))" """);
        await File.WriteAllTextAsync(script["answer-1"], Answer(first));
        await File.WriteAllTextAsync(script["answer-2"], Answer(second));
        var accepted = "CN=first";
        using var server = new MutualTlsServer(subject => subject == Volatile.Read(ref accepted) ? 200 : 401);
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Url, SkipTlsVerify = true, Exec = script.Config });

        await client.ReadAsync<V1ConfigMap>("a", "n");
        Volatile.Write(ref accepted, "CN=second");
        await client.ReadAsync<V1ConfigMap>("a", "n");

        Assert.Equal(2, script.Runs);
    }

    [Theory]
    [KubeApiServer]
    public async Task A_real_server_accepts_the_credential_of_a_plugin(IClusterUnderTest cluster)
    {
        var ns = await cluster.NewNamespaceAsync();
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("nobody", ns));
        using var script = new PluginScript($"echo '{PluginScript.Answer($$"""{"token":"{{configuration.AccessToken}}"}""")}'");
        using var client = new KubernetesClient(configuration with { AccessToken = null, ClientCertificate = null, Exec = script.Config });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync<V1Secret>(ns));

        Assert.True(error.IsForbidden);
        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, script.Runs);
    }

    private static string Answer(X509Certificate2 certificate) => PluginScript.Answer(new JsonObject
    {
        ["clientCertificateData"] = certificate.ExportCertificatePem(),
        ["clientKeyData"] = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
    }.ToJsonString());
}
