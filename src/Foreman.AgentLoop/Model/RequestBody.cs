using System.Buffers;
using System.Net;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// The body of a request, in pieces that stay out of the heap of large objects: a conversation in one piece would go there at each
/// turn, and whatever fills that heap has all of the memory collected.
/// </summary>
internal sealed class RequestBody : IBufferWriter<byte>
{
    private const int FirstPieceBytes = 4 << 10;

    // The framework takes an object for large from 85,000 bytes on.
    private const int PieceBytes = 64 << 10;

    private readonly List<ReadOnlyMemory<byte>> _full = [];
    private byte[] _piece = [];
    private int _written;
    private long _before;

    /// <summary>Its bytes.</summary>
    internal long Length => _before + _written;

    /// <summary>Its pieces, in order.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Pieces => _full.Append(_piece.AsMemory(0, _written));

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_piece.Length - _written));
        _written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_piece.Length - _written < wanted)
        {
            var size = _piece.Length == 0 ? FirstPieceBytes : PieceBytes;
            if (_written > 0)
            {
                _full.Add(_piece.AsMemory(0, _written));
            }

            (_before, _piece, _written) = (Length, new byte[Math.Max(wanted, size)], 0);
        }

        return _piece.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>All of it in one piece.</summary>
    internal byte[] ToArray()
    {
        var (all, at) = (new byte[Length], 0);
        foreach (var piece in Pieces)
        {
            piece.CopyTo(all.AsMemory(at));
            at += piece.Length;
        }

        return all;
    }
}

/// <summary>Sends a body, with its length: few model servers take one that does not say how long it is.</summary>
/// <param name="body">It may be sent again on another connection.</param>
internal sealed class RequestContent(RequestBody body) : HttpContent
{
    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var piece in body.Pieces)
        {
            await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
