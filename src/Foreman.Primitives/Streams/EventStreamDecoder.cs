using System.Buffers;
using System.Text;

namespace Foreman.Primitives;

/// <summary>
/// Reads server-sent events from bytes as they arrive, within a bound. The framework's parser is not used because it hides
/// what model servers write beside the standard: an <c>error</c> field, and bare lines of JSON or HTML.
/// </summary>
/// <param name="maxEventBytes">The largest line, and the largest event, in bytes; from 1.</param>
public sealed class EventStreamDecoder(int maxEventBytes)
{
    private const int MaxTypeBytes = 64;
    private readonly Queue<StreamedEvent> _events = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _data = new();
    private string _type = "";
    private bool _hasData;
    private bool _afterReturn;
    private bool _isFirstLine = true;

    /// <summary>Takes the next bytes; they may be split anywhere.</summary>
    /// <param name="bytes">As they came.</param>
    /// <exception cref="ForeignTextException">A line or an event is larger than the bound; the decoder is of no more use.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterReturn && bytes[0] is (byte)'\n')
            {
                bytes = bytes[1..];
                _afterReturn = false;
                continue;
            }

            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            Keep(_line, end < 0 ? bytes : bytes[..end]);
            _afterReturn = end >= 0 && bytes[end] is (byte)'\r';
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (end >= 0)
            {
                EndLine();
            }
        }
    }

    /// <summary>The stream is over: what has no end yet ends here.</summary>
    /// <exception cref="ForeignTextException">An event is larger than the bound.</exception>
    public void End()
    {
        if (_line.WrittenCount > 0)
        {
            EndLine();
        }

        Dispatch();
    }

    /// <summary>Takes the next complete event out.</summary>
    /// <param name="item">The event.</param>
    /// <returns>False when there is none yet.</returns>
    public bool TryRead(out StreamedEvent item) => _events.TryDequeue(out item);

    private void Keep(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> bytes)
    {
        if (target.WrittenCount + bytes.Length > maxEventBytes)
        {
            throw new ForeignTextException($"an event of the stream is larger than {maxEventBytes} bytes");
        }

        target.Write(bytes);
    }

    private void EndLine()
    {
        var line = _line.WrittenSpan;
        line = _isFirstLine && line.StartsWith("\uFEFF"u8) ? line["\uFEFF"u8.Length..] : line;
        _isFirstLine = false;
        if (line.IsEmpty)
        {
            Dispatch();
        }
        else if (line.TrimStart((byte)' ') is [(byte)'{' or (byte)'[' or (byte)'<', ..])
        {
            _events.Enqueue(new StreamedEvent(StreamedEvent.Bare, line.ToArray()));
        }
        else
        {
            var colon = line.IndexOf((byte)':');
            var value = colon < 0 ? [] : line[(colon + 1)..];
            Field(colon < 0 ? line : line[..colon], value is [(byte)' ', ..] ? value[1..] : value);
        }

        _line.ResetWrittenCount();
    }

    private void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("data"u8))
        {
            Keep(_data, _hasData ? "\n"u8 : []);
            Keep(_data, value);
            _hasData = true;
        }
        else if (name.SequenceEqual("event"u8))
        {
            _type = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxTypeBytes)]);
        }
        else if (name.SequenceEqual("error"u8))
        {
            // It is told at once: a server that failed may never write the empty line.
            _events.Enqueue(new StreamedEvent(StreamedEvent.Error, value.ToArray()));
        }
    }

    private void Dispatch()
    {
        if (_hasData)
        {
            _events.Enqueue(new StreamedEvent(_type, _data.WrittenSpan.ToArray()));
        }

        _data.ResetWrittenCount();
        (_hasData, _type) = (false, "");
    }
}

/// <summary>One event of a stream.</summary>
/// <param name="Type">Its type; empty when the server gives none.</param>
/// <param name="Data">Its data, lines joined by a line feed.</param>
public readonly record struct StreamedEvent(string Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>The type of a line that is no field at all but begins like JSON or HTML; no server can send it.</summary>
    public const string Bare = "\n";

    /// <summary>The type of errors: an <c>error</c> field, or an event that the server calls so.</summary>
    public const string Error = "error";
}
