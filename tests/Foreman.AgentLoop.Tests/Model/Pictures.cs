using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Model;

/// <summary>Pictures of one pixel.</summary>
internal static class Pictures
{
    internal const string PngBase64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    internal const string GifBase64 = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    internal static byte[] PngBytes => Convert.FromBase64String(PngBase64);

    internal static SentImage Png { get; } = new() { MediaType = "image/png", Width = 1, Height = 1, Bytes = PngBytes };

    internal static SentImage Gif { get; } = new() { MediaType = "image/gif", Width = 1, Height = 1, Bytes = Convert.FromBase64String(GifBase64) };
}
