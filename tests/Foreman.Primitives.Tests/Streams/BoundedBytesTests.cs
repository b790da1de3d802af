namespace Foreman.Primitives.Tests.Streams;

public class BoundedBytesTests
{
    [Theory]
    [InlineData(0, 10, 0, false)]
    [InlineData(9, 10, 9, false)]
    [InlineData(10, 10, 10, false)]
    [InlineData(11, 10, 10, true)]
    [InlineData(100_000, 40_000, 40_000, true)]
    public async Task So_many_bytes_are_kept_and_no_more(int there, int max, int kept, bool isCut)
    {
        var all = new byte[there];
        new Random(1).NextBytes(all);

        var (bytes, wasCut) = await BoundedBytes.ReadAsync(new MemoryStream(all), max, null, CancellationToken.None);

        Assert.Equal(all[..kept], bytes);
        Assert.Equal(isCut, wasCut);
    }

    [Fact]
    public async Task A_stream_without_an_end_is_left_at_the_bound()
    {
        var stream = new Endless();
        var told = 0;

        var (bytes, isCut) = await BoundedBytes.ReadAsync(stream, 100_000, () => told++, CancellationToken.None);

        Assert.Equal((100_000, true), (bytes.Length, isCut));
        Assert.InRange(stream.Reads, 2, 10);
        Assert.Equal(stream.Reads, told);
    }

    private sealed class Endless : MemoryStream
    {
        internal int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            return new(buffer.Length);
        }
    }
}
