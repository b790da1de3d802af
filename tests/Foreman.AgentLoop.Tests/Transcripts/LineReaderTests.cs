using System.Text;
using Foreman.AgentLoop.Transcripts;

namespace Foreman.AgentLoop.Tests.Transcripts;

[Trait("Kind", "4")]
public sealed class LineReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Lines_of_any_length_come_whole_whatever_the_pieces_that_the_file_gives(int seed)
    {
        var random = new Random(seed);
        var lines = Enumerable.Range(0, 200).Select(_ => new string((char)random.Next('a', 'z'), random.Next(0, 3000))).ToList();
        using var file = new Pieces(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\ntorn"), random);
        using var reader = new LineReader("t", file, 3000, 16);

        var read = new List<string>();
        while (await reader.NextAsync(CancellationToken.None) is { } line)
        {
            read.Add(Encoding.UTF8.GetString(line.Span));
        }

        Assert.Equal(lines, read);
    }

    [Fact]
    public async Task A_line_over_the_bound_is_named_before_it_is_read_whole()
    {
        using var file = new Pieces(Encoding.UTF8.GetBytes("a\n" + new string('x', 1_000_000)), new Random(1));
        using var reader = new LineReader("t", file, 3000, 16);
        await reader.NextAsync(CancellationToken.None);

        var e = await Assert.ThrowsAsync<TranscriptException>(async () => await reader.NextAsync(CancellationToken.None));

        Assert.Contains("line 2", e.Message, StringComparison.Ordinal);
        Assert.InRange(file.Position, 3000, 100_000);
    }

    /// <summary>Gives as few bytes at a time as it likes.</summary>
    private sealed class Pieces(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 700))], cancellationToken);
    }
}
