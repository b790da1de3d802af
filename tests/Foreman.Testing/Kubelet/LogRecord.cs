using System.Globalization;
using System.Text;

namespace Foreman.Testing.Kubelet;

/// <summary>A line of a container, or a part of one.</summary>
/// <param name="Stamp">When it was written, in RFC 3339 form with nine digits of a second.</param>
/// <param name="IsWhole">Whether the line ends here.</param>
/// <param name="Text">Its bytes, without the end of the line.</param>
internal sealed record LogRecord(string Stamp, bool IsWhole, byte[] Text)
{
    /// <summary>When it was written.</summary>
    public DateTimeOffset Time => DateTimeOffset.Parse(Stamp[..^3] + "Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Reads a line of the log's file.</summary>
    public static LogRecord Parse(ReadOnlySpan<byte> line)
    {
        var stamp = line.IndexOf((byte)' ');
        var stream = stamp + 1 + line[(stamp + 1)..].IndexOf((byte)' ');
        return new LogRecord(Encoding.ASCII.GetString(line[..stamp]), line[stream + 1] == 'F', line[(stream + 3)..].ToArray());
    }

    /// <summary>What a reader of the log gets.</summary>
    /// <param name="withTime">Whether the time comes first.</param>
    public byte[] Rendered(bool withTime)
    {
        byte[] before = withTime ? Encoding.ASCII.GetBytes(Stamp + " ") : [];
        return IsWhole ? [.. before, .. Text, (byte)'\n'] : [.. before, .. Text];
    }
}

/// <summary>Which part of a log is wanted.</summary>
internal sealed record LogQuery
{
    public bool Follow { get; init; }

    public bool Previous { get; init; }

    public bool Timestamps { get; init; }

    /// <summary>Lines from the end; null for all.</summary>
    public long? TailLines { get; init; }

    /// <summary>Most bytes; null for all.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Only what was written then or later; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Reads the query of a request to a kubelet.</summary>
    /// <param name="value">The value of a parameter; null when it is absent.</param>
    /// <param name="now">From which <c>sinceSeconds</c> counts back.</param>
    /// <exception cref="FormatException">A value is none of its kind.</exception>
    public static LogQuery Parse(Func<string, string?> value, DateTimeOffset now) => new()
    {
        Follow = value("follow") == "true",
        Previous = value("previous") == "true",
        Timestamps = value("timestamps") == "true",
        TailLines = Number(value("tailLines")),
        LimitBytes = Number(value("limitBytes")),
        Since = Number(value("sinceSeconds")) is { } seconds ? now.AddSeconds(-seconds)
            : value("sinceTime") is { } time ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : null,
    };

    /// <summary>The records of a log's beginning that are wanted.</summary>
    public IEnumerable<LogRecord> Of(IReadOnlyList<LogRecord> records) =>
        records.Skip(FirstOfTail(records)).Where(r => Since is null || r.Time >= Since);

    private static long? Number(string? text) => text is null ? null : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    // A line ends with a whole record; what comes after the last of them is a line too.
    private int FirstOfTail(IReadOnlyList<LogRecord> records)
    {
        if (TailLines is not { } wanted)
        {
            return 0;
        }

        var lines = 0L;
        for (var i = records.Count - 1; i >= 0; i--)
        {
            lines += records[i].IsWhole || i == records.Count - 1 ? 1 : 0;
            if (lines > wanted)
            {
                return i + 1;
            }
        }

        return 0;
    }
}
