using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(int Code, string? ContentType, string Text)
{
    public JsonNode? Json => Text.StartsWith('{') ? JsonNode.Parse(Text) : null;

    public string? Reason => Json.Text("reason");
}

/// <summary>Sends requests that the library never makes of itself: wrong verbs, bodies and media types.</summary>
internal static class RawServer
{
    public static Task<RawAnswer> SendAsync(Workspace workspace, HttpMethod method, string path, string? body = null, string type = "application/json") =>
        SendAsync(workspace, new ApiRequest(method, path) { ContentType = type, Body = Encoding.UTF8.GetBytes(body ?? "") });

    public static async Task<RawAnswer> SendAsync(Workspace workspace, ApiRequest request)
    {
        var configuration = workspace.Client.Configuration;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(configuration.SslCaCerts!);
        handler.SslOptions.CertificateChainPolicy.ExtraStore.AddRange(configuration.SslCaCerts!);
        using var http = new HttpClient(handler);
        using var message = request.ToHttpRequestMessage(configuration.Host);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        using var answer = await http.SendAsync(message);
        return new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync());
    }
}
