using System.Collections.Concurrent;
using System.Text.Json;
using Foreman.Api;

namespace Foreman.Probes;

/// <summary>
/// Finds out which program answers at a URL. Several share a port, and some imitate others' paths, so the order matters:
/// the most telling answer is asked for first.
/// </summary>
internal sealed class ServerIdentifier
{
    private readonly ConcurrentDictionary<string, JsonElement?> _ollamaCapabilities = new(StringComparer.Ordinal);

    /// <summary>What serves there; null when nothing that serves models answers.</summary>
    public async Task<ServerFinding?> IdentifyAsync(CachedProbeClient client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Func<Task<ServerFinding?>>[] order =
        [
            () => LlamaCppServer.RecogniseAsync(client, now, cancellationToken),
            () => OllamaServer.RecogniseAsync(client, _ollamaCapabilities, cancellationToken),
            () => LlamaSwapOrOwnerAsync(client, cancellationToken),
            () => LmStudioServer.RecogniseAsync(client, cancellationToken),
            () => LocalAIServer.RecogniseAsync(client, cancellationToken),
            () => OpenAIServer.RecogniseAsync(client, cancellationToken),
        ];
        foreach (var recognise in order)
        {
            if (await recognise() is { } finding)
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

    /// <summary>Why a server that was named serves nothing, in words that say what to do.</summary>
    public static async Task<ServerFinding> ExplainAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("/v1/models", cancellationToken);
        var reason = answer switch
        {
            { NoAnswer: not null } => $"{client.Url} can't be used: {answer.Failure}. Start the server, or correct the URL",
            { Status: 401 or 403 } => $"{client.Url}/v1/models asks for an API key (HTTP {answer.Status}); model servers are used without one: let it listen on loopback without a key",
            { Status: 503 } => $"{client.Url}/v1/models answers 503: the server is loading or overloaded",
            { IsHtml: true } => $"{client.Url}/v1/models answers a web page (HTTP {answer.Status}, {answer.ContentType}), not a list of models: give the base URL of an OpenAI-compatible server",
            { Ok: true } => $"{client.Url}/v1/models answers something else than a list of models: give the base URL of an OpenAI-compatible server",
            _ => $"{client.Url}/v1/models answers HTTP {answer.Status}: give the base URL of an OpenAI-compatible server",
        };
        return ServerFinding.Unhealthy(ModelServerKind.OpenAI, client.Url, reason);
    }

    // llama-swap names itself as the owner; which of its models run stands elsewhere.
    private static async Task<ServerFinding?> LlamaSwapOrOwnerAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var finding = await OpenAIServer.RecogniseByOwnerAsync(client, cancellationToken);
        return finding is { Server.Kind: { } kind } && kind != ModelServerKind.LlamaSwap
            ? finding
            : await LlamaSwapServer.RecogniseAsync(client, cancellationToken) ?? finding;
    }
}
