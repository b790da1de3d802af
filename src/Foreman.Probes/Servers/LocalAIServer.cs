using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>LocalAI, identified by <c>/.well-known/localai.json</c>.</summary>
internal static class LocalAIServer
{
    public static async Task<ServerFinding?> DetectAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var response = await client.GetAsync("/.well-known/localai.json", cancellationToken);
        if (!response.Ok || response.Json.Word("version") is not { } version)
        {
            return null;
        }

        var models = (await client.GetAsync("/v1/models", cancellationToken)).Json;
        var loaded = (await client.TryGetAsync("/system", cancellationToken)).Json.Items("loaded_models")?
            .Select(m => m.Text("id")).OfType<string>().Select(ModelName.Display).ToHashSet();
        return ServerFinding.Healthy(
            ModelServerKind.LocalAI, client.Url, version,
            [.. OpenAIServer.Models(models, client.Url, loaded: null).Select(m => m with { Loaded = loaded?.Contains(m.Name) })]);
    }
}
