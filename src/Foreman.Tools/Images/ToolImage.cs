using System.Globalization;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Images;

/// <summary>An image whose header was read and that is within the bounds of its run.</summary>
/// <param name="MediaType">image/png, image/jpeg, image/webp or image/gif, by its first bytes.</param>
/// <param name="Width">In pixels, from 1.</param>
/// <param name="Height">In pixels, from 1.</param>
/// <param name="Content">The file as it is.</param>
public sealed record ToolImage(string MediaType, int Width, int Height, byte[] Content)
{
    /// <summary>No side is longer, in pixels: a small file may unpack to a picture that takes a model server's memory.</summary>
    internal const int MaxSide = 8192;

    /// <summary>No picture has more pixels.</summary>
    internal const long MaxPixels = 1L << 25;

    /// <summary>Path in the workspace; null for an image of a tool's result.</summary>
    public string? Name { get; init; }

    /// <summary>Bytes of it as base64, which is what is sent.</summary>
    public long Base64Bytes => Base64Size(Content.Length);

    /// <summary>Takes an image, if it is one and within the bounds.</summary>
    /// <param name="content">Any bytes.</param>
    /// <param name="maxBase64Bytes">The most bytes of it as base64.</param>
    /// <returns>The image, or why it is none that can be sent.</returns>
    internal static (ToolImage? Image, string? Problem) Of(byte[] content, long maxBase64Bytes)
    {
        if (Base64Size(content.Length) > maxBase64Bytes)
        {
            return (null, TooLarge(content.Length, maxBase64Bytes));
        }

        if (ImageHeader.Read(content) is not { } header)
        {
            return (null, $"it is no {ImageHeader.Formats}, or its header is damaged");
        }

        return header.Width <= MaxSide && header.Height <= MaxSide && (long)header.Width * header.Height <= MaxPixels
            ? (new ToolImage(header.MediaType, header.Width, header.Height, content), null)
            : (null, string.Create(CultureInfo.InvariantCulture, $"it has {header.Width} x {header.Height} pixels; at most {MaxSide} a side and {MaxPixels} in all are sent"));
    }

    /// <summary>Reads the images of a task from its workspace.</summary>
    /// <param name="workspace">The run's files.</param>
    /// <param name="paths">Relative to the workspace.</param>
    /// <param name="limits">The bounds of the run.</param>
    /// <returns>All of them in order, or what is wrong with the first that can't be sent, by the field's name.</returns>
    public static (IReadOnlyList<ToolImage> Images, string? Problem) ReadAll(Workspace workspace, IReadOnlyList<string> paths, ImageLimits limits)
    {
        if (paths.Count > limits.MaxImages)
        {
            return ([], string.Create(CultureInfo.InvariantCulture, $"spec.payload.images names {paths.Count} images; the Agent sends at most {limits.MaxImages} (spec.vision.maxImages)"));
        }

        var images = new List<ToolImage>();
        foreach (var (index, path) in paths.Index())
        {
            var (image, problem) = Read(workspace, path, limits);
            problem ??= images.Sum(i => i.Base64Bytes) + image!.Base64Bytes > ImageLimits.MaxTotalBase64Bytes
                ? $"with it the images have more than {ImageLimits.MaxTotalBase64Bytes} bytes of base64 in all"
                : null;
            if (problem is not null)
            {
                return ([], string.Create(CultureInfo.InvariantCulture, $"spec.payload.images[{index}] `{Printable.Line(path, 200)}` can't be sent: {problem}"));
            }

            images.Add(image! with { Name = path });
        }

        return (images, null);
    }

    private static (ToolImage? Image, string? Problem) Read(Workspace workspace, string path, ImageLimits limits)
    {
        try
        {
            using var file = workspace.OpenRead(WorkspacePath.Parse(path));
            var size = PosixFile.Inspect(file).Size;
            return Base64Size(size) > limits.MaxImageBytes
                ? (null, TooLarge(size, limits.MaxImageBytes))
                : Of(workspace.Read(WorkspacePath.Parse(path), (int)size), limits.MaxImageBytes);
        }
        catch (WorkspaceException e)
        {
            return (null, e.Message);
        }
    }

    private static string TooLarge(long bytes, long most) =>
        string.Create(CultureInfo.InvariantCulture, $"it has {Base64Size(bytes)} bytes as base64; at most {most} are sent (spec.vision.maxImageBytes)");

    private static long Base64Size(long bytes) => (bytes + 2) / 3 * 4;
}
