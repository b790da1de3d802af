using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Foreman.Kubernetes.Tests;

public sealed class KubernetesClientConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];

    private KubeConfigEnvironment Environment => new(_variables.GetValueOrDefault, _folder["home"], _folder["serviceaccount"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_current_context_names_cluster_user_and_namespace()
    {
        _folder.Write("home/.kube/config", TwoContexts);

        var configuration = KubeConfigLocator.BuildDefault(Environment, context: null);

        Assert.Equal(new Uri("https://one.example.com:6443"), configuration.Host);
        Assert.Equal(("first", "team-a", "secret-1"), (configuration.CurrentContext, configuration.Namespace, configuration.AccessToken));
        Assert.Equal("one.internal", configuration.TlsServerName);
    }

    [Fact]
    public void Another_context_can_be_asked_for_by_name()
    {
        var file = _folder.Write("config", TwoContexts);

        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(file, "second");

        Assert.Equal(new Uri("http://127.0.0.1:8001"), configuration.Host);
        Assert.Equal("default", configuration.Namespace);
        Assert.True(configuration.SkipTlsVerify);
    }

    [Fact]
    public void Several_files_are_merged_and_the_first_value_wins()
    {
        var first = _folder.Write("a/config", """
            kind: Config
            current-context: mixed
            users:
            - name: u
              user: {token: from-first}
            """);
        var second = _folder.Write("b/config", """
            kind: Config
            current-context: other
            users:
            - name: u
              user: {token: from-second}
            clusters:
            - name: c
              cluster: {server: "https://c.example.com"}
            contexts:
            - name: mixed
              context: {cluster: c, user: u}
            """);
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, _folder["missing"], second);

        var configuration = KubeConfigLocator.BuildDefault(Environment, context: null);

        Assert.Equal(("mixed", "from-first"), (configuration.CurrentContext, configuration.AccessToken));
        Assert.Equal("c.example.com", configuration.Host.Host);
    }

    [Fact]
    public void Certificates_are_taken_from_data_or_from_files_beside_the_kubeconfig()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var pem = certificate.ExportCertificatePem();
        var keyPem = key.ExportPkcs8PrivateKeyPem();
        _folder.Write("pki/me.crt", pem);
        _folder.Write("pki/me.key", keyPem);
        var fromFiles = Load($"certificate-authority: pki/me.crt", "client-certificate: pki/me.crt\n    client-key: pki/me.key");
        var fromData = Load($"certificate-authority-data: {Base64(pem)}", $"client-certificate-data: {Base64(pem)}\n    client-key-data: {Base64(keyPem)}");

        Assert.All(new[] { fromFiles, fromData }, configuration =>
        {
            Assert.Equal(certificate.Thumbprint, Assert.Single(configuration.SslCaCerts!).Thumbprint);
            Assert.True(configuration.ClientCertificate!.HasPrivateKey);
        });
    }

    [Fact]
    public void A_token_file_is_found_beside_the_kubeconfig()
    {
        var configuration = Load("", "tokenFile: token");

        Assert.Equal(_folder["token"], configuration.TokenFile);
    }

    [Fact]
    public void In_a_pod_the_service_account_is_used()
    {
        InPod();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        _folder.Write("serviceaccount/ca.crt", certificate.ExportCertificatePem());
        _folder.Write("serviceaccount/namespace", "team-b\n");

        var configuration = KubeConfigLocator.BuildDefault(Environment, context: null);

        Assert.Equal(new Uri("https://[fd00::1]:443"), configuration.Host);
        Assert.Equal(("team-b", _folder["serviceaccount/token"]), (configuration.Namespace, configuration.TokenFile));
        Assert.Single(configuration.SslCaCerts!);
    }

    [Fact]
    public void A_proxy_comes_from_the_file_or_the_environment_but_never_for_loopback()
    {
        _variables["HTTPS_PROXY"] = "http://proxy.example.com:3128";

        Assert.True(Load("", "token: t").UseEnvironmentProxy);
        Assert.False(Load("", "token: t", server: "https://127.0.0.1:6443").UseEnvironmentProxy);
        Assert.Equal(new Uri("socks5://p:1080"), Load("proxy-url: socks5://p:1080", "token: t").Proxy);
        _variables.Clear();
        Assert.False(Load("", "token: t").UseEnvironmentProxy);
    }

    [Theory]
    [InlineData("", "exec: {command: x}", "users[u].user.exec.apiVersion: is missing")]
    [InlineData("", "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}", "users[u].user.exec.apiVersion: `client.authentication.k8s.io/v1alpha1` is not spoken here, expected one of: client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1}", "users[u].user.exec.command: is missing")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}", "users[u].user.exec.interactiveMode: is missing, which client.authentication.k8s.io/v1 needs")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: maybe}", "users[u].user.exec.interactiveMode: `maybe` is none of")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, args: one}", "users[u].user.exec.args: is not a list")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, args: [[a]]}", "users[u].user.exec.args[0]: is not a text")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, env: [{value: a}]}", "users[u].user.exec.env[0].name: is missing")]
    [InlineData("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, env: [a]}", "users[u].user.exec.env[0]: is not a map")]
    [InlineData("", "exec: nothing", "users[u].user.exec: is not a map")]
    [InlineData("", "as-groups: [a]", "users[u].user.as-groups: stands there without `as`")]
    [InlineData("", "{as: jane, as-user-extra: {scope: x}}", "users[u].user.as-user-extra.scope: is not a list")]
    [InlineData("", "tokenFile: [a]", "users[u].user.tokenFile: is not a text")]
    [InlineData("tls-server-name: [a]", "token: t", "clusters[c].cluster.tls-server-name: is not a text")]
    [InlineData("insecure-skip-tls-verify: true\n    certificate-authority-data: bm90", "token: t", "clusters[c].cluster.insecure-skip-tls-verify: is true although")]
    [InlineData("", "auth-provider: {name: x}", "users[u].user.auth-provider: is not supported")]
    [InlineData("", "username: x", "users[u].user.username: is not supported")]
    [InlineData("", "token: [a]", "users[u].user.token: is not a text")]
    [InlineData("", "client-certificate-data: '%%'", "users[u].user.client-certificate-data: is not base64")]
    [InlineData("", "client-key: missing.key", "users[u].user.client-key: the file")]
    [InlineData("certificate-authority: missing.crt", "token: t", "clusters[c].cluster.certificate-authority: the file")]
    [InlineData("certificate-authority-data: bm90IGEgY2VydA==", "token: t", "clusters[c].cluster.certificate-authority-data: holds no PEM certificate")]
    [InlineData("insecure-skip-tls-verify: yes please", "token: t", "clusters[c].cluster.insecure-skip-tls-verify: `yes please` is neither true nor false")]
    [InlineData("proxy-url: nonsense", "token: t", "clusters[c].cluster.proxy-url: `nonsense` is not")]
    public void A_mistake_names_the_file_and_the_key(string cluster, string user, string expected)
    {
        var error = Assert.Throws<KubeConfigException>(() => Load(cluster, user));

        Assert.StartsWith($"{_folder["config"]}: {expected}", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("a: [", "line 2: is not valid YAML")]
    [InlineData("- a", "is not a kubeconfig")]
    [InlineData("kind: Pod", "kind: is `Pod`, expected Config")]
    [InlineData("kind: Config", "current-context: is not set")]
    [InlineData("", "current-context: is not set")]
    [InlineData("current-context: x", "current-context: there is no context `x`")]
    [InlineData("clusters: {a: b}", "clusters: is not a list")]
    [InlineData("clusters: [{cluster: {}}]", "clusters[0].name: is missing")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {user: u}}]", "contexts[x].context.cluster: is missing")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", "contexts[x].context.cluster: names `c`, which is not in clusters")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'ftp://x'}}]", "clusters[c].cluster.server: `ftp://x` is not")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {}}]", "clusters[c].cluster.server: is missing")]
    public void A_file_that_is_no_kubeconfig_says_what_is_missing(string text, string expected)
    {
        var file = _folder.Write("config", text);

        var error = Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.BuildConfigFromConfigFile(file));

        Assert.StartsWith($"{file}: {expected}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_is_not_there_is_answered_with_those_that_are()
    {
        var file = _folder.Write("config", TwoContexts);

        var error = Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.BuildConfigFromConfigFile(file, "third"));

        Assert.Contains("there is no context `third`. Name one of: first, second", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_configuration_the_places_that_were_looked_at_are_named()
    {
        var error = Assert.Throws<KubeConfigException>(() => KubeConfigLocator.BuildDefault(Environment, context: null));
        Assert.Contains(Path.Combine(_folder["home"], ".kube", "config"), error.Message, StringComparison.Ordinal);
        Assert.Contains("KUBECONFIG is not set", error.Message, StringComparison.Ordinal);

        _variables["KUBECONFIG"] = _folder["nowhere"];
        Assert.Contains("no file that KUBECONFIG names exists", Assert.Throws<KubeConfigException>(() => KubeConfigLocator.BuildDefault(Environment, null)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.BuildConfigFromConfigFile(_folder["nowhere"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_without_a_ca_is_told_which_file_is_missing()
    {
        InPod();

        var error = Assert.Throws<KubeConfigException>(() => InClusterFiles.Read(Environment));

        Assert.Contains("ca.crt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plugin_is_described_with_all_that_it_needs()
    {
        var exec = Load(
            """
            proxy-url: http://proxy.example.com
                tls-server-name: inner
                extensions:
                - name: client.authentication.k8s.io/exec
                  extension: {audience: me, level: 3, strict: true, scopes: [a, '7']}
            """,
            """
            exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./bin/login
                  args: [--cluster, "two words", '']
                  env: [{name: PROFILE, value: dev}]
                  provideClusterInfo: true
                  interactiveMode: Never
                  installHint: "  get it at https://example.com  "
            """).Exec!;

        Assert.Equal(_folder["bin/login"], exec.Command);
        Assert.Equal(["--cluster", "two words", ""], exec.Args);
        Assert.Equal("dev", exec.Env["PROFILE"]);
        Assert.Equal(ExecInteractiveMode.Never, exec.InteractiveMode);
        Assert.Equal(("https://c.example.com", "inner", "http://proxy.example.com"), (exec.Cluster!.Server, exec.Cluster.TlsServerName, exec.Cluster.ProxyUrl));
        Assert.Equal("""{"audience":"me","level":3,"strict":true,"scopes":["a","7"]}""", exec.Cluster.Config!.ToJsonString());
    }

    [Fact]
    public void A_plugin_without_a_slash_is_looked_for_in_the_path_and_told_nothing_unless_asked()
    {
        var exec = Load("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: login}").Exec!;

        Assert.Equal("login", exec.Command);
        Assert.Equal(ExecInteractiveMode.IfAvailable, exec.InteractiveMode);
        Assert.Null(exec.Cluster);
    }

    [Fact]
    public void Impersonation_is_read_with_all_that_belongs_to_it()
    {
        var who = Load("", "{as: jane, as-uid: u-1, as-groups: [a, b], as-user-extra: {scope: [x, y]}}").Impersonate!;

        Assert.Equal(("jane", "u-1"), (who.User, who.Uid));
        Assert.Equal(["a", "b"], who.Groups);
        Assert.Equal(["x", "y"], who.Extra["scope"]);
        Assert.Null(Load("", "token: t").Impersonate);
    }

    [Fact]
    public void A_configuration_as_text_has_no_secrets() =>
        Assert.DoesNotContain("secret", Load("", "token: secret").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Paths_of_merged_files_are_relative_to_the_file_that_names_them()
    {
        var users = _folder.Write("a/users", "users: [{name: u, user: {tokenFile: ../token}}]");
        var rest = _folder.Write("b/rest", """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://c.example.com"}}]
            users: [{name: u, user: {token: not-this-one, as: jane}}]
            """);
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, users, rest);

        var configuration = KubeConfigLocator.BuildDefault(Environment, context: null);

        Assert.Equal(_folder["token"], configuration.TokenFile);
        Assert.Null(configuration.AccessToken);
        Assert.Null(configuration.Impersonate);
    }

    private const string TwoContexts = """
        apiVersion: v1
        kind: Config
        current-context: first
        clusters:
        - name: one
          cluster: {server: "https://one.example.com:6443", tls-server-name: one.internal}
        - name: two
          cluster:
            server: http://127.0.0.1:8001
            insecure-skip-tls-verify: true
        contexts:
        - name: first
          context: {cluster: one, user: me, namespace: team-a}
        - name: second
          context: {cluster: two, user: me}
        users:
        - name: me
          user: {token: secret-1}
        preferences: {}
        """;

    private void InPod()
    {
        _variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _variables["KUBERNETES_SERVICE_PORT"] = "443";
        _folder.Write("serviceaccount/token", "t");
    }

    private KubernetesClientConfiguration Load(string cluster, string user, string server = "https://c.example.com")
    {
        var file = _folder.Write("config", $"""
            kind: Config
            current-context: x
            contexts:
            - name: x
              context: @cluster: c, user: u#
            clusters:
            - name: c
              cluster:
                server: {server}
                {cluster}
            users:
            - name: u
              user:
                {user}
            """.Replace('@', '{').Replace('#', '}'));
        return KubeConfigResolver.Resolve(KubeConfigFile.Load(file), null, Environment);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
