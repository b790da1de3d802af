using System.Buffers;
using System.Text.Json;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(300_000)]
    public async Task What_is_written_is_sent_in_order_and_with_its_length(int bytes)
    {
        var (expected, body) = (Enumerable.Range(0, bytes).Select(i => (byte)(i * 7)).ToArray(), new RequestBody());
        for (var at = 0; at < bytes; at += 1000)
        {
            body.Write(expected.AsSpan(at, Math.Min(1000, bytes - at)));
        }

        using var content = new RequestContent(body);
        Assert.Equal(bytes, content.Headers.ContentLength);
        Assert.Equal(expected, await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, body.ToArray());
    }

    [Fact]
    public void It_can_be_sent_again()
    {
        var body = new RequestBody();
        body.Write("once"u8);

        Assert.Equal(body.ToArray(), body.ToArray());
        Assert.Equal(4, body.Length);
    }

    [Fact]
    public void No_piece_of_a_long_conversation_is_a_large_object()
    {
        var messages = Enumerable.Range(0, 40).Select(i => ChatMessage.User(new string((char)('a' + (i % 26)), 20_000))).ToList();
        messages.Add(ChatMessage.User(string.Concat(Enumerable.Repeat("é\n\"\u0001😀", 20_000))));
        var body = ChatRequestWriter.Write(new ChatRequest { Model = "tiny", Messages = messages, MaxTokens = 1 }, new HashSet<string>());

        Assert.All(body.Pieces, p => Assert.InRange(p.Length, 1, 80_000));
        using var read = JsonDocument.Parse(body.ToArray());
        Assert.Equal(messages.Select(m => m.Content), read.RootElement.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()));
    }

    [Fact]
    public void More_than_was_asked_for_is_not_taken()
    {
        var body = new RequestBody();
        _ = body.GetMemory(8);

        Assert.Throws<ArgumentOutOfRangeException>(() => body.Advance(1 << 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => body.Advance(-1));
    }
}
