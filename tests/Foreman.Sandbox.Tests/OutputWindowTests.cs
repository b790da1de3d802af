using System.Text;

namespace Foreman.Sandbox.Tests;

public sealed class OutputWindowTests
{
    [Theory]
    [InlineData(4, "", "", "", 0)]
    [InlineData(4, "abc", "abc", "", 0)]
    [InlineData(4, "abcdefgh", "abcdefgh", "", 0)]
    [InlineData(4, "abcdefghi", "abcd", "fghi", 1)]
    [InlineData(1, "abc", "a", "c", 1)]
    public void The_beginning_and_the_end_are_kept(int kept, string text, string head, string tail, long leftOut)
    {
        var window = new OutputWindow(kept);
        window.Add(Encoding.ASCII.GetBytes(text));

        Assert.Equal((head, tail, leftOut), Parts(window));
    }

    [Fact]
    public void It_does_not_matter_in_which_pieces_a_stream_comes()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            var (whole, pieces) = (new OutputWindow(16), new OutputWindow(16));
            whole.Add(bytes);
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(random.Next(1, 50), bytes.Length - at);
                pieces.Add(bytes.AsSpan(at, length));
                at += length;
            }

            Assert.Equal(Parts(whole), Parts(pieces));
            Assert.Equal(bytes.Length <= 32 ? 0 : bytes.Length - 32, whole.Result().LeftOut);
        }
    }

    [Theory]
    [InlineData(8, "")]
    [InlineData(9, "abcdefghi")]
    [InlineData(40, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN")]
    public void A_stream_that_is_longer_than_what_is_kept_is_copied_whole(int length, string copied)
    {
        var text = Encoding.ASCII.GetBytes("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN")[..length];
        for (var piece = 1; piece <= 40; piece++)
        {
            var copy = new Copy();
            var window = new OutputWindow(4, copy);
            foreach (var part in text.Chunk(piece))
            {
                window.Add(part);
            }

            Assert.Equal(copied, Encoding.ASCII.GetString([.. copy.Bytes]));
        }
    }

    private sealed class Copy : IOutputCopy
    {
        public List<byte> Bytes { get; } = [];

        public void Write(ReadOnlySpan<byte> bytes) => Bytes.AddRange(bytes);
    }

    private static (string Head, string Tail, long LeftOut) Parts(OutputWindow window) =>
        (Encoding.Latin1.GetString(window.Result().Head.Span), Encoding.Latin1.GetString(window.Result().Tail.Span), window.Result().LeftOut);
}
