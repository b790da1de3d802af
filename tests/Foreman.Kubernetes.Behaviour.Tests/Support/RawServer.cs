using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(int Code, string? ContentType, string Text)
{
    public JsonNode? Json => Text.StartsWith('{') ? JsonNode.Parse(Text, documentOptions: new() { MaxDepth = 1024 }) : null;

    public string? Reason => Json.Text("reason");
}

/// <summary>Sends requests that the library never makes of itself: wrong verbs, bodies and media types.</summary>
internal static class RawServer
{
    public static Task<RawAnswer> SendAsync(Workspace workspace, HttpMethod method, string path, string? body = null, string type = "application/json") =>
        SendAsync(workspace, new ApiRequest(method, path) { ContentType = type, Body = Encoding.UTF8.GetBytes(body ?? "") });

    public static async Task<RawAnswer> SendAsync(Workspace workspace, ApiRequest request)
    {
        using var http = Connect(workspace);
        using var message = Message(workspace, request);
        using var answer = await http.SendAsync(message);
        return new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The first lines of a watch.</summary>
    public static async Task<JsonObject[]> LinesAsync(Workspace workspace, ApiRequest request, int count)
    {
        using var deadline = TestDeadline.Start();
        using var http = Connect(workspace);
        using var message = Message(workspace, request);
        using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(deadline.Token));
        var lines = new List<JsonObject>();
        while (lines.Count < count && await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            lines.Add(Tree.Of(line));
        }

        return [.. lines];
    }

    private static HttpRequestMessage Message(Workspace workspace, ApiRequest request)
    {
        var message = request.ToHttpRequestMessage(workspace.Client.Configuration.Host);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", workspace.Client.Configuration.AccessToken);
        return message;
    }

    private static HttpClient Connect(Workspace workspace)
    {
        var authorities = workspace.Client.Configuration.SslCaCerts!;
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        handler.SslOptions.CertificateChainPolicy.ExtraStore.AddRange(authorities);
        return new HttpClient(handler);
    }
}
