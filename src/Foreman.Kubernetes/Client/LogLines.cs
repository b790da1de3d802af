using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Foreman.Kubernetes;

/// <summary>Splits a log into lines as they arrive, with a bound on the length of a line.</summary>
internal static class LogLines
{
    /// <summary>Most bytes of a line; the rest follows as the next line.</summary>
    public const int MaxLineBytes = 1024 * 1024;

    public static async IAsyncEnumerable<string> ReadAsync(Stream log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(log, new(leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var rest = read.Buffer;
                while (TryReadLine(ref rest, atEnd: read.IsCompleted) is { } line)
                {
                    yield return line;
                }

                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The next line, without its end, or null when more bytes are needed.</summary>
    private static string? TryReadLine(ref ReadOnlySequence<byte> rest, bool atEnd)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return Text(line);
        }

        if (rest.Length >= MaxLineBytes || (atEnd && rest.Length > 0))
        {
            var piece = rest.Slice(0, Math.Min(rest.Length, MaxLineBytes));
            rest = rest.Slice(piece.End);
            return Text(piece);
        }

        return null;
    }

    private static string Text(ReadOnlySequence<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        return text.EndsWith('\r') ? text[..^1] : text;
    }
}
