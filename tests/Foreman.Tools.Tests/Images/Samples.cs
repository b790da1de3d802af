using System.Buffers.Binary;

namespace Foreman.Tools.Tests.Images;

/// <summary>Pictures of one pixel.</summary>
internal static class Samples
{
    internal const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    internal const string Gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    /// <summary>A PNG whose header names another size.</summary>
    internal static byte[] PngOf(uint width, uint height)
    {
        var png = Convert.FromBase64String(Png);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), height);
        return png;
    }
}
