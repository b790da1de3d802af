using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Operator.DemoModel;

/// <summary>The parts of a request that the demo model reads.</summary>
/// <param name="Prompt">The first user message.</param>
/// <param name="Results">Tool results so far.</param>
/// <param name="LastResult">The last one, null when no tool has run.</param>
/// <param name="Tools">Names of the tools offered.</param>
/// <param name="Stream">Whether the response is streamed.</param>
/// <param name="IncludeUsage">Whether a streamed response ends with the token counts.</param>
/// <param name="Size">Bytes of the request.</param>
internal sealed record DemoChat(string Prompt, int Results, string? LastResult, IReadOnlySet<string> Tools, bool Stream, bool IncludeUsage, int Size)
{
    /// <summary>The server in front takes no larger body.</summary>
    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = 32 << 20 };

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="ForeignTextException">It is not JSON, or has no messages.</exception>
    internal static DemoChat Read(ReadOnlyMemory<byte> body)
    {
        var root = ForeignJson.Parse(body.Span, Limits);
        if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("messages", out var messages) || messages.ValueKind is not JsonValueKind.Array)
        {
            throw new ForeignTextException("the request has no `messages`");
        }

        var turns = messages.EnumerateArray().Where(m => m.ValueKind is JsonValueKind.Object).Select(m => (Role: Text(m, "role"), Content: Text(m, "content"))).ToArray();
        return new DemoChat(
            turns.FirstOrDefault(m => m.Role == "user").Content ?? "",
            turns.Count(m => m.Role == "tool"),
            turns.LastOrDefault(m => m.Role == "tool").Content,
            ToolNames(root),
            Flag(root, "stream"),
            root.TryGetProperty("stream_options", out var options) && options.ValueKind is JsonValueKind.Object && Flag(options, "include_usage"),
            body.Length);
    }

    private static HashSet<string> ToolNames(JsonElement root) =>
        root.TryGetProperty("tools", out var tools) && tools.ValueKind is JsonValueKind.Array
            ? [.. tools.EnumerateArray()
                .Where(t => t.ValueKind is JsonValueKind.Object)
                .Select(t => t.TryGetProperty("function", out var f) && f.ValueKind is JsonValueKind.Object ? Text(f, "name") : null)
                .OfType<string>()]
            : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;
}
