using System.Text;
using YamlDotNet.Core;

namespace Foreman.Kubernetes.Tests.Properties;

[Trait("Kind", "2")]
public class KubeConfigFuzzTests
{
    private const string Config = """
        apiVersion: v1
        kind: Config
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u, namespace: n} }]
        clusters:
        - name: c
          cluster: &c {server: "https://h:6443", certificate-authority-data: LS0tLS0=, proxy-url: "http://p:1", tls-server-name: s}
        - {name: d, cluster: *c}
        users:
        - name: u
          user:
            token: t
            as: jane
            as-groups: [a]
            as-user-extra: {k: [v]}
            exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: [a], env: [{name: A, value: b}], interactiveMode: Never, provideClusterInfo: true}
        """;

    [Fact]
    public void A_kubeconfig_is_read_or_refused_by_name()
    {
        var environment = new KubeConfigEnvironment(_ => null, "/nonexistent", "/nonexistent");
        Fuzzer.Run(new FuzzTarget("kubeconfig", Corpus(Config, Config.Replace("certificate-authority-data: LS0tLS0=, ", "", StringComparison.Ordinal)), bytes =>
            KubeConfigResolver.Resolve(KubeConfigParser.Parse(Encoding.UTF8.GetString(bytes), "/nonexistent/config"), null, environment))
        {
            Allowed = [typeof(KubeConfigException)],
        });
    }

    [Fact]
    public void A_manifest_becomes_JSON_or_is_refused() => Fuzzer.Run(
        new FuzzTarget("YAML", Corpus(Config, "{a: 1, b: 1.5, c: true, d: ~, e: '1', f: v1, g: [-2, x]}"), bytes => YamlToJson.Convert(Encoding.UTF8.GetString(bytes)).ToJsonString())
        {
            Allowed = [typeof(YamlException)],
        });

    [Fact]
    public void Certificates_are_read_or_refused_by_name()
    {
        using var certificate = MutualTlsServer.Certificate("x");
        var pem = certificate.ExportCertificatePem();
        Fuzzer.Run(new FuzzTarget("PEM", Corpus(pem, pem + "\n" + pem), bytes => PemFiles.Certificates(Encoding.UTF8.GetString(bytes), "ca.crt", null)) { Allowed = [typeof(KubeConfigException)] });
    }

    private static IReadOnlyList<byte[]> Corpus(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
