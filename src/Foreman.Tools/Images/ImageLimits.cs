using Foreman.Api;

namespace Foreman.Tools.Images;

/// <summary>The bounds of the images in a run's conversation.</summary>
/// <param name="MaxImageBytes">The most bytes of one image as base64, 1 to <see cref="MaxTotalBase64Bytes"/>.</param>
/// <param name="MaxImages">The most images that a request carries, 1 to <see cref="MostImages"/>.</param>
public sealed record ImageLimits(long MaxImageBytes, int MaxImages)
{
    /// <summary>All images of a conversation have at most so many bytes of base64: request and transcript must fit the memory of a small host.</summary>
    public const long MaxTotalBase64Bytes = 16L << 20;

    private const long DefaultImageBytes = 4L << 20;
    private const int DefaultImages = 4;
    private const int MostImages = 64;

    /// <summary>The bounds that an Agent sets.</summary>
    /// <param name="vision">Its spec.vision.</param>
    /// <returns>Null when it has no vision.</returns>
    public static ImageLimits? Of(AgentVision? vision) => vision?.Enabled != true ? null : new ImageLimits(
        Math.Min(vision.MaxImageBytes is > 0 and var bytes ? bytes : DefaultImageBytes, MaxTotalBase64Bytes),
        Math.Min(vision.MaxImages is > 0 and var images ? images : DefaultImages, MostImages));
}
