using System.Text;

namespace Foreman.Kubernetes.Tests;

public sealed class LogLinesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("one\n", new[] { "one" })]
    [InlineData("one\ntwo\r\n\nlast without an end", new[] { "one", "two", "", "last without an end" })]
    [InlineData("grüße\n日本\n", new[] { "grüße", "日本" })]
    public async Task Lines_come_without_their_ends_however_the_bytes_arrive(string log, string[] lines)
    {
        foreach (var size in new[] { 1, 2, 5, 4096 })
        {
            Assert.Equal(lines, await ReadAsync(new Dripping(Encoding.UTF8.GetBytes(log), size)));
        }
    }

    [Fact]
    public async Task A_line_without_an_end_comes_in_pieces()
    {
        var log = new byte[(2 * LogLines.MaxLineBytes) + 7];
        Array.Fill(log, (byte)'x');

        var lines = await ReadAsync(new MemoryStream(log));

        Assert.Equal([LogLines.MaxLineBytes, LogLines.MaxLineBytes, 7], lines.Select(l => l.Length));
    }

    private static async Task<List<string>> ReadAsync(Stream log)
    {
        var lines = new List<string>();
        await foreach (var line in LogLines.ReadAsync(log, CancellationToken.None))
        {
            lines.Add(line);
        }

        return lines;
    }

    private sealed class Dripping(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
