using Foreman.Api;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// What an image counts against the context window: a token for each square of 28 pixels, within bounds that hold the models of
/// today, until the server has counted the prompt itself. Pure.
/// </summary>
internal static class ImageCost
{
    /// <summary>No image counts less: models that see scale small ones up.</summary>
    internal const int MinTokens = 256;

    /// <summary>No image counts more: models that see scale large ones down.</summary>
    internal const int MaxTokens = 4096;

    private const int PatchPixels = 28;

    /// <summary>Bytes of text that are read as fast as a token of an image.</summary>
    private const int BytesPerToken = 3;

    /// <summary>Tokens of an image.</summary>
    internal static int TokensOf(SentImage image)
    {
        var patches = Patches(image.Width) * Patches(image.Height);
        return (int)Math.Clamp(patches, MinTokens, MaxTokens);
    }

    /// <summary>What an image weighs beside texts, in bytes: its file says nothing of what a model reads.</summary>
    internal static long WeightOf(SentImage image) => (long)TokensOf(image) * BytesPerToken;

    /// <summary>Bytes of an image as base64.</summary>
    internal static long Base64BytesOf(SentImage image) => ((image.Bytes?.Length ?? 0) + 2L) / 3 * 4;

    /// <summary>Bytes of a request that an image has beyond what its tokens weigh; may be less than 0.</summary>
    internal static long BytesBeyondTokens(SentImage image) => Base64BytesOf(image) - WeightOf(image);

    private static long Patches(int pixels) => (Math.Max(pixels, 1) + PatchPixels - 1L) / PatchPixels;
}
