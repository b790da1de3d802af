using System.Text.Json;
using Foreman.Api;

namespace Foreman.Probes;

/// <summary>Servers with OpenAI's <c>/v1/models</c>; most name themselves as the owner of their models.</summary>
internal static class OpenAIServer
{
    /// <summary>Detects those that <c>owned_by</c> identifies.</summary>
    public static async Task<ServerFinding?> DetectByOwnerAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var response = await client.GetAsync("/v1/models", cancellationToken);
        if (!response.Ok || Kind(response) is not { } kind || kind == ModelServerKind.OpenAI)
        {
            return null;
        }

        // llama-server lists its models without authentication, but nothing else.
        if (kind == ModelServerKind.LlamaCpp && (await client.GetAsync("/props", cancellationToken)).Status is 401 or 403)
        {
            return ServerFinding.Unhealthy(kind, client.Url, "it asks for an API key: start it without --api-key, on loopback");
        }

        return ServerFinding.Healthy(kind, client.Url, await VersionAsync(client, kind, cancellationToken), Models(response.Json, client.Url));
    }

    /// <summary>Detects any other.</summary>
    public static async Task<ServerFinding?> DetectAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var response = await client.GetAsync("/v1/models", cancellationToken);
        return response.Ok && response.Json.Items("data") is not null
            ? ServerFinding.Healthy(ModelServerKind.OpenAI, client.Url, null, Models(response.Json, client.Url))
            : null;
    }

    public static ModelServerKind? Kind(ProbeResponse response)
    {
        if (response.Json.Items("data") is not { } models)
        {
            return null;
        }

        var owners = models.Select(m => m.Text("owned_by")).Distinct().ToList();
        return owners switch
        {
            ["vllm"] => ModelServerKind.VLlm,
            ["sglang"] => ModelServerKind.SGLang,
            ["llamacpp"] => ModelServerKind.LlamaCpp,
            ["llama-swap"] => ModelServerKind.LlamaSwap,
            ["foreman-demo"] => ModelServerKind.Demo,

            // MLX-LM is a plain Python web server whose models have no owner.
            [null] when response.Product.Contains("BaseHTTP", StringComparison.OrdinalIgnoreCase) => ModelServerKind.Mlx,
            _ => ModelServerKind.OpenAI,
        };
    }

    /// <summary>Listed models are loaded, except on servers that list models on disk.</summary>
    public static IReadOnlyList<ServedModel> Models(JsonElement? response, string url, bool? loaded = true) =>
        [.. from model in response.Items("data") ?? []
            let name = model.Text("id")
            where name is not null
            select ServedModels.New(name, url, model) with
            {
                Loaded = loaded,
                ContextTokens = model.Count("max_model_len") ?? model.Count("context_length") ?? model.Count("context_window"),
                Slots = model.Count("slots"),
                Tools = model.Flag("tools"),
            }];

    private static async Task<string?> VersionAsync(CachedProbeClient client, ModelServerKind kind, CancellationToken cancellationToken) =>
        kind == ModelServerKind.VLlm ? (await client.TryGetAsync("/version", cancellationToken)).Json.Word("version")
        : kind == ModelServerKind.SGLang ? (await client.TryGetAsync("/get_server_info", cancellationToken)).Json.Word("version")
        : null;
}
