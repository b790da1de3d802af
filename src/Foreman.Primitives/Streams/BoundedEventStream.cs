namespace Foreman.Primitives;

/// <summary>
/// The bytes of an event stream, with bounds: an event that grows over the limit ends the reading before anything is
/// buffered for it, every byte that arrives counts as a sign of life (comments are such signs), and the last bytes are
/// kept, because some servers put an error there that is no event.
/// </summary>
/// <param name="inner">The stream as it comes from the server; the caller disposes of it.</param>
/// <param name="maxEventBytes">The largest event, in bytes; a larger one is an <see cref="EventTooLargeException"/>.</param>
/// <param name="onBytes">Called whenever bytes arrive.</param>
public sealed class BoundedEventStream(Stream inner, int maxEventBytes, Action onBytes) : Stream
{
    private const int TailBytes = 4096;
    private readonly byte[] _tail = new byte[TailBytes];
    private long _total;
    private int _inEvent;
    private bool _lineHasBytes;

    /// <summary>The last bytes that were read, at most 4 KiB.</summary>
    public byte[] Tail()
    {
        var length = (int)Math.Min(_total, TailBytes);
        var result = new byte[length];
        for (var i = 0; i < length; i++)
        {
            result[i] = _tail[(_total - length + i) % TailBytes];
        }

        return result;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read > 0)
        {
            onBytes();
            Inspect(buffer.Span[..read]);
        }

        return read;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => _total; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Inspect(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _tail[_total++ % TailBytes] = b;
            _inEvent++;
            if (b == '\n')
            {
                // An empty line ends an event.
                _inEvent = _lineHasBytes ? _inEvent : 0;
                _lineHasBytes = false;
            }
            else if (b != '\r')
            {
                _lineHasBytes = true;
            }

            if (_inEvent > maxEventBytes)
            {
                throw new EventTooLargeException(maxEventBytes);
            }
        }
    }
}

/// <summary>One event of a stream is larger than the reader accepts.</summary>
/// <param name="limit">What it accepts, in bytes.</param>
public sealed class EventTooLargeException(int limit) : IOException($"an event of the stream is larger than {limit} bytes");
