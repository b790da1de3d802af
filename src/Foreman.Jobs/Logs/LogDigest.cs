using System.Globalization;
using System.Text;

namespace Foreman.Jobs;

/// <summary>The end of a container's log.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Text">The end of its log.</param>
/// <param name="IsWhole">False when there was more before it.</param>
public sealed record ContainerLog(string Container, string Text, bool IsWhole);

/// <summary>The last lines of all logs of a pod, for its task's digest. Pure.</summary>
public static class LogDigest
{
    /// <summary>Bytes of each log that are read: its last ones.</summary>
    public const int ReadBytes = 1 << 20;

    /// <summary>Most bytes of a digest, in UTF-8.</summary>
    public const int MostBytes = 128 * 1024;

    /// <summary>Logs that there may be; those of further containers are named only.</summary>
    internal const int MostLogs = 40;

    private const string LeftOut = "… what came before is left out\n";

    // What is said about a log and is none of it: its name, which has 63 characters at most, and what is left out.
    private const int HeadBytes = 128;

    /// <summary>The digest: for each log its name and its last lines, the room shared so that a short log leaves its part to the others.</summary>
    /// <param name="logs">The logs, in the order in which they stand.</param>
    /// <returns>At most <see cref="MostBytes"/> bytes.</returns>
    public static string Of(IReadOnlyList<ContainerLog> logs)
    {
        var kept = logs.Take(MostLogs).ToList();
        var shares = Shares([.. kept.Select(l => Encoding.UTF8.GetByteCount(l.Text))], MostBytes - (HeadBytes * (kept.Count + 1)));
        var digest = new StringBuilder();
        foreach (var (index, log) in kept.Index())
        {
            var end = Tail(log.Text, shares[index]);
            _ = digest.Append("==> ").Append(Texts.Shown(log.Container, 63)).Append(" <==\n");
            _ = digest.Append(log.IsWhole && end.Length == log.Text.Length ? "" : LeftOut).Append(end);
            _ = end.Length > 0 && end[^1] != '\n' ? digest.Append('\n') : digest;
        }

        return logs.Count <= MostLogs ? digest.ToString() : digest.Append(CultureInfo.InvariantCulture, $"… and {logs.Count - MostLogs} more containers\n").ToString();
    }

    /// <summary>The last whole lines of a text that fit; of a last line that alone is too long, its end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">Room in UTF-8, from 0.</param>
    internal static string Tail(string text, int bytes)
    {
        var used = 0;
        var from = text.Length;
        while (from > 0)
        {
            var width = from > 1 && char.IsSurrogatePair(text[from - 2], text[from - 1]) ? 2 : 1;
            used += Encoding.UTF8.GetByteCount(text.AsSpan(from - width, width));
            if (used > bytes)
            {
                break;
            }

            from -= width;
        }

        if (from == 0 || text[from - 1] == '\n')
        {
            return text[from..];
        }

        var line = text.IndexOf('\n', from);
        return line >= 0 && line + 1 < text.Length ? text[(line + 1)..] : text[from..];
    }

    // The smallest first: each takes what it needs of an equal part of what is left.
    private static int[] Shares(IReadOnlyList<int> sizes, int room)
    {
        var shares = new int[sizes.Count];
        var left = room;
        foreach (var (place, (index, size)) in sizes.Index().OrderBy(s => s.Item).Index())
        {
            shares[index] = Math.Min(size, left / (sizes.Count - place));
            left -= shares[index];
        }

        return shares;
    }
}
