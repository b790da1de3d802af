using Foreman.Api;

namespace Foreman.Probes;

/// <summary>LocalAI, told by <c>/.well-known/localai.json</c>.</summary>
internal static class LocalAIServer
{
    public static async Task<ServerFinding?> RecogniseAsync(CachedProbeClient door, CancellationToken cancellationToken)
    {
        var answer = await door.GetAsync("/.well-known/localai.json", cancellationToken);
        if (!answer.Ok || answer.Json.Text("version") is not { } version)
        {
            return null;
        }

        var models = (await door.GetAsync("/v1/models", cancellationToken)).Json;
        var loaded = (await door.TryGetAsync("/system", cancellationToken)).Json.Items("loaded_models")?.Select(m => m.Text("id")).ToHashSet();
        return ServerFinding.Healthy(
            ModelServerKind.LocalAI, door.Url, version,
            [.. OpenAIServer.Models(models, door.Url, loaded: null).Select(m => m with { Loaded = loaded?.Contains(m.Name) })]);
    }
}
