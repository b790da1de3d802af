using System.Text;
using Foreman.Testing;
using Foreman.Tools.Files;

namespace Foreman.Tools.Tests.Files;

/// <summary>The lines are those of the file, whatever its size and wherever reads happen to end.</summary>
[Trait("Kind", "3")]
public sealed class LineReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_line_is_read_once_and_cut_where_it_is_too_long(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var most = random.Next(4, 300);
            var lines = Enumerable.Range(0, random.Next(1, 400)).Select(_ => new string((char)random.Next('a', 'e'), random.Next(20) == 0 ? random.Next(200_000) : random.Next(400))).ToArray();
            var ends = lines.Select(_ => random.Next(2) == 0 ? "\n" : "\r\n").ToArray();
            var path = _folder.Write("a.txt", string.Concat(lines.Zip(ends, (line, end) => line + end)));

            Assert.Equal(
                lines.Select((line, i) => (i + 1L, line[..Math.Min(line.Length, most)], line.Length > most)),
                Read(path, most).Select(l => (l.Number, l.Text.TrimEnd('\r'), l.IsCut && lines[l.Number - 1].Length > most)));
        }
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\n", new[] { "" })]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\nb", new[] { "a", "b" })]
    [InlineData("a\r\n\r\nb\r\n", new[] { "a", "", "b" })]
    [InlineData("a\rb\n", new[] { "a\rb" })]
    public void A_line_end_at_the_end_starts_no_further_line(string content, string[] lines) =>
        Assert.Equal(lines, Read(_folder.Write("a.txt", content), 100).Select(l => l.Text));

    [Fact]
    public void Nothing_is_read_behind_a_NUL()
    {
        var path = _folder.Write("a.txt", "one\n\0");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(10L << 30);
        }

        using var handle = File.OpenHandle(path);
        var reader = new LineReader(handle, 100, ToolHarness.Unlimited);
        while (reader.Next())
        {
        }

        Assert.True(reader is { SawNul: true, StoppedEarly: true, Position: < 1 << 20 });
    }

    [Fact]
    public void A_line_without_end_is_left_in_the_middle()
    {
        var (path, part) = (_folder["a.txt"], Enumerable.Repeat((byte)'a', 1 << 20).ToArray());
        using (var file = File.Create(path))
        {
            for (var length = 0; length <= LineReader.MaxSkippedBytes; length += part.Length)
            {
                file.Write(part);
            }

            file.Write("\nnext\n"u8);
        }

        using var handle = File.OpenHandle(path);
        var reader = new LineReader(handle, 100, ToolHarness.Unlimited);

        Assert.True(reader.Next());
        Assert.Equal((true, 100), (reader.IsCut, reader.Line.Length));
        Assert.False(reader.Next());
        Assert.True(reader.StoppedEarly);
    }

    private static List<(long Number, string Text, bool IsCut)> Read(string path, int most)
    {
        using var file = File.OpenHandle(path);
        var reader = new LineReader(file, most, ToolHarness.Unlimited);
        var lines = new List<(long, string, bool)>();
        while (reader.Next())
        {
            lines.Add((reader.Number, Encoding.UTF8.GetString(reader.Line), reader.IsCut));
        }

        return lines;
    }
}
