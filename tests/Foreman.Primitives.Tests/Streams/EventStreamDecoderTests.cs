using System.Text;

namespace Foreman.Primitives.Tests.Streams;

[Trait("Kind", "2")]
public sealed class EventStreamDecoderTests
{
    private const int Limit = 64;

    [Theory]
    [InlineData("data: a\n\ndata: b\n\n")]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n")]
    [InlineData("data: a\r\rdata: b\r\r")]
    [InlineData("\uFEFFdata: a\n\ndata: b\n\n")]
    [InlineData("data:a\n\n: a comment\n\ndata:b\n\n")]
    [InlineData("id: 1\ndata: a\nretry: x\nnonsense\n\ndata: b")]
    [InlineData(":\n\n\n\ndata: a\n\n\r\n\rdata: b\n")]
    public void Events_are_found_however_their_lines_end_and_wherever_they_are_split(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var size = 1; size <= bytes.Length; size++)
        {
            Assert.Equal([("", "a"), ("", "b")], Read(bytes, size));
        }
    }

    [Fact]
    public void The_lines_of_one_event_are_joined_and_its_type_is_told()
    {
        Assert.Equal([("ping", "1\n2"), ("", "")], Read("event: ping\ndata: 1\ndata: 2\n\nevent: nothing\n\ndata:\n\n"));
    }

    [Fact]
    public void What_stands_beside_the_standard_is_told_at_once()
    {
        Assert.Equal(
            [("", "a"), ("error", "{\"code\":500}"), (StreamedEvent.Bare, "{\"error\":\"x: y\"}"), (StreamedEvent.Bare, "<html>"), ("error", "boom")],
            Read("data: a\n\nerror: {\"code\":500}\n{\"error\":\"x: y\"}\n<html>\nevent: error\ndata: boom\n\n"));
    }

    [Fact]
    public void Torn_characters_and_nul_bytes_stay_as_they_are()
    {
        byte[] bytes = [.. "data: "u8, 0xF0, 0x9F, 0, .. "\n\ndata: b\n\n"u8];
        var decoder = new EventStreamDecoder(Limit);
        decoder.Add(bytes);

        Assert.True(decoder.TryRead(out var first));
        Assert.Equal([0xF0, 0x9F, 0], first.Data.ToArray());
        Assert.True(decoder.TryRead(out _));
        Assert.False(decoder.TryRead(out _));
    }

    [Fact]
    public void A_line_or_an_event_over_the_bound_is_refused()
    {
        var line = new EventStreamDecoder(Limit);
        Assert.Throws<ForeignTextException>(() => line.Add(new byte[Limit + 1]));

        var lines = new EventStreamDecoder(Limit);
        var half = Encoding.UTF8.GetBytes($"data: {new string('x', 40)}\n");
        lines.Add(half);
        Assert.Throws<ForeignTextException>(() => lines.Add(half));
    }

    [Fact]
    public void Many_small_events_are_no_large_one()
    {
        var decoder = new EventStreamDecoder(Limit);
        for (var i = 0; i < 1000; i++)
        {
            decoder.Add("data: x\r\r: comment\r"u8);
            Assert.True(decoder.TryRead(out _));
        }
    }

    private static List<(string Type, string Data)> Read(string text) => Read(Encoding.UTF8.GetBytes(text), 5);

    private static List<(string Type, string Data)> Read(byte[] bytes, int size)
    {
        var decoder = new EventStreamDecoder(128);
        var found = new List<(string, string)>();
        foreach (var part in bytes.Chunk(size))
        {
            decoder.Add(part);
            Drain();
        }

        decoder.End();
        Drain();
        return found;

        void Drain()
        {
            while (decoder.TryRead(out var item))
            {
                found.Add((item.Type, Encoding.UTF8.GetString(item.Data.Span)));
            }
        }
    }
}
