using System.Net;
using System.Text;

namespace Foreman.Kubernetes.Interop.Tests.Kubeconfigs;

/// <summary>One corpus of kubeconfigs, read by KubernetesClient and by us; every difference stands in <c>differences.txt</c> with its reason.</summary>
public sealed class CorpusTests
{
    private static readonly string Folder = RepositoryRoot.At("tests/Foreman.Kubernetes.Interop.Tests/Kubeconfigs");

    private static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(Folder, "corpus"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    [Fact]
    public async Task Both_clients_read_every_file_alike_but_for_the_listed_differences()
    {
        var found = new StringBuilder();
        var same = 0;
        foreach (var name in Names)
        {
            var path = Path.Combine(Folder, "corpus", name + ".yaml");
            var (ours, theirs) = (await OursAsync(path), await TheirsAsync(path));
            if (ours == theirs)
            {
                same++;
                continue;
            }

            found.Append(name).Append('\n').Append("  ours:   ").Append(ours).Append('\n').Append("  theirs: ").Append(theirs).Append('\n');
        }

        var listed = (await File.ReadAllLinesAsync(Path.Combine(Folder, "differences.txt"))).Where(line => !line.StartsWith('#'));
        Assert.True(string.Join('\n', listed).Trim() == found.ToString().Trim(), $"differences.txt should list:\n{found}");
        Assert.True(same >= 15, $"only {same} files are read alike");
    }

    private static async Task<string> OursAsync(string path)
    {
        try
        {
            var read = KubernetesClientConfiguration.BuildConfigFromConfigFile(path);
            var token = read.AccessToken ?? (read.TokenFile is { } file ? (await File.ReadAllTextAsync(file)).Trim() : null);
            return Describe(
                read.Host.ToString(),
                read.Namespace,
                read.Exec is null ? token : "asks a plugin",
                $"{read.SkipTlsVerify} {read.TlsServerName}",
                $"{read.SslCaCerts?.Count ?? 0} {read.ClientCertificate?.Subject}",
                read.Proxy?.ToString(),
                read.Impersonate?.User);
        }
        catch (KubeConfigException)
        {
            return "refused";
        }
    }

    private static async Task<string> TheirsAsync(string path)
    {
        try
        {
            var read = await k8s.KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(path));
            var header = read.TokenProvider is { } provider ? (await provider.GetAuthenticationHeaderAsync(CancellationToken.None)).Parameter : null;
            var certificate = read.ClientCertificateData is { } data
                ? System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(data))).Subject
                : null;
            return Describe(
                new Uri(read.Host).ToString(),
                read.Namespace ?? "default",
                read.TokenProvider is k8s.Authentication.ExecTokenProvider ? "asks a plugin" : read.AccessToken ?? header ?? (read.Password is null ? null : "password"),
                $"{read.SkipTlsVerify} {read.TlsServerName}",
                $"{read.SslCaCerts?.Count ?? 0} {certificate}",
                null,
                null);
        }
#pragma warning disable CA1031 // Theirs throws what its parser throws.
        catch (Exception)
#pragma warning restore CA1031
        {
            return "refused";
        }
    }

    private static string Describe(string host, string space, string? token, string tls, string certificates, string? proxy, string? impersonated) =>
        WebUtility.UrlDecode($"{host} in {space}; token {token ?? "none"}; skip verify, server name: {tls.Trim()}; authorities, certificate: {certificates.Trim()}; proxy {proxy ?? "none"}; as {impersonated ?? "oneself"}");
}
