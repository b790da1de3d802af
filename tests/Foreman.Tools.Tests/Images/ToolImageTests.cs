using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Images;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Images;

public sealed class ToolImageTests : IDisposable
{
    private static readonly ImageLimits Default = ImageLimits.Of(new AgentVision { Enabled = true })!;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_images_of_a_task_are_read_in_their_order_with_what_their_headers_say()
    {
        File.WriteAllBytes(_folder["a.bin"], Samples.PngOf(640, 480));
        Directory.CreateDirectory(_folder["in"]);
        File.WriteAllBytes(_folder["in/b.png"], Convert.FromBase64String(Samples.Gif));

        var (images, problem) = Read(Default, "in/b.png", "a.bin");

        Assert.Null(problem);
        Assert.Equal([("in/b.png", "image/gif", 1, 1), ("a.bin", "image/png", 640, 480)], images.Select(i => (i.Name!, i.MediaType, i.Width, i.Height)));
        Assert.Equal(Samples.PngOf(640, 480), images[1].Content);
    }

    [Theory]
    [InlineData("gone.png", "does not exist")]
    [InlineData("text.png", "it is no PNG, JPEG, WebP or GIF, or its header is damaged")]
    [InlineData("huge.png", "it has 8193 x 1 pixels; at most 8192 a side and 33554432 in all are sent")]
    [InlineData("wide.png", "it has 8192 x 4097 pixels")]
    [InlineData("folder", "is a directory")]
    [InlineData("link.png", "is a symbolic link")]
    [InlineData("../a.png", "uses `..`")]
    [InlineData("/etc/passwd", "is not inside the workspace")]
    public void An_image_that_can_not_be_sent_is_named_with_its_field(string path, string why)
    {
        File.WriteAllBytes(_folder["a.png"], Samples.PngOf(8192, 4096));
        File.WriteAllBytes(_folder["huge.png"], Samples.PngOf(8193, 1));
        File.WriteAllBytes(_folder["wide.png"], Samples.PngOf(8192, 4097));
        File.WriteAllText(_folder["text.png"], "no picture");
        Directory.CreateDirectory(_folder["folder"]);
        File.CreateSymbolicLink(_folder["link.png"], _folder["a.png"]);

        var (images, problem) = Read(Default, "a.png", path);

        Assert.Empty(images);
        Assert.StartsWith($"spec.payload.images[1] `{path}` can't be sent: ", problem, StringComparison.Ordinal);
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_and_number_are_bounded_by_the_Agent()
    {
        File.WriteAllBytes(_folder["a.png"], [.. Samples.PngOf(1, 1), .. new byte[300 - 70]]);
        Assert.Equal(300, new FileInfo(_folder["a.png"]).Length);

        Assert.Null(Read(new ImageLimits(400, 1), "a.png").Problem);
        Assert.Contains("it has 400 bytes as base64; at most 399 are sent (spec.vision.maxImageBytes)", Read(new ImageLimits(399, 1), "a.png").Problem, StringComparison.Ordinal);
        Assert.Equal("spec.payload.images names 2 images; the Agent sends at most 1 (spec.vision.maxImages)", Read(new ImageLimits(400, 1), "a.png", "a.png").Problem);
    }

    [Fact]
    public void All_images_together_are_bounded()
    {
        var bytes = new byte[5 << 20];
        Samples.PngOf(1, 1).CopyTo(bytes, 0);
        File.WriteAllBytes(_folder["a.png"], bytes);

        var limits = new ImageLimits(ImageLimits.MaxTotalBase64Bytes, 9);

        Assert.Equal(2, Read(limits, "a.png", "a.png").Images.Count);
        Assert.Contains("spec.payload.images[2] `a.png` can't be sent: with it the images have more than 16777216 bytes of base64 in all", Read(limits, "a.png", "a.png", "a.png").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_read()
    {
        using (var file = File.Create(_folder["sparse.png"]))
        {
            file.SetLength(1L << 40);
        }

        Assert.Contains("1466015503704 bytes as base64", Read(Default, "sparse.png").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_have_their_defaults_and_their_bounds()
    {
        Assert.Null(ImageLimits.Of(null));
        Assert.Null(ImageLimits.Of(new AgentVision { MaxImages = 3 }));
        Assert.Equal(new ImageLimits(4 << 20, 4), ImageLimits.Of(new AgentVision { Enabled = true, MaxImages = 0, MaxImageBytes = 0 }));
        Assert.Equal(new ImageLimits(16 << 20, 64), ImageLimits.Of(new AgentVision { Enabled = true, MaxImages = 1000, MaxImageBytes = long.MaxValue }));
        Assert.Equal(new ImageLimits(1000, 2), ImageLimits.Of(new AgentVision { Enabled = true, MaxImages = 2, MaxImageBytes = 1000 }));
    }

    private (IReadOnlyList<ToolImage> Images, string? Problem) Read(ImageLimits limits, params string[] paths)
    {
        using var workspace = Workspace.Open(_folder.Path);
        return ToolImage.ReadAll(workspace, paths, limits);
    }
}
