using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Foreman.Primitives;
using ModelContextProtocol.Protocol;

namespace Foreman.Tools.Mcp;

/// <summary>Makes of a server's result what the model reads. Pure.</summary>
internal static class McpContent
{
    private const int MaxImages = 4;
    private static readonly string[] ImageTypes = ["image/png", "image/jpeg", "image/webp", "image/gif"];

    /// <summary>The outcome of a call.</summary>
    /// <param name="result">As it came: foreign text.</param>
    /// <param name="maxImageBytes">The largest image that is handed on, in bytes of base64; 0 names images only.</param>
    internal static ToolOutcome Read(CallToolResult result, long maxImageBytes)
    {
        var text = new StringBuilder();
        var images = new List<ToolImage>();
        foreach (var block in result.Content ?? [])
        {
            if (text.Length > 0)
            {
                _ = text.Append('\n');
            }

            _ = text.Append(block switch
            {
                TextContentBlock t => t.Text,
                ImageContentBlock image => Image(image, maxImageBytes, images),
                AudioContentBlock audio => $"[audio {Printable.Line(audio.MimeType ?? "", 60)}, {audio.Data.Length} bytes of base64: not shown]",
                EmbeddedResourceBlock { Resource: TextResourceContents inner } => inner.Text,
                EmbeddedResourceBlock { Resource: { } other } => $"[resource {Printable.Line(other.Uri ?? "")} {Printable.Line(other.MimeType ?? "", 60)}: not shown]",
                ResourceLinkBlock link => $"[resource {Printable.Line(link.Name ?? "", 100)}: {Printable.Line(link.Uri ?? "")}]",
                _ => $"[{Printable.Line(block.Type ?? "content", 40)}: not shown]",
            });
        }

        if (result.StructuredContent is { } structured && structured.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null) && !Holds(text.ToString(), structured))
        {
            _ = text.Append(text.Length > 0 ? "\n" : "").Append(structured.GetRawText());
        }

        // A carriage return would write over what stands before it on a terminal.
        var all = Printable.Text(text.ToString().ReplaceLineEndings("\n"));
        return result.IsError == true
            ? ToolOutcome.Error(all.Length > 0 ? all : "the server reports a failure and no reason")
            : new ToolOutcome(all.Length > 0 ? all : "(no content)") { Images = images };
    }

    // Servers repeat structured content as text for clients that don't know it.
    private static bool Holds(string text, JsonElement structured) =>
        ForeignJson.ParseOrNull(text) is { } same && JsonElement.DeepEquals(same, structured);

    private static string Image(ImageContentBlock image, long maxBytes, List<ToolImage> images)
    {
        var type = Printable.Line(image.MimeType ?? "", 60);
        var size = image.Data.Length;
        var why = maxBytes == 0 ? "this Agent has no vision"
            : !ImageTypes.Contains(image.MimeType, StringComparer.Ordinal) ? $"only {string.Join(", ", ImageTypes)} are"
            : size > maxBytes ? $"it is larger than {maxBytes} bytes"
            : !Base64.IsValid(image.Data.Span) ? "it is no base64"
            : images.Count >= MaxImages ? $"{MaxImages} images are shown of one result"
            : null;
        if (why is not null)
        {
            return $"[image {type}, {size} bytes of base64: not shown, {why}]";
        }

        images.Add(new ToolImage(image.MimeType!, Encoding.ASCII.GetString(image.Data.Span)));
        return $"[image {type}, {size} bytes of base64]";
    }
}
