using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class ImageCostTests
{
    [Theory]
    [InlineData(1, 1, 256)]
    [InlineData(448, 448, 256)]
    [InlineData(640, 480, 414)]
    [InlineData(1920, 1080, 2691)]
    [InlineData(8192, 4096, 4096)]
    [InlineData(int.MaxValue, int.MaxValue, 4096)]
    public void An_image_counts_by_its_pixels_within_bounds(int width, int height, int tokens) =>
        Assert.Equal(tokens, ImageCost.TokensOf(new SentImage { Width = width, Height = height }));

    [Fact]
    public void The_bytes_of_its_file_say_nothing_of_what_is_read()
    {
        var image = new SentImage { Width = 448, Height = 448, Bytes = new byte[3000] };

        Assert.Equal((768, 4000, 3232), (ImageCost.WeightOf(image), ImageCost.Base64BytesOf(image), ImageCost.BytesBeyondTokens(image)));
    }
}
