using System.Security.Cryptography;
using System.Text;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Runner.RunLogs;

namespace Foreman.Runner.Tests.RunLogs;

[Trait("Kind", "4")]
public sealed class ContentPartsTests
{
    [Theory]
    [InlineData("€")]
    [InlineData("😀é漢x")]
    public void Text_is_cut_between_characters_and_its_parts_are_the_whole(string piece)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 100_000)));

        var parts = ContentParts.Of(Content(bytes)).ToList();

        Assert.All(parts, p => Assert.DoesNotContain('\ufffd', p.Content!));
        Assert.All(parts, p => Assert.InRange(Encoding.UTF8.GetByteCount(p.Content!), 1, ContentParts.MaxBytes));
        Assert.Equal(bytes, Encoding.UTF8.GetBytes(string.Concat(parts.Select(p => p.Content))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Bytes_of_any_kind_are_the_whole_again(int seed)
    {
        var random = new Random(seed);
        foreach (var length in (int[])[1, ContentParts.MaxBytes - 1, ContentParts.MaxBytes, ContentParts.MaxBytes + 1, 300_000])
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);

            var parts = ContentParts.Of(Content(bytes)).ToList();

            Assert.Equal(bytes, parts.SelectMany(p => p.Bytes ?? Encoding.UTF8.GetBytes(p.Content!)));
            Assert.Equal(0, parts[0].Offset);
        }
    }

    private static SideContent Content(byte[] bytes) => new(new ContentRef(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length), bytes);
}
