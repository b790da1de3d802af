using System.Text;

namespace Foreman.Primitives.Tests.Streams;

public sealed class BoundedEventStreamTests
{
    [Fact]
    public async Task Events_within_the_bound_pass_however_many_there_are()
    {
        var text = string.Concat(Enumerable.Repeat("data: 1234567890\n\n", 100));

        Assert.Equal(text, await ReadAsync(text, 20));
    }

    [Theory]
    [InlineData("data: 12345678901234567890\n\n")]
    [InlineData("data: 1\ndata: 2\ndata: 3\n")]
    [InlineData("data: 1\r\ndata: 2\r\ndata: 3\r\n")]
    public async Task An_event_over_the_bound_ends_the_reading(string text) =>
        await Assert.ThrowsAsync<EventTooLargeException>(() => ReadAsync("data: 1\n\n" + text, 20));

    [Fact]
    public async Task Every_arrival_is_a_sign_of_life_and_the_last_bytes_are_kept()
    {
        var arrivals = 0;
        var text = new string('x', 5000) + "\n\nend";
        using var inner = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await using var stream = new BoundedEventStream(inner, 10_000, () => arrivals++);
        var buffer = new byte[1000];
        while (await stream.ReadAsync(buffer) > 0)
        {
        }

        Assert.Equal(6, arrivals);
        Assert.Equal(text[^4096..], Encoding.UTF8.GetString(stream.Tail()));
    }

    private static async Task<string> ReadAsync(string text, int maxEventBytes)
    {
        using var inner = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await using var stream = new BoundedEventStream(inner, maxEventBytes, () => { });
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
