using System.Buffers;
using System.Globalization;
using Foreman.Api;
using Foreman.Runner.RunLogs;

namespace Foreman.Operator.Digests;

/// <summary>
/// Joins segments into the lines of a transcript, one segment at a time and within bounds, whatever the segments hold.
/// A line that a gap or a damaged segment cuts is left out; so is one that is too long.
/// </summary>
/// <param name="leftOut">Told what is left out.</param>
internal sealed class TranscriptLines(LeftOut leftOut)
{
    /// <summary>Most bytes of a line; an answer of 16 calls, 16 KiB each with every character escaped, takes 1.5 MiB.</summary>
    public const int MaxLineBytes = 2 * 1024 * 1024;

    /// <summary>Most bytes of all segments together: a run ends at 64 MiB of transcript.</summary>
    public const long MaxBytes = 96L * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _begun = new();
    private long _next;
    private long _bytes;
    private bool _skips;

    /// <summary>True when no further segment will be read.</summary>
    public bool IsFull => _bytes >= MaxBytes;

    /// <summary>Adds a segment after those before it.</summary>
    /// <param name="segment">Its place in the order is higher than theirs.</param>
    /// <returns>The lines that it completes, without their ends; each is valid until the next.</returns>
    public IEnumerable<ReadOnlyMemory<byte>> Add(RunLogSpec segment)
    {
        if (segment.Seq < _next)
        {
            leftOut.Repeated++;
            yield break;
        }

        if (segment.Seq > _next)
        {
            leftOut.Missing += segment.Seq - _next;
            Break();
        }

        _next = segment.Seq + 1L;
        if (Unpack(segment) is not { } text)
        {
            Break();
            yield break;
        }

        var rest = text.Bytes;
        while (rest.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (Complete(rest[..end]) is { Length: > 0 } line)
            {
                yield return line;
            }

            rest = rest[(end + 1)..];
        }

        Begin(rest);
        if (text.IsCut)
        {
            leftOut.Oversized++;
            Break();
        }
    }

    /// <summary>Takes account of a last line that has no end.</summary>
    public void End()
    {
        if (_begun.WrittenCount > 0)
        {
            leftOut.Lines++;
            Break();
        }
    }

    private UnpackedText? Unpack(RunLogSpec segment)
    {
        try
        {
            var text = RunLogPacker.Unpack(segment.Codec, segment.Data);
            _bytes += text.Bytes.Length;
            if (IsFull)
            {
                leftOut.Rest ??= string.Create(CultureInfo.InvariantCulture, $"the transcript has more than {MaxBytes >> 20} MiB; what follows segment {segment.Seq} was not read");
            }

            return text;
        }
        catch (InvalidDataException)
        {
            leftOut.Unreadable++;
            return null;
        }
    }

    // What was begun has no end, and what comes next may have no beginning.
    private void Break()
    {
        _begun.ResetWrittenCount();
        _skips = true;
    }

    private void Begin(ReadOnlyMemory<byte> part)
    {
        if (_skips)
        {
            return;
        }

        if (_begun.WrittenCount + part.Length > MaxLineBytes)
        {
            leftOut.Lines++;
            Break();
            return;
        }

        _begun.Write(part.Span);
    }

    private ReadOnlyMemory<byte>? Complete(ReadOnlyMemory<byte> end)
    {
        if (_skips)
        {
            _skips = false;
            return null;
        }

        if (_begun.WrittenCount == 0 && end.Length <= MaxLineBytes)
        {
            return end;
        }

        Begin(end);
        if (_skips)
        {
            _skips = false;
            return null;
        }

        var line = _begun.WrittenMemory;
        _begun.ResetWrittenCount();
        return line;
    }
}
