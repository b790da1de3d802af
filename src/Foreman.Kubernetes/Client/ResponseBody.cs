using System.Buffers;

namespace Foreman.Kubernetes;

/// <summary>
/// A response body read into one buffer, which is about twice as fast as a stream. Dispose returns the buffer to the pool.
/// </summary>
internal readonly struct ResponseBody : IDisposable
{
    /// <summary>Larger bodies are not pooled: the pool would hold their memory until the process ends.</summary>
    private const int MaxPooledSize = 1024 * 1024;

    private const int InitialSize = 16 * 1024;

    private readonly byte[] _buffer;
    private readonly int _length;
    private readonly bool _pooled;

    private ResponseBody(byte[] buffer, int length, bool pooled)
    {
        _buffer = buffer;
        _length = length;
        _pooled = pooled;
    }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads up to the end of the body or to the limit in bytes.</summary>
    public static async Task<ResponseBody> ReadAsync(OpenCall call, int limit, CancellationToken cancellationToken)
    {
        var content = call.Response.Content;
        // One byte more than Content-Length, so that the end is seen without growing the buffer.
        var announced = content.Headers.ContentLength is { } length ? (int)Math.Min(length + 1, limit) : InitialSize;
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

        call.Metrics.BytesReceived(filled);
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
        pooled = length <= MaxPooledSize;
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
