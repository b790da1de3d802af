using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Foreman.DevCluster;

namespace Foreman.Testing;

/// <summary>The embedded dev cluster, in this process, with a folder of its own. Every identity is its one user.</summary>
public sealed class EmbeddedDevCluster : IClusterUnderTest, IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly DevClusterServer _server;
    private readonly NamespaceNames _names = new();

    private EmbeddedDevCluster(TempFolder folder, DevClusterServer server)
    {
        _folder = folder;
        _server = server;
    }

    /// <inheritdoc/>
    public string Name => "dev cluster";

    /// <inheritdoc/>
    public string AdminKubeconfigPath => _server.KubeconfigPath;

    /// <inheritdoc/>
    public bool EnforcesRbac => false;

    /// <inheritdoc/>
    public bool EvaluatesCel => true;

    /// <inheritdoc/>
    public Kubectl Kubectl => new(AdminKubeconfigPath);

    /// <summary>Starts one of its own.</summary>
    public static async Task<EmbeddedDevCluster> StartAsync()
    {
        var folder = new TempFolder("foreman-dev-cluster-");
        return new EmbeddedDevCluster(folder, await DevClusterServer.StartAsync(new DevClusterOptions { StateDirectory = folder.Path }));
    }

    /// <summary>The one that the tests of an assembly share.</summary>
    public static Task<EmbeddedDevCluster> SharedAsync() => SharedServers.DevClusterAsync();

    /// <inheritdoc/>
    public async Task<string> NewNamespaceAsync(string prefix = "test")
    {
        var name = _names.Next(prefix);
        await CreateAsync("api/v1/namespaces", $"kind: Namespace\napiVersion: v1\nmetadata: {{name: {name}}}\n");
        return name;
    }

    /// <inheritdoc/>
    public Task<string> KubeconfigForAsync(string serviceAccount, string space) => Task.FromResult(_folder.Write(
        $"{space}-{serviceAccount}.kubeconfig",
        KubeconfigText.ForToken(_server.Url.AbsoluteUri, _server.CaPem, _server.Token, space)));

    /// <summary>Creates an object from YAML or JSON, without kubectl: the dev cluster's tests need nothing but the SDK.</summary>
    public async Task CreateAsync(string path, string manifest)
    {
        using var authority = X509Certificate2.CreateFromPem(_server.CaPem);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.Token);
        using var body = new StringContent(manifest, Encoding.UTF8, "application/yaml");
        using var answer = await http.PostAsync(new Uri(_server.Url, path), body);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"POST {path}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
