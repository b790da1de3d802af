using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Runner.Completions;

/// <summary>Keeps a result within what a task's status takes. Pure.</summary>
internal static class ResultLimit
{
    /// <summary>Name of the list in <c>extra</c> that says what was left out.</summary>
    public const string LeftOut = "leftOut";

    /// <summary>
    /// The envelope as JSON of at most <see cref="ResultEnvelope.MaxBytes"/>: the largest parts of <c>extra</c> are left
    /// out, one by one, and named.
    /// </summary>
    public static JsonObject Fit(ResultEnvelope envelope)
    {
        var json = JsonSerializer.SerializeToNode(envelope, ApiJson.Default.ResultEnvelope)!.AsObject();
        if (json["extra"] is not JsonObject extra)
        {
            return json;
        }

        var leftOut = new JsonArray();
        while (SizeOf(json) > ResultEnvelope.MaxBytes && Largest(extra) is { } name)
        {
            extra.Remove(name);
            leftOut.Add((JsonNode)$"{name}: the result would exceed {ResultEnvelope.MaxBytes / 1024} KiB; the transcript has it");
            extra[LeftOut] = leftOut.DeepClone();
        }

        return json;
    }

    private static string? Largest(JsonObject extra) =>
        extra.Where(p => p.Key != LeftOut).OrderByDescending(p => SizeOf(p.Value)).Select(p => p.Key).FirstOrDefault();

    private static int SizeOf(JsonNode? node) =>
        node is null ? 4 : System.Text.Encoding.UTF8.GetByteCount(node.ToJsonString());
}
