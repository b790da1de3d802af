using System.Text;
using Foreman.Tools.Images;
using Foreman.Tools.Mcp;
using Foreman.Tools.Tests.Images;
using ModelContextProtocol.Protocol;

namespace Foreman.Tools.Tests.Mcp;

public sealed class McpContentTests
{
    private static readonly ImageLimits Limits = new(1000, 2);

    [Fact]
    public void The_first_bytes_tell_the_type_of_an_image_and_not_its_server()
    {
        var outcome = Read(Limits, Image(Samples.Png, "text/html"));

        var image = Assert.Single(outcome.Images);
        Assert.Equal(("image/png", 1, 1), (image.MediaType, image.Width, image.Height));
        Assert.Equal(Convert.FromBase64String(Samples.Png), image.Content);
        Assert.Matches("^\\[image 1: image/png, 1 x 1 pixels, SHA-256 [0-9a-f]{12}\\]$", outcome.Text);
    }

    [Fact]
    public void Two_pictures_of_one_size_have_different_texts() =>
        Assert.NotEqual(Read(Limits, Image(Samples.Png)).Text, Read(Limits, Image(Convert.ToBase64String([.. Convert.FromBase64String(Samples.Png), 0]))).Text);

    [Theory]
    [InlineData("bm8gcGljdHVyZQ==", "it is no PNG, JPEG, WebP or GIF, or its header is damaged")]
    [InlineData("no base64!", "it is no base64")]
    [InlineData("", "it is no PNG")]
    public void What_is_no_image_is_named_only(string data, string why)
    {
        var outcome = Read(Limits, Image(data));

        Assert.Empty(outcome.Images);
        Assert.StartsWith($"[image image/png, {data.Length} bytes of base64: not shown, {why}", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_number_and_pixels_are_bounded()
    {
        var large = Convert.ToBase64String([.. Convert.FromBase64String(Samples.Png), .. new byte[1000]]);
        var wild = Convert.ToBase64String(Samples.PngOf(9000, 9000));

        var outcome = Read(Limits, Image(Samples.Gif), Image(large), Image(wild), Image(Samples.Png), Image(Samples.Gif));

        Assert.Equal(["image/gif", "image/png"], outcome.Images.Select(i => i.MediaType));
        var lines = outcome.Text.Split('\n');
        Assert.Contains("it is larger than 1000 bytes of base64 (spec.vision.maxImageBytes)", lines[1], StringComparison.Ordinal);
        Assert.Contains("it has 9000 x 9000 pixels", lines[2], StringComparison.Ordinal);
        Assert.Contains("at most 2 images are shown (spec.vision.maxImages)", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_vision_an_image_is_named_only()
    {
        var outcome = Read(null, Image(Samples.Png));

        Assert.Empty(outcome.Images);
        Assert.Equal($"[image image/png, {Samples.Png.Length} bytes of base64: not shown, this Agent has no vision]", outcome.Text);
    }

    private static ToolOutcome Read(ImageLimits? limits, params ContentBlock[] content) => McpContent.Read(new CallToolResult { Content = [.. content] }, limits);

    private static ImageContentBlock Image(string base64, string type = "image/png") => new() { Data = Encoding.ASCII.GetBytes(base64), MimeType = type };
}
