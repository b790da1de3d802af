using System.Globalization;
using System.Text.Json;

namespace Foreman.Runner.Audits;

/// <summary>Which records of the audit log are wanted.</summary>
/// <param name="Since">Records from this time on; null for all.</param>
/// <param name="TaskUid">Records of this task; null for all.</param>
/// <param name="Json">True writes the lines as they are, false writes them for people.</param>
public sealed record AuditQuery(DateTimeOffset? Since, string? TaskUid, bool Json);

/// <summary>Reads the audit log, oldest record first, one line in memory at a time.</summary>
public static class AuditExport
{
    private const int MaxLineBytes = 64 << 10;

    /// <summary>Writes the records that are wanted.</summary>
    /// <param name="stateDirectory">State folder of the agent.</param>
    /// <param name="query">Which.</param>
    /// <param name="output">Gets a line for each.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Number of records that were written, and of lines that are no record.</returns>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static async Task<(long Written, long Unreadable)> WriteAsync(
        string stateDirectory, AuditQuery query, TextWriter output, CancellationToken cancellationToken)
    {
        // All are opened first, the newest before the others, so that a rotation meanwhile may repeat records and loses none.
        var files = AuditLog.Files(AuditLog.FolderIn(stateDirectory), AuditLimits.Default.MaxFiles).Select(Open).OfType<FileStream>().Reverse().ToArray();
        var (written, unreadable) = (0L, 0L);
        try
        {
            foreach (var file in files)
            {
                await foreach (var line in LinesAsync(file, cancellationToken).ConfigureAwait(false))
                {
                    var record = Read(line.Span);
                    unreadable += record is null ? 1 : 0;
                    if (record is not null && IsWanted(record, query))
                    {
                        written++;
                        var text = query.Json ? System.Text.Encoding.UTF8.GetString(line.Span) : ForPeople(record);
                        await output.WriteAsync((text + "\n").AsMemory(), cancellationToken).ConfigureAwait(false);
                    }
                }
            }
        }
        finally
        {
            Array.ForEach(files, f => f.Dispose());
        }

        return (written, unreadable);
    }

    private static bool IsWanted(AuditRecord record, AuditQuery query) =>
        (query.Since is not { } since || record.Time >= since) && (query.TaskUid is not { } task || record.TaskUid == task);

    private static string ForPeople(AuditRecord record) => string.Create(
        CultureInfo.InvariantCulture,
        $"{record.Time:yyyy-MM-ddTHH:mm:ssZ}  {record.TaskUid}/{record.Attempt}  {record.Tool} ({string.Join(' ', record.Classes)})  {record.Outcome}{(record.ExitCode is { } code ? $", exit code {code}" : "")}  {record.DurationMs} ms");

    private static AuditRecord? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // A longer line comes as one that is no record; the rest of it is passed over.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        FileStream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxLineBytes];
        var (filled, skipping) = (0, false);
        while (await file.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            filled += count;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                if (!skipping && length > 0)
                {
                    yield return buffer.AsMemory(start, length);
                }

                (start, skipping) = (start + length + 1, false);
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                if (!skipping)
                {
                    yield return buffer.AsMemory(0, 1);
                }

                (filled, skipping) = (0, true);
            }
        }

        if (filled > 0 && !skipping)
        {
            yield return buffer.AsMemory(0, filled);
        }
    }
}
