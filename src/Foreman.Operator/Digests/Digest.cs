using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Digests;

/// <summary>
/// The digest of a run: a ConfigMap of at most 128 KiB, for people only. It takes the records one by one and keeps the first
/// and the last of them.
/// </summary>
internal sealed class Digest
{
    /// <summary>Most bytes of transcript.json; with meta.json it stays below 128 KiB.</summary>
    public const int MaxTranscriptBytes = 100 * 1024;

    // Of more than that the earliest attempts are left out.
    private const int MaxMetaBytes = 24 * 1024;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The start has the task and the end the result, so records are omitted from the middle.
    private const int MaxHeadBytes = MaxTranscriptBytes / 3 * 2;
    private const int MaxTailBytes = MaxTranscriptBytes - MaxHeadBytes - 1024;
    private const int MaxAttempts = 20;

    private readonly RecordShortener _shortener = new();
    private readonly List<string> _head = [];
    private readonly Queue<string> _tail = new();
    private int _headBytes;
    private int _tailBytes;
    private bool _headIsFull;
    private int _records;

    /// <summary>What could not be read.</summary>
    public LeftOut LeftOut { get; } = new();

    /// <summary>Adds a record.</summary>
    /// <param name="line">Its line of the transcript.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        switch (_shortener.Shorten(line))
        {
            case null:
                LeftOut.Lines++;
                break;
            case { Length: > 0 } record:
                Keep(record);
                break;
        }
    }

    /// <summary>The ConfigMap of a task that has ended.</summary>
    /// <param name="task">The task; the records are those of its last attempt.</param>
    public V1ConfigMap Build(AgenticTask task) => new()
    {
        Metadata = new()
        {
            Name = Labels.TranscriptConfigMap(task.Name()),
            NamespaceProperty = task.Namespace(),
            Labels = new Dictionary<string, string> { [Labels.TranscriptOf] = Label(task.Name()), [Labels.TranscriptUid] = task.Uid() },
            OwnerReferences = [task.AsOwner()],
        },
        Data = new Dictionary<string, string> { ["transcript.json"] = Transcript(), ["meta.json"] = Meta(task) },
    };

    // Label values take 63 characters, names up to 253.
    private static string Label(string name) => name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');

    private void Keep(string record)
    {
        _records++;
        var bytes = Encoding.UTF8.GetByteCount(record) + 2;
        if (!_headIsFull && _headBytes + bytes <= MaxHeadBytes)
        {
            _headBytes += bytes;
            _head.Add(record);
            return;
        }

        _headIsFull = true;
        _tail.Enqueue(record);
        for (_tailBytes += bytes; _tailBytes > MaxTailBytes;)
        {
            _tailBytes -= Encoding.UTF8.GetByteCount(_tail.Dequeue()) + 2;
        }
    }

    private string Transcript()
    {
        var omitted = _records - _head.Count - _tail.Count;
        string[] note = omitted > 0 ? [$$"""{"type":"omitted","records":{{omitted}}}"""] : [];
        return $"[\n{string.Join(",\n", [.. _head, .. note, .. _tail])}\n]\n";
    }

    private string Meta(AgenticTask task)
    {
        for (var attempts = MaxAttempts; ; attempts--)
        {
            var meta = Meta(task, [.. task.Status.Attempts.TakeLast(attempts)]).ToJsonString(Relaxed);
            if (attempts == 0 || Encoding.UTF8.GetByteCount(meta) <= MaxMetaBytes)
            {
                return meta;
            }
        }
    }

    private JsonObject Meta(AgenticTask task, IReadOnlyList<TaskAttempt> attempts)
    {
        var meta = new JsonObject
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
            ["attempts"] = JsonSerializer.SerializeToNode(attempts, ApiJson.Default.IReadOnlyListTaskAttempt),
            ["records"] = _records,
        };
        if (LeftOut.Sentences() is { Count: > 0 } sentences)
        {
            meta["leftOut"] = new JsonArray([.. sentences.Select(s => (JsonNode)s)]);
        }

        return meta;
    }
}
