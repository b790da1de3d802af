using Foreman.Primitives;

namespace Foreman.Tools.Mcp;

/// <summary>Reads what a server sends and fails when it sends more than a bound: at all, or in one line.</summary>
/// <param name="inner">The source; disposed of with this.</param>
/// <param name="maxBytes">Most bytes, from 1.</param>
/// <param name="perLine">True when the bound is for each line and not for the whole.</param>
internal sealed class BoundedStream(Stream inner, long maxBytes, bool perLine) : Stream
{
    private long _count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Counted(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Counted(buffer.Span[..count]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Counted(ReadOnlySpan<byte> read)
    {
        var end = perLine ? read.LastIndexOf((byte)'\n') : -1;
        if (_count + (end < 0 ? read.Length : read.IndexOf((byte)'\n')) > maxBytes)
        {
            throw new ForeignTextException($"the server sent a message of more than {maxBytes} bytes");
        }

        _count = end < 0 ? _count + read.Length : read.Length - end - 1;
        return read.Length;
    }
}
