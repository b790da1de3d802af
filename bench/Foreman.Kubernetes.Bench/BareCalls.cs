using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Foreman.Kubernetes.Bench;

/// <summary>
/// The baseline: the same calls by hand, with nothing but HttpClient and source-generated JSON. It decodes the answers as the
/// library does, since nobody asks for objects in order not to look at them; it checks, retries and reports nothing.
/// </summary>
internal sealed class BareCalls : IApiCalls
{
    private readonly HttpClient _http;
    private readonly string _path;

    public BareCalls(KubernetesClientConfiguration configuration, string space)
    {
        _path = $"/api/v1/namespaces/{space}/configmaps";
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.AddRange(configuration.SslCaCerts!);
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        if (configuration.ClientCertificate is { } certificate)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        _http = new HttpClient(new SocketsHttpHandler { SslOptions = tls, EnableMultipleHttp2Connections = true })
        {
            BaseAddress = configuration.Host,
            DefaultRequestVersion = HttpVersion.Version20,
        };
        if (configuration.AccessToken is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public async Task CreateAsync(V1ConfigMap obj, CancellationToken stop)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(obj, V1ConfigMap.TypeInfo));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PostAsync(new Uri($"/api/v1/namespaces/{obj.Namespace()}/configmaps", UriKind.Relative), content, stop);
        await ReadAsync(response, V1ConfigMap.TypeInfo, stop);
    }

    public async Task PatchAsync(string name, string value, CancellationToken stop)
    {
        var content = new StringContent($$"""[{"op":"replace","path":"/data/text","value":"{{value}}"}]""", Encoding.UTF8, "application/json-patch+json");
        using var response = await _http.PatchAsync(new Uri($"{_path}/{name}", UriKind.Relative), content, stop);
        await ReadAsync(response, V1ConfigMap.TypeInfo, stop);
    }

    public async Task<int> ListAsync(CancellationToken stop)
    {
        using var response = await _http.GetAsync(new Uri(_path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
        return (await ReadAsync(response, V1ConfigMap.ListTypeInfo, stop)).Items.Count;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken stop)
    {
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        return (await JsonSerializer.DeserializeAsync(body, type, stop))!;
    }
}
