using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>
/// What a model can do, from the many ways in which servers say it: lists and flags named capabilities, types, tasks, families, modalities.
/// </summary>
internal static class ModelAbilities
{
    private const string Completion = "completion";
    private const string Embedding = "embedding";
    private const int MostWords = 16;

    private static readonly string[] Lists = ["capabilities", "model_ability", "abilities", "tasks", "categories", "labels"];
    private static readonly string[] Words = ["type", "model_type", "task", "pipeline_tag"];
    private static readonly HashSet<string> OfChatModels = [Completion, "chat", "tools", "thinking", "insert"];
    private static readonly HashSet<string> OfOthers = [Embedding, "rerank", "audio", "image", "moderation"];

    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["llm"] = "chat",
        ["vlm"] = "chat",
        ["language"] = "chat",
        ["generate"] = Completion,
        ["text-generation"] = Completion,
        ["text2text-generation"] = Completion,
        ["image-text-to-text"] = Completion,
        ["conversational"] = "chat",
        ["chat_completion"] = "chat",
        ["chat_completions"] = "chat",
        ["chat-completion"] = "chat",
        ["completion_chat"] = "chat",
        ["completions"] = Completion,
        ["tool_use"] = "tools",
        ["tool-use"] = "tools",
        ["function_calling"] = "tools",
        ["trained_for_tool_use"] = "tools",
        ["embeddings"] = Embedding,
        ["embed"] = Embedding,
        ["text-embedding"] = Embedding,
        ["feature-extraction"] = Embedding,
        ["sentence-similarity"] = Embedding,
        ["reranker"] = "rerank",
        ["reranking"] = "rerank",
        ["text-ranking"] = "rerank",
        ["score"] = "rerank",
        ["transcription"] = "audio",
        ["speech"] = "audio",
        ["tts"] = "audio",
        ["stt"] = "audio",
        ["speech_to_text"] = "audio",
        ["text_to_speech"] = "audio",
        ["automatic-speech-recognition"] = "audio",
        ["text-to-speech"] = "audio",
        ["text-to-image"] = "image",
        ["image-generation"] = "image",
        ["multimodal"] = "vision",
    };

    /// <summary>The words of <c>ServedModel.capabilities</c>; null when what the server says does not tell whether the model can chat.</summary>
    /// <param name="model">The server's entry for the model.</param>
    public static IReadOnlyList<string>? Of(JsonElement? model)
    {
        var found = Said(model).Select(w => Synonyms.GetValueOrDefault(w, w.ToLowerInvariant())).Distinct(StringComparer.Ordinal).ToList();
        var chats = found.Exists(OfChatModels.Contains) || (found.Contains("vision") && !found.Exists(OfOthers.Contains));
        if (!chats && !found.Exists(OfOthers.Contains))
        {
            return Family(model) is null ? null : [Embedding];
        }

        if (chats && !found.Contains(Completion) && !found.Contains("chat"))
        {
            found.Insert(0, Completion);
        }

        return [.. found.OrderBy(w => OfChatModels.Contains(w) || OfOthers.Contains(w) ? 0 : 1).Take(MostWords).Select(w => Printable.Line(w, 32))];
    }

    /// <summary>False when the server, or else the model's name, says that it does something else.</summary>
    public static bool CanChat(ServedModel model) => model.Capabilities is { } words
        ? words.Contains(Completion) || words.Contains("chat")
        : ModelName.LooksLikeChat(model.Name);

    /// <summary>What it does instead, for people.</summary>
    public static string Purpose(ServedModel model) => model.Capabilities?.FirstOrDefault(OfOthers.Contains) ?? "by its name";

    private static IEnumerable<string> Said(JsonElement? model)
    {
        foreach (var list in Lists)
        {
            foreach (var word in ListOf(model.At(list)))
            {
                yield return word;
            }
        }

        // A type is a word of many meanings: only known ones count.
        foreach (var word in Words.Select(w => model.Text(w)).OfType<string>().Where(IsKnown))
        {
            yield return word;
        }

        if (model.Items("architecture", "output_modalities") is { Count: > 0 } outputs)
        {
            var words = outputs.Select(o => o.Text()).OfType<string>().ToList();
            if (words.Contains("text"))
            {
                yield return Completion;
            }

            foreach (var other in words.Where(IsKnown))
            {
                yield return other;
            }
        }
    }

    private static IEnumerable<string> ListOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } => value.Items()!.Select(i => i.Text()).OfType<string>(),
        { ValueKind: JsonValueKind.Object } flags => flags.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.True).Take(MostWords).Select(p => p.Name),
        { ValueKind: JsonValueKind.String } => value.Text() is { } word ? [word] : [],
        _ => [],
    };

    private static bool IsKnown(string word) => Synonyms.ContainsKey(word) || OfChatModels.Contains(word.ToLowerInvariant()) || OfOthers.Contains(word.ToLowerInvariant());

    // Ollama names the architecture: those of BERT only embed.
    private static string? Family(JsonElement? model) =>
        model.Text("details", "family") is { } family && family.Contains("bert", StringComparison.OrdinalIgnoreCase) ? family : null;
}
