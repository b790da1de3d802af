using System.Collections.Concurrent;
using System.Text.Json;
using Foreman.Api;

namespace Foreman.Probes;

/// <summary>
/// Identifies the program that serves a URL. Several share a port, and some imitate others' paths, so the most specific check
/// comes first.
/// </summary>
internal sealed class ServerIdentifier
{
    private readonly ConcurrentDictionary<string, JsonElement?> _ollamaCapabilities = new(StringComparer.Ordinal);

    /// <summary>The server at the URL; null when no model server responds.</summary>
    public async Task<ServerFinding?> IdentifyAsync(CachedProbeClient client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Func<Task<ServerFinding?>>[] order =
        [
            () => LlamaCppServer.DetectAsync(client, now, cancellationToken),
            () => OllamaServer.DetectAsync(client, _ollamaCapabilities, cancellationToken),
            () => LlamaSwapOrOwnerAsync(client, cancellationToken),
            () => LmStudioServer.DetectAsync(client, cancellationToken),
            () => LocalAIServer.DetectAsync(client, cancellationToken),
            () => OpenAIServer.DetectAsync(client, cancellationToken),
        ];
        foreach (var detect in order)
        {
            if (await detect() is { } finding)
            {
                return finding;
            }

            if (client.FirstFailure is not null)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Why a server can't be used, and what to do.</summary>
    public static async Task<ServerFinding> ExplainAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        const string Remedy = "give the base URL of an OpenAI-compatible server";
        var response = await client.GetAsync("/v1/models", cancellationToken);
        var list = client.Describe("/v1/models");
        var reason = response switch
        {
            { FailureKind: not null } => $"{client.Url} cannot be reached: {response.Failure}. Start the server, or correct the URL",
            { TooLarge: true } => TooLarge(list),
            { Status: 401 or 403 } => $"{list} asks for an API key (HTTP {response.Status}); model servers are used without one: let it listen on loopback without a key",
            { Status: 503 } => $"{list} answers 503: the server is still loading or overloaded",
            { IsHtml: true } => $"{list} answers HTML, a web page (HTTP {response.Status}, {response.ContentType}), not a list of models: {Remedy}",
            { Ok: true, Json: null } => $"{list} answers no JSON and so something else than a list of models: {Remedy}",
            { Ok: true } => $"{list} answers something else than a list of models: {Remedy}",
            _ => $"{list} answers HTTP {response.Status}: {Remedy}",
        };
        return ServerFinding.Unhealthy(ModelServerKind.OpenAI, client.Url, reason + client.Through());
    }

    /// <summary>What is said of a server whose answer is larger than a probe reads.</summary>
    public static string TooLarge(string url) => $"{url} answers more than {CachedProbeClient.MaxResponseBytes >> 20} MiB, which is not read: let the server list fewer models";

    // llama-swap names itself as the owner, but lists its running models at another path.
    private static async Task<ServerFinding?> LlamaSwapOrOwnerAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var finding = await OpenAIServer.DetectByOwnerAsync(client, cancellationToken);
        return finding is { Server.Kind: { } kind } && kind != ModelServerKind.LlamaSwap
            ? finding
            : await LlamaSwapServer.DetectAsync(client, cancellationToken) ?? finding;
    }
}
