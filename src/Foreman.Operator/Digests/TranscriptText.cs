using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Operator.Digests;

/// <summary>Joins the segments of an attempt's transcript.</summary>
internal static class TranscriptText
{
    /// <summary>The records; those truncated by a missing segment are skipped.</summary>
    public static IReadOnlyList<JsonObject> Records(IEnumerable<RunLog> segments)
    {
        var text = string.Concat(segments.OrderBy(l => l.Spec.Seq).Select(l => Unpack(l.Spec)));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<JsonObject>()];
    }

    // Segments with an unknown codec of a newer release are skipped.
    private static string Unpack(RunLogSpec segment)
    {
        switch (segment.Codec)
        {
            case "jsonl":
                return segment.Data;
            case "gzip+base64":
                using (var unzip = new GZipStream(new MemoryStream(Convert.FromBase64String(segment.Data)), CompressionMode.Decompress))
                using (var reader = new StreamReader(unzip, Encoding.UTF8))
                {
                    return reader.ReadToEnd();
                }

            default:
                return "\n";
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
