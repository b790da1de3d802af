using System.Buffers;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>Reads a file line by line with one buffer that grows to the longest line, up to a bound.</summary>
/// <param name="path">Name of the file, for messages.</param>
/// <param name="file">The file; closed with this.</param>
/// <param name="maxBytes">Most bytes of a line, without its end.</param>
/// <param name="startBytes">First size of the buffer.</param>
internal sealed class LineReader(string path, Stream file, int maxBytes, int startBytes) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(startBytes);
    private int _start;
    private int _end;

    /// <summary>Number of the line that was read last, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>The next line without its end, valid until the next call; null at the end of the file and at a torn last line.</summary>
    /// <exception cref="TranscriptException">The file can't be read, or the line is too long.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        Number++;
        var searched = _start;
        while (true)
        {
            var found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + found - _start);
                _start = searched + found + 1;
                return line;
            }

            if (_end - _start > maxBytes)
            {
                throw new TranscriptException($"the transcript `{path}` is damaged in line {Number}: it has more than {maxBytes} bytes");
            }

            MakeRoom();
            searched = _end;
            if (await FillAsync(cancellationToken).ConfigureAwait(false) == 0)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        file.Dispose();
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            var count = await file.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += count;
            return count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranscriptException($"cannot read the transcript `{path}`: {e.Message}", e);
        }
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        var kept = _end - _start;
        var target = kept > _buffer.Length / 2 ? ArrayPool<byte>.Shared.Rent(_buffer.Length * 2) : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, kept);
        if (!ReferenceEquals(target, _buffer))
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }

        (_start, _end) = (0, kept);
    }
}
