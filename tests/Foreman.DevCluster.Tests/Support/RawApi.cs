using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Foreman.DevCluster.Tests.Support;

/// <summary>An answer of the API: the code, the JSON (or null), and the warnings.</summary>
internal sealed record Reply(int Code, JsonNode? Json, string Text, IReadOnlyList<string> Warnings)
{
    public JsonNode? this[string path] => path.Split('.').Aggregate(Json, (node, step) => node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node?[step]);

    public string? Message => (string?)Json?["message"];

    public string? Reason => (string?)Json?["reason"];

    public string Version => (string)this["metadata.resourceVersion"]!;

    public string Uid => (string)this["metadata.uid"]!;

    /// <summary>The refused fields with their messages, sorted: the API server lists them in any order.</summary>
    public string[] Causes => [.. ((this["details.causes"] as JsonArray) ?? []).Select(cause => $"{cause!["field"]} {cause["reason"]} {cause["message"]}").Order(StringComparer.Ordinal)];
}

/// <summary>Raw HTTP against a cluster, by its kubeconfig: what is tested here must not pass through our own client.</summary>
internal sealed partial class RawApi : IDisposable
{
    private const string Group = "apis/test.foreman.dev/v1alpha1";
    private readonly HttpClient _http;

    private RawApi(HttpClient http, string space)
    {
        _http = http;
        Namespace = space;
    }

    public string Namespace { get; }

    public string Widgets => $"{Group}/namespaces/{Namespace}/widgets";

    /// <summary>Connects, sees to it that Widgets are served, and takes a namespace of its own.</summary>
    public static async Task<RawApi> WithWidgetsAsync(IClusterUnderTest cluster)
    {
        await TestDefinitions.InstallAsync(cluster);
        return Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
    }

    public static RawApi Connect(string kubeconfig, string space)
    {
        var text = File.ReadAllText(kubeconfig);
        string Value(string key) => Regex.Match(text, $@"\b{key}:\s*(\S+)").Groups[1].Value;
        var authority = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(Value("certificate-authority-data"))));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => Trusts(authority, certificate as X509Certificate2);
        var http = new HttpClient(handler) { BaseAddress = new Uri(Value("server").TrimEnd('/') + "/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Value("token"));
        http.DefaultRequestHeaders.UserAgent.ParseAdd("tester/1.0");
        return new RawApi(http, space);
    }

    public static string Widget(string name, string spec = """{"kind":"a"}""", string metadata = "") =>
        $$$"""{"apiVersion":"test.foreman.dev/v1alpha1","kind":"Widget","metadata":{"name":"{{{name}}}"{{{metadata}}}},"spec":{{{spec}}}}""";

    public Task<Reply> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, null, null, accept);

    public Task<Reply> PostAsync(string path, string body, string type = "application/json") => SendAsync(HttpMethod.Post, path, body, type);

    public Task<Reply> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body, "application/json");

    public Task<Reply> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body, body is null ? null : "application/json");

    public Task<Reply> JsonPatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body, "application/json-patch+json");

    public Task<Reply> MergePatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body, "application/merge-patch+json");

    public Task<Reply> ApplyPatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body, "application/apply-patch+yaml");

    /// <summary>Creates a Widget that the test needs; fails when the API refuses it.</summary>
    public async Task<Reply> CreateAsync(string name, string spec = """{"kind":"a"}""", string metadata = "")
    {
        var reply = await PostAsync(Widgets, Widget(name, spec, metadata));
        Assert.True(reply.Code == 201, reply.Text);
        return reply;
    }

    public async Task<Reply> SendAsync(HttpMethod method, string path, string? body, string? type, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept ?? "application/json");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var warnings = answer.Headers.TryGetValues("Warning", out var values) ? values.SelectMany(value => WarningText().Matches(value).Select(match => match.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal))).ToList() : [];
        return new Reply((int)answer.StatusCode, text.TrimStart().StartsWith('{') && !path.Contains("watch=true", StringComparison.Ordinal) ? JsonNode.Parse(text) : null, text, warnings);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    public Watch Watch(string path) => new(_http, path);

    public void Dispose() => _http.Dispose();

    private static bool Trusts(X509Certificate2 authority, X509Certificate2? certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is not null && (chain.Build(certificate) || certificate.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span));
    }

    [GeneratedRegex("299 - \"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex WarningText();
}
