using System.Globalization;
using System.Text.Json;
using Foreman.Primitives;
using Foreman.Tools.Audit;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Audits;

/// <summary>Bounds of the audit log.</summary>
/// <param name="MaxFileBytes">Size from which a file is followed by a new one, from 1.</param>
/// <param name="MaxFiles">Most files, the current one included, from 2; the oldest is removed.</param>
internal sealed record AuditLimits(long MaxFileBytes, int MaxFiles)
{
    /// <summary>8 files of 8 MiB.</summary>
    internal static AuditLimits Default { get; } = new(8 << 20, 8);
}

/// <summary>
/// The audit log of a host: a line of JSON for each call of a tool, in files that are rotated by size. Each line is handed to the
/// system as it is written and forced to disk at each rotation only. What can't be written is counted, and told once.
/// </summary>
/// <param name="folder">Made when it is not there.</param>
/// <param name="limits">Bounds.</param>
/// <param name="time">The clock of the records.</param>
/// <param name="logger">Told once when records are lost, and how many when they are written again.</param>
internal sealed class AuditLog(string folder, AuditLimits limits, TimeProvider time, ILogger logger)
{
    private const string Name = "audit";
    private const string Extension = ".jsonl";

    private readonly Lock _gate = new();
    private long _lost;

    /// <summary>Records that could not be written since the last one that could.</summary>
    internal long Lost
    {
        get
        {
            lock (_gate)
            {
                return _lost;
            }
        }
    }

    /// <summary>Where the log of a state folder lies.</summary>
    internal static string FolderIn(string stateDirectory) => Path.Combine(Path.GetFullPath(stateDirectory), Name);

    /// <summary>The files that there may be, the newest first.</summary>
    internal static IEnumerable<string> Files(string folder, int maxFiles) => Enumerable.Range(0, maxFiles).Select(i => PathOf(folder, i));

    /// <summary>The log of one attempt.</summary>
    internal IToolAudit Of(string taskUid, long attempt, string holder) => new OfAttempt(this, taskUid, attempt, holder);

    private static string PathOf(string folder, int index) =>
        Path.Combine(folder, index == 0 ? Name + Extension : string.Create(CultureInfo.InvariantCulture, $"{Name}.{index}{Extension}"));

    private void Append(AuditRecord record)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, AuditJson.Default.AuditRecord), (byte)'\n'];
        lock (_gate)
        {
            try
            {
                Write(line);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (_lost++ == 0)
                {
                    logger.AuditLost(folder, e.Message);
                }

                return;
            }

            if (_lost > 0)
            {
                logger.AuditWrittenAgain(_lost);
                _lost = 0;
            }
        }
    }

    private void Write(byte[] line)
    {
        Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(PathOf(folder, 0), options);
        var end = file.Seek(0, SeekOrigin.End);

        // A line that a full disk or a crash cut is ended, so that it spoils no other.
        ReadOnlySpan<byte> whole = EndsInLine(file, end) ? line : [(byte)'\n', .. line];
        try
        {
            file.Write(whole);
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }

        if (end + whole.Length >= limits.MaxFileBytes)
        {
            file.Flush(flushToDisk: true);
            Rotate();
        }
    }

    private static bool EndsInLine(FileStream file, long end)
    {
        if (end == 0)
        {
            return true;
        }

        file.Position = end - 1;
        var last = file.ReadByte();
        file.Position = end;
        return last == '\n';
    }

    private void Rotate()
    {
        for (var i = limits.MaxFiles - 2; i >= 0; i--)
        {
            if (File.Exists(PathOf(folder, i)))
            {
                File.Move(PathOf(folder, i), PathOf(folder, i + 1), overwrite: true);
            }
        }
    }

    private sealed class OfAttempt(AuditLog log, string taskUid, long attempt, string holder) : IToolAudit
    {
        public void Record(AuditedCall call) => log.Append(new AuditRecord
        {
            Time = log.Now,
            TaskUid = taskUid,
            Attempt = attempt,
            Holder = holder,
            Tool = Printable.Line(Printable.Valid(call.Tool), 100),
            Classes = ToolPermissions.Words(call.Classes),
            ArgumentsSha256 = call.ArgumentsSha256,
            Decision = call.Outcome == CallOutcome.Refused ? "refused" : "allowed",
            Outcome = call.Outcome switch
            {
                CallOutcome.Succeeded => "succeeded",
                CallOutcome.Failed => "failed",
                CallOutcome.Refused => "refused",
                _ => "stopped",
            },
            ExitCode = call.ExitCode,
            DurationMs = (long)call.Duration.TotalMilliseconds,
        });
    }

    private DateTimeOffset Now => time.GetUtcNow();
}
