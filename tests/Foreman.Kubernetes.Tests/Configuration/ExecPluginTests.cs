using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests;

public sealed class ExecPluginTests
{
    [Theory]
    [InlineData("client.authentication.k8s.io/v1")]
    [InlineData("client.authentication.k8s.io/v1beta1")]
    public async Task A_token_and_its_end_are_taken_from_what_the_plugin_writes(string version)
    {
        using var script = new PluginScript($"echo '{PluginScript.Answer("""{"token":"t-1","expirationTimestamp":"2031-03-14T01:59:26Z"}""", version)}'");

        var (credential, expires) = await RunAsync(script.Config with { ApiVersion = version });

        Assert.Equal("Bearer t-1", credential.Authorization);
        Assert.Equal(new DateTimeOffset(2031, 3, 14, 1, 59, 26, TimeSpan.Zero), expires);
    }

    [Fact]
    public async Task A_client_certificate_can_take_the_place_of_a_token()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var status = new JsonObject { ["clientCertificateData"] = certificate.ExportCertificatePem(), ["clientKeyData"] = key.ExportPkcs8PrivateKeyPem() };
        using var script = new PluginScript($"cat <<'END'\n{PluginScript.Answer(status.ToJsonString())}\nEND");

        var (credential, expires) = await RunAsync(script.Config);

        Assert.Equal(certificate.Thumbprint, credential.Certificate!.Thumbprint);
        Assert.True(credential.Certificate.HasPrivateKey);
        Assert.Null(credential.Authorization);
        Assert.Null(expires);
    }

    [Fact]
    public async Task Arguments_and_variables_reach_the_plugin_as_they_are()
    {
        using var script = new PluginScript("""
            printf '%s|' "$@" > "$0.args"
            printf '%s' "$PROFILE" > "$0.profile"
            printf '%s' "$KUBERNETES_EXEC_INFO" > "$0.info"
            """ + $"\necho '{PluginScript.Answer("""{"token":"t"}""")}'");
        string[] arguments = ["two words", "", "$(quoted) \"so\" 'on'", "--last"];

        await RunAsync(script.Config with
        {
            Args = [script.File, .. arguments],
            Env = new Dictionary<string, string> { ["PROFILE"] = "dev environment" },
            Cluster = new() { Server = "https://c.example.com", CertificateAuthorityData = "pem"u8.ToArray(), Config = JsonNode.Parse("""{"audience":"me"}""") },
        });

        Assert.Equal(string.Join('|', arguments) + "|", await File.ReadAllTextAsync(script["plugin.sh.args"]));
        Assert.Equal("dev environment", await File.ReadAllTextAsync(script["plugin.sh.profile"]));
        Assert.Equal(
            """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://c.example.com","certificate-authority-data":"cGVt","config":{"audience":"me"}},"interactive":false}}""",
            await File.ReadAllTextAsync(script["plugin.sh.info"]));
    }

    [Fact]
    public async Task A_plugin_with_much_error_output_does_not_block()
    {
        using var script = new PluginScript($"head -c 300000 /dev/zero | tr '\\0' 'x' >&2\necho '{PluginScript.Answer("""{"token":"t"}""")}'");

        Assert.Equal("Bearer t", (await RunAsync(script.Config)).Credential.Authorization);
    }

    [Fact]
    public async Task A_plugin_that_reads_its_input_finds_the_end_of_it()
    {
        using var script = new PluginScript($"cat\necho '{PluginScript.Answer("""{"token":"t"}""")}'");

        Assert.Equal("Bearer t", (await RunAsync(script.Config)).Credential.Authorization);
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_is_answered_with_the_hint()
    {
        using var script = new PluginScript("");

        var error = await FailAsync(script.Config with { Command = script["no-such-plugin"], InstallHint = "get it at https://example.com" });

        Assert.StartsWith($"/home/me/.kube/config: users[me].user.exec.command: the credential plugin `{script["no-such-plugin"]}` can't be run", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("get it at https://example.com", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_fails_is_quoted_without_its_secrets()
    {
        const string Jwt = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJzZWNyZXQiLCJuYW1lIjoic2VjcmV0In0.c2lnbmF0dXJl";
        using var script = new PluginScript($"echo 'stdout-secret'; printf 'login \\033[31mfailed\\nfor {Jwt} with hunter22-hunter22, see /home/me/.config/plugin/a-rather-long-name.log' >&2; exit 3");

        var error = await FailAsync(script.Config with { Env = new Dictionary<string, string> { ["PASSWORD"] = "hunter22-hunter22" } });

        Assert.Contains("`/bin/sh` ended with exit code 3: login [31mfailed for *** with ***, see /home/me/.config/plugin/a-rather-long-name.log", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it wrote nothing to its standard output")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":["s3cret"]}}""", "its answer is not the JSON that was expected (at $.status.token, line 1)")]
    [InlineData("""{"token":"s3cret"}""", "its answer is a (nothing) of (nothing), expected ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"s3cret"}}""", "its answer is a ExecCredential of client.authentication.k8s.io/v1beta1, expected")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}""", "its answer has no `status`")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}""", "its answer has neither a `token` nor a client certificate")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"s3cret"}}""", "without the other")]
    [InlineData("s3cret", "its answer is not the JSON that was expected")]
    public async Task Invalid_plugin_output_is_explained_and_not_quoted(string answer, string expected)
    {
        using var script = new PluginScript($"printf '%s' '{answer}'");

        var error = await FailAsync(script.Config);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_does_not_end_is_stopped_with_all_that_it_started()
    {
        using var script = new PluginScript("echo $$ > \"$0.pid\"; sleep 1000 & wait");
        var time = new ManualTimeProvider();

        var run = new ExecPlugin(script.Config with { Timeout = TimeSpan.FromSeconds(7) }).RunAsync(time, CancellationToken.None);
        await Eventually.TrueAsync(() => File.Exists(script["plugin.sh.pid"]) && new FileInfo(script["plugin.sh.pid"]).Length > 1, "the plugin to run");
        time.Advance(TimeSpan.FromSeconds(7));

        var error = await Assert.ThrowsAsync<KubeConfigException>(() => run);
        Assert.Contains("did not end within 7 s", error.Message, StringComparison.Ordinal);
        var pid = (await File.ReadAllTextAsync(script["plugin.sh.pid"])).Trim();
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal), "the plugin to be gone");
    }

    [Fact]
    public async Task A_plugin_that_must_ask_is_not_run_without_a_terminal()
    {
        using var script = new PluginScript("true");

        var error = await FailAsync(script.Config with { InteractiveMode = ExecInteractiveMode.Always });

        Assert.Contains("standard input is not a terminal", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, script.Runs);
    }

    private static Task<(Credential Credential, DateTimeOffset? Expires)> RunAsync(ExecConfig config) =>
        new ExecPlugin(config, hasTerminal: () => false).RunAsync(TimeProvider.System, CancellationToken.None);

    private static Task<KubeConfigException> FailAsync(ExecConfig config) => Assert.ThrowsAsync<KubeConfigException>(() => RunAsync(config));
}
