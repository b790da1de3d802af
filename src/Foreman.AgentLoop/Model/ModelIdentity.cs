using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>Finds the model that was asked for in what a server lists.</summary>
internal static class ModelIdentity
{
    /// <summary>No model has a longer id; what is longer is passed over.</summary>
    private const int MaxIdCharacters = 256;

    /// <summary>A list of models is allowed to be long: some hubs list everything that they could serve.</summary>
    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = 8 << 20 };

    /// <summary>The names in an answer of <c>GET /v1/models</c>: ids and aliases.</summary>
    /// <returns>Null when it is no such answer.</returns>
    internal static IReadOnlyList<(string Id, string Name)>? Read(ReadOnlySpan<byte> body)
    {
        // Ollama writes `data: null` when it has no model.
        return ForeignJson.ParseOrNull(body, Limits) is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("data", out var data) ? null
            : data.ValueKind is JsonValueKind.Array ? [.. data.EnumerateArray().SelectMany(Names)]
            : [];
    }

    /// <summary>True when a list of models may be one of Ollama: it owns them by its library, and all their names end with a tag.</summary>
    internal static bool MayBeOllama(ReadOnlySpan<byte> body) => Entries(body).Any(m =>
        ChatChunkReader.Text(m, "owned_by") is "library" || ChatChunkReader.Text(m, "id")?.Contains(':', StringComparison.Ordinal) == true);

    /// <summary>True when a list of models is one of llama-server.</summary>
    internal static bool IsLlamaCpp(ReadOnlySpan<byte> body) => Entries(body).Any(m => ChatChunkReader.Text(m, "owned_by") is "llamacpp");

    /// <summary>True when a list of models may be one of LM Studio, which owns them by no name of its own.</summary>
    internal static bool MayBeLmStudio(ReadOnlySpan<byte> body) => Entries(body).Any(m => ChatChunkReader.Text(m, "owned_by") is "organization_owner");

    /// <summary>The window that a list of models tells of one of them; null when it does not.</summary>
    internal static int? ContextOf(ReadOnlySpan<byte> body, string id) => Entries(body)
        .Where(m => ChatChunkReader.Text(m, "id") == id)
        .Select(m => (int?)(ChatChunkReader.Number(m, "max_model_len") ?? ChatChunkReader.Number(m, "context_length") ?? ChatChunkReader.Number(m, "context_window")))
        .FirstOrDefault(n => n is > 0);

    /// <summary>True when a list of models is one of vLLM, which owns them by its name.</summary>
    internal static bool IsVllm(ReadOnlySpan<byte> body) => Entries(body).Any(m => ChatChunkReader.Text(m, "owned_by") is "vllm");

    /// <summary>True when a list of models is one of SGLang, which owns them by its name.</summary>
    internal static bool IsSglang(ReadOnlySpan<byte> body) => Entries(body).Any(m => ChatChunkReader.Text(m, "owned_by") is "sglang");

    /// <summary>
    /// The server's own id of the model that is meant by <paramref name="asked"/>, or null when it lists others only; the first one
    /// that can chat when nothing is asked for.
    /// </summary>
    internal static string? Find(string asked, IReadOnlyList<(string Id, string Name)> served) => asked.Length > 0
        ? ModelName.Find(asked, served, s => s.Name).Id
        : served.Select(s => s.Id).Where(ModelName.LooksLikeChat).Concat(served.Select(s => s.Id)).FirstOrDefault();

    private static IReadOnlyList<JsonElement> Entries(ReadOnlySpan<byte> body) =>
        ForeignJson.ParseOrNull(body, Limits) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array
            ? [.. data.EnumerateArray().Where(m => m.ValueKind is JsonValueKind.Object)]
            : [];

    private static IEnumerable<(string Id, string Name)> Names(JsonElement model)
    {
        if (model.ValueKind is not JsonValueKind.Object || ChatChunkReader.Text(model, "id") is not { Length: > 0 and <= MaxIdCharacters } id)
        {
            yield break;
        }

        yield return (id, id);
        if (model.TryGetProperty("aliases", out var aliases) && aliases.ValueKind is JsonValueKind.Array)
        {
            foreach (var alias in aliases.EnumerateArray().Where(a => a.ValueKind is JsonValueKind.String))
            {
                yield return (id, alias.GetString()!);
            }
        }
    }
}
