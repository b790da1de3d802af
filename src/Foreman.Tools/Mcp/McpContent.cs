using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Foreman.Primitives;
using Foreman.Tools.Images;
using ModelContextProtocol.Protocol;

namespace Foreman.Tools.Mcp;

/// <summary>Makes of a server's result what the model reads. Pure.</summary>
internal static class McpContent
{
    /// <summary>The outcome of a call.</summary>
    /// <param name="result">As it came: foreign text.</param>
    /// <param name="limits">The bounds of images that are handed on; null names images only.</param>
    internal static ToolOutcome Read(CallToolResult result, ImageLimits? limits)
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
                ImageContentBlock image => Image(image, limits, images),
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

    // The type that a server names is not trusted: the first bytes tell it.
    private static string Image(ImageContentBlock block, ImageLimits? limits, List<ToolImage> images)
    {
        var (image, why) = limits is null ? (null, "this Agent has no vision")
            : images.Count >= limits.MaxImages ? (null, string.Create(CultureInfo.InvariantCulture, $"at most {limits.MaxImages} images are shown (spec.vision.maxImages)"))
            : block.Data.Length > limits.MaxImageBytes ? (null, string.Create(CultureInfo.InvariantCulture, $"it is larger than {limits.MaxImageBytes} bytes of base64 (spec.vision.maxImageBytes)"))
            : Decoded(block.Data.Span) is { } content ? ToolImage.Of(content, limits.MaxImageBytes)
            : (null, "it is no base64");
        if (image is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"[image {Printable.Line(block.MimeType ?? "", 60)}, {block.Data.Length} bytes of base64: not shown, {why}]");
        }

        images.Add(image);

        // The hash tells two pictures of the same size apart where only texts are compared.
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[image {images.Count}: {image.MediaType}, {image.Width} x {image.Height} pixels, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(image.Content))[..12]}]");
    }

    private static byte[]? Decoded(ReadOnlySpan<byte> base64)
    {
        if (!Base64.IsValid(base64, out var length))
        {
            return null;
        }

        var content = new byte[length];
        return Base64.DecodeFromUtf8(base64, content, out _, out var written) is OperationStatus.Done && written == length ? content : null;
    }
}
