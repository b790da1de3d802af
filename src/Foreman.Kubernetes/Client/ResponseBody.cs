using System.Buffers;

namespace Foreman.Kubernetes;

/// <summary>
/// A response body in memory: one buffer as long as it is small or announced, which is read about twice as fast as a stream; beyond
/// that pieces, because doubling one buffer takes up to three times the body. Dispose returns the buffers to the pool.
/// </summary>
internal sealed class ResponseBody : IDisposable
{
    /// <summary>Size of a piece, and most bytes of a buffer that the pool would keep.</summary>
    private const int PieceSize = 1024 * 1024;

    private const int InitialSize = 16 * 1024;

    private readonly List<byte[]> _full = [];
    private byte[] _buffer;
    private int _filled;

    private ResponseBody(int announced) => _buffer = Take(announced);

    /// <summary>All bytes; one segment where they lie in one buffer.</summary>
    public ReadOnlySequence<byte> Content => _full.Count == 0 ? new(_buffer, 0, _filled) : Piece.Join(_full, _buffer.AsMemory(0, _filled));

    /// <summary>All bytes in one buffer: a copy if they lie in several.</summary>
    public ReadOnlySpan<byte> Bytes => _full.Count == 0 ? _buffer.AsSpan(0, _filled) : Content.ToArray();

    /// <summary>Reads up to the end of the body or to the limit in bytes.</summary>
    public static async Task<ResponseBody> ReadAsync(OpenCall call, int limit, CancellationToken cancellationToken)
    {
        var content = call.Response.Content;
        // One byte more than Content-Length, so that the end is seen without growing the buffer.
        var announced = content.Headers.ContentLength is { } length ? (int)Math.Min(length + 1, limit) : InitialSize;
        var body = new ResponseBody(announced);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            call.Metrics.BytesReceived(await body.FillAsync(stream, limit, cancellationToken).ConfigureAwait(false));
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var piece in _full)
        {
            Return(piece);
        }

        _full.Clear();
        Return(_buffer);
        _buffer = [];
        _filled = 0;
    }

    private async Task<int> FillAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var total = 0;
        while (total < limit)
        {
            if (_filled == _buffer.Length)
            {
                Grow();
            }

            var room = _buffer.AsMemory(_filled, Math.Min(_buffer.Length - _filled, limit - total));
            var read = await stream.ReadAsync(room, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            _filled += read;
            total += read;
        }

        return total;
    }

    private void Grow()
    {
        if (_buffer.Length >= PieceSize)
        {
            _full.Add(_buffer);
            _buffer = Take(PieceSize);
            _filled = 0;
            return;
        }

        var larger = Take(Math.Min(_buffer.Length * 2, PieceSize));
        _buffer.CopyTo(larger, 0);
        Return(_buffer);
        _buffer = larger;
    }

    private static byte[] Take(int length) =>
        length <= PieceSize ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    // The pool would hold a larger one until the process ends.
    private static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= PieceSize)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Join(List<byte[]> full, ReadOnlyMemory<byte> last)
        {
            var first = new Piece { Memory = full[0] };
            var end = first;
            for (var i = 1; i < full.Count; i++)
            {
                end = end.Follow(full[i]);
            }

            end = end.Follow(last);
            return new(first, 0, end, last.Length);
        }

        private Piece Follow(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece { Memory = memory, RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
