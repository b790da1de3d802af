namespace Foreman.AgentLoop.Model;

/// <summary>
/// The bytes of an event stream, with bounds: an event that grows over the limit ends the reading before anything is
/// buffered for it, every byte that arrives counts as a sign of life (comments are such signs), and the last bytes are
/// kept, because some servers put an error there that is no event.
/// </summary>
internal sealed class BoundedEventStream(Stream inner, int maxEventBytes, Action onBytes) : Stream
{
    private const int TailBytes = 4096;
    private readonly byte[] _tail = new byte[TailBytes];
    private long _total;
    private int _inEvent;
    private bool _lineHasBytes;

    /// <summary>The last bytes that were read.</summary>
    internal byte[] Tail()
    {
        var length = (int)Math.Min(_total, TailBytes);
        var result = new byte[length];
        for (var i = 0; i < length; i++)
        {
            result[i] = _tail[(_total - length + i) % TailBytes];
        }

        return result;
    }

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

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _total; set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

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

/// <summary>One event of a stream is larger than any answer that we accept.</summary>
internal sealed class EventTooLargeException(int limit) : IOException($"an event of the stream is larger than {limit} bytes");
