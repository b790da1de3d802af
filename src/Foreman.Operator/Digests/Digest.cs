using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Digests;

/// <summary>The digest of a run: a ConfigMap of at most 128 KiB, for people only.</summary>
internal static class Digest
{
    /// <summary>Most bytes of transcript.json; with meta.json it stays below 128 KiB.</summary>
    public const int MaxTranscriptBytes = 100 * 1024;

    private const int MaxTextLength = 2000;

    /// <summary>The ConfigMap of a task that has ended.</summary>
    /// <param name="task">The task.</param>
    /// <param name="records">Transcript of its last attempt; empty when none is stored.</param>
    public static V1ConfigMap Build(AgenticTask task, IReadOnlyList<JsonObject> records) => new()
    {
        Metadata = new()
        {
            Name = Labels.TranscriptConfigMap(task.Name()),
            NamespaceProperty = task.Namespace(),
            Labels = new Dictionary<string, string> { [Labels.TranscriptOf] = Label(task.Name()), [Labels.TranscriptUid] = task.Uid() },
            OwnerReferences = [task.AsOwner()],
        },
        Data = new Dictionary<string, string> { ["transcript.json"] = Transcript(records), ["meta.json"] = Meta(task, records.Count).ToJsonString() },
    };

    // Label values take 63 characters, names up to 253.
    private static string Label(string name) => name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');

    private static string Transcript(IReadOnlyList<JsonObject> records)
    {
        var lines = records.Select(r => Shorten(r).ToJsonString()).ToArray();
        var (head, tail) = Fit(lines);
        string[] omitted = head + tail < lines.Length ? [$$"""{"type":"omitted","records":{{lines.Length - head - tail}}}"""] : [];
        return $"[\n{string.Join(",\n", [.. lines[..head], .. omitted, .. lines[(lines.Length - tail)..]])}\n]\n";
    }

    // The start has the task and the end the result, so records are omitted from the middle.
    private static (int Head, int Tail) Fit(string[] lines)
    {
        var (head, tail, left) = (0, 0, MaxTranscriptBytes);
        while (head + tail < lines.Length)
        {
            var fromEnd = head > tail * 2;
            left -= Encoding.UTF8.GetByteCount(fromEnd ? lines[^(tail + 1)] : lines[head]) + 2;
            if (left < 0)
            {
                break;
            }

            (head, tail) = fromEnd ? (head, tail + 1) : (head + 1, tail);
        }

        return (head, tail);
    }

    private static JsonObject Shorten(JsonObject record)
    {
        var copy = (JsonObject)record.DeepClone();
        foreach (var (key, value) in copy.ToArray())
        {
            if (key is "effects" or "tools" or "agent")
            {
                copy.Remove(key);
            }
            else if (value is JsonValue text && text.TryGetValue<string>(out var content))
            {
                copy[key] = Truncate(content);
            }
        }

        foreach (var call in (copy["toolCalls"] as JsonArray ?? []).OfType<JsonObject>())
        {
            call["arguments"] = Truncate((string?)call["arguments"] ?? "");
        }

        return copy;
    }

    private static string Truncate(string text) =>
        text.Length <= MaxTextLength ? text : text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)] + "…";

    private static JsonObject Meta(AgenticTask task, int records) => new()
    {
        ["task"] = task.Name(),
        ["uid"] = task.Uid(),
        ["attempt"] = task.Status.Attempt,
        ["node"] = task.Status.AssignedNode,
        ["placement"] = task.Status.Placement?.Value,
        ["model"] = task.Status.Model?.Name,
        ["phase"] = task.PhaseOrPending().Value,
        ["verdict"] = task.Status.Verdict?.Value,
        ["failureReason"] = task.Status.FailureReason?.Value,
        ["startedAt"] = task.Status.StartedAt?.ToString("O"),
        ["finishedAt"] = task.Status.FinishedAt?.ToString("O"),
        ["usage"] = task.Status.Usage is null ? null : JsonSerializer.SerializeToNode(task.Status.Usage, ApiJson.Default.Usage),
        ["attempts"] = JsonSerializer.SerializeToNode(task.Status.Attempts, ApiJson.Default.IReadOnlyListTaskAttempt),
        ["records"] = records,
    };
}
