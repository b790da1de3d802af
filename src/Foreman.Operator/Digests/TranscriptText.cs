using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.Digests;

/// <summary>Reads the records of segments that are at hand.</summary>
internal static class TranscriptText
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>The records, one at a time; those truncated by a missing segment are skipped.</summary>
    public static IEnumerable<JsonObject> Records(IEnumerable<RunLog> segments)
    {
        var lines = new TranscriptLines(new LeftOut());
        foreach (var segment in segments.OrderBy(l => l.Spec.Seq))
        {
            foreach (var line in lines.Add(segment.Spec))
            {
                if (Parse(line) is { } record)
                {
                    yield return record;
                }
            }

            if (lines.IsFull)
            {
                yield break;
            }
        }
    }

    private static JsonObject? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonNode.Parse(line.Span, documentOptions: Options) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
