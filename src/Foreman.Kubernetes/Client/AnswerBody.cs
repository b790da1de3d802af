using System.Buffers;

namespace Foreman.Kubernetes;

/// <summary>
/// The body of an answer in one piece of memory, which is read about twice as fast as a stream. The memory is lent; dispose
/// gives it back.
/// </summary>
internal readonly struct AnswerBody : IDisposable
{
    /// <summary>Larger bodies get memory of their own: the pool would keep it for the rest of the program's life.</summary>
    private const int LargestPooled = 1024 * 1024;

    private const int FirstGuess = 16 * 1024;

    private readonly byte[] _buffer;
    private readonly int _length;
    private readonly bool _pooled;

    private AnswerBody(byte[] buffer, int length, bool pooled)
    {
        _buffer = buffer;
        _length = length;
        _pooled = pooled;
    }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads to the end, or to a limit beyond which nothing is of interest.</summary>
    public static async Task<AnswerBody> ReadAsync(OpenCall call, int limit, CancellationToken cancellationToken)
    {
        var content = call.Response.Content;
        // One byte more than announced, so that the end is met without a larger buffer.
        var announced = content.Headers.ContentLength is { } length ? (int)Math.Min(length + 1, limit) : FirstGuess;
        var buffer = Take(announced, out var pooled);
        var filled = 0;
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false)) > 0)
            {
                filled += read;
                if (filled >= limit)
                {
                    filled = limit;
                    break;
                }

                if (filled == buffer.Length)
                {
                    Grow(ref buffer, ref pooled, limit);
                }
            }
        }
        catch
        {
            Return(buffer, pooled);
            throw;
        }

        call.Measure.Received(filled);
        return new(buffer, filled, pooled);
    }

    public void Dispose() => Return(_buffer, _pooled);

    private static void Grow(ref byte[] buffer, ref bool pooled, int limit)
    {
        var larger = Take((int)Math.Min((long)buffer.Length * 2, limit), out var largerPooled);
        buffer.CopyTo(larger, 0);
        Return(buffer, pooled);
        buffer = larger;
        pooled = largerPooled;
    }

    private static byte[] Take(int length, out bool pooled)
    {
        pooled = length <= LargestPooled;
        return pooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);
    }

    private static void Return(byte[] buffer, bool pooled)
    {
        if (pooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
