using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>llama-swap, identified by <c>/running</c>: it lists all models that it can start, and which of them run.</summary>
internal static class LlamaSwapServer
{
    public static async Task<ServerFinding?> DetectAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var response = await client.GetAsync("/running", cancellationToken);
        if (!response.Ok || response.Json.Items("running") is not { } running)
        {
            return null;
        }

        var ready = running.Where(m => m.Text("state") is null or "ready").Select(m => m.Text("model")).OfType<string>().Select(ModelName.Display).ToHashSet();
        var models = (await client.GetAsync("/v1/models", cancellationToken)).Json;
        return ServerFinding.Healthy(
            ModelServerKind.LlamaSwap, client.Url, null,
            [.. OpenAIServer.Models(models, client.Url, loaded: false).Select(m => m with { Loaded = ready.Contains(m.Name) })]);
    }
}
