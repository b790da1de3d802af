using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Files;

/// <summary>
/// Goes through the lines of a file in constant memory, whatever its size and however long its lines: of a long line it
/// keeps the beginning and passes over the rest. It stops in a line that does not end, and, unless it is told to pass them, at a NUL byte.
/// </summary>
/// <param name="file">Read by position from its beginning; stays open.</param>
/// <param name="maxLineBytes">The most that is kept of a line; at least 4.</param>
/// <param name="budget">Charged a unit for each byte.</param>
/// <param name="passesNul">True for what is text but for some NUL bytes, as the output of commands.</param>
internal sealed class LineReader(SafeFileHandle file, int maxLineBytes, ToolBudget budget, bool passesNul = false)
{
    /// <summary>A line that goes on for so many bytes behind what is kept of it is not read to its end.</summary>
    internal const long MaxSkippedBytes = 64 << 20;

    private const int ChunkBytes = 1 << 16;

    // A line is kept at the front of the free part; what follows a cut line is read into the last chunk.
    private readonly byte[] _buffer = new byte[maxLineBytes + ChunkBytes];
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;
    private bool _ended;

    /// <summary>The present line without its end, at most as long as asked for.</summary>
    internal ReadOnlySpan<byte> Line => _buffer.AsSpan(_lineStart, _lineLength);

    /// <summary>Its number, from 1; 0 before the first.</summary>
    internal long Number { get; private set; }

    /// <summary>True when the line is longer than what is kept of it.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Bytes of the file that have been read so far.</summary>
    internal long Position { get; private set; }

    /// <summary>True when a NUL byte has been read that is not passed: the file is no text, and not read further.</summary>
    internal bool SawNul { get; private set; }

    /// <summary>True when the reader stopped before the end of the file.</summary>
    internal bool StoppedEarly { get; private set; }

    /// <summary>Goes to the next line; false at the end of the file. A line end at the end of the file starts no further line.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    internal bool Next()
    {
        IsCut = false;
        var looked = _start;
        while (true)
        {
            var at = _buffer.AsSpan(looked, _end - looked).IndexOf((byte)'\n');
            if (at >= 0)
            {
                return Take(looked + at, looked + at + 1);
            }

            if (_end - _start >= maxLineBytes)
            {
                return TakeCut();
            }

            looked = _end;
            if (_ended || StoppedEarly || !Fill(ref looked))
            {
                return _end > _start && Take(_end, _end);
            }
        }
    }

    private bool Take(int end, int next)
    {
        (_lineStart, _lineLength) = (_start, end - _start);
        if (_lineLength > 0 && _buffer[end - 1] == '\r')
        {
            _lineLength--;
        }

        if (_lineLength > maxLineBytes)
        {
            (_lineLength, IsCut) = (maxLineBytes, true);
        }

        _start = next;
        Number++;
        return true;
    }

    private bool TakeCut()
    {
        _buffer.AsSpan(_start, maxLineBytes).CopyTo(_buffer);
        (_lineStart, _lineLength, IsCut) = (0, maxLineBytes, true);
        Number++;
        for (var end = Position + MaxSkippedBytes; ; StoppedEarly |= Position >= end)
        {
            // The rest of the line goes through the last chunk.
            var read = _ended || StoppedEarly ? 0 : Read(maxLineBytes);
            var at = _buffer.AsSpan(maxLineBytes, read).IndexOf((byte)'\n');
            if (read == 0 || at >= 0)
            {
                (_start, _end) = (maxLineBytes + at + 1, maxLineBytes + read);
                return true;
            }
        }
    }

    private bool Fill(ref int looked)
    {
        if (_end + ChunkBytes > _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (looked, _end, _start) = (looked - _start, _end - _start, 0);
        }

        var read = Read(_end);
        _end += read;
        return read > 0;
    }

    private int Read(int at)
    {
        var chunk = _buffer.AsSpan(at, ChunkBytes);
        var read = RandomAccess.Read(file, chunk, Position);
        _ended = read == 0;
        Position += read;
        SawNul = !passesNul && chunk[..read].Contains((byte)0);
        StoppedEarly |= SawNul;
        budget.Spend(read);
        return read;
    }
}
