using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>What LM Studio offers beside the common API: the window that a model was loaded with.</summary>
internal static class LmStudioApi
{
    internal const string Models = "/api/v1/models";

    /// <summary>It lists every model that lies on the disk.</summary>
    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = 8 << 20 };

    /// <summary>The window of a loaded model, from an answer of <see cref="Models"/>; null when it is not loaded or the server does not say.</summary>
    internal static int? ContextOf(ReadOnlySpan<byte> body, string model)
    {
        if (ForeignJson.ParseOrNull(body, Limits) is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("models", out var models) || models.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var loaded = models.EnumerateArray().Where(m => m.ValueKind is JsonValueKind.Object).SelectMany(Instances).ToList();
        return loaded.FirstOrDefault(i => i.Id == model).Window ?? loaded.FirstOrDefault(i => i.Key == model).Window;
    }

    private static IEnumerable<(string? Key, string? Id, int? Window)> Instances(JsonElement model) =>
        model.TryGetProperty("loaded_instances", out var instances) && instances.ValueKind is JsonValueKind.Array
            ? instances.EnumerateArray().Where(i => i.ValueKind is JsonValueKind.Object).Select(i => (
                ChatChunkReader.Text(model, "key"),
                ChatChunkReader.Text(i, "id"),
                ChatChunkReader.Object(i, "config") is { } config && ChatChunkReader.Number(config, "context_length") is >= 1 and var window ? (int?)window : null))
            : [];
}
