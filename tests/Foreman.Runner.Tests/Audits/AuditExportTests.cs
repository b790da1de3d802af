using Foreman.Runner.Audits;
using Foreman.Testing;
using Foreman.Tools.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Audits;

public sealed class AuditExportTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _clock = new(Start);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Records_come_oldest_first_over_all_files()
    {
        Record(30, new AuditLimits(600, 8));

        var (lines, unreadable) = await ExportAsync(new AuditQuery(null, null, Json: true));

        Assert.Equal(0, unreadable);
        var attempts = lines.Select(l => int.Parse(l.Split("\"attempt\":")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(Enumerable.Range(attempts[0], attempts.Length), attempts);
        Assert.Equal(29, attempts[^1]);
        Assert.True(attempts.Length > 10);
    }

    [Fact]
    public async Task Only_what_is_asked_for_comes()
    {
        Record(10, AuditLimits.Default);

        Assert.Equal(4, (await ExportAsync(new AuditQuery(Start.AddMinutes(6), null, Json: true))).Lines.Length);
        Assert.Equal(5, (await ExportAsync(new AuditQuery(null, "uid-1", Json: true))).Lines.Length);
        Assert.Equal(
            "2026-01-31T12:09:00Z  uid-1/9  grep (read)  succeeded  2 ms", (await ExportAsync(new AuditQuery(Start.AddMinutes(9), "uid-1", Json: false))).Lines.Single());
    }

    [Fact]
    public async Task Lines_that_are_no_records_are_counted_and_left_out_however_long()
    {
        Record(1, AuditLimits.Default);
        File.AppendAllText(Path.Combine(AuditLog.FolderIn(_folder.Path), "audit.jsonl"), "no json\n" + new string('x', 1_000_000) + "\n{\"time\":\n");
        Record(1, AuditLimits.Default);

        var (lines, unreadable) = await ExportAsync(new AuditQuery(null, null, Json: true));

        Assert.Equal((2, 3), (lines.Length, unreadable));
    }

    [Fact]
    public async Task Exit_codes_are_shown_and_lines_of_earlier_releases_have_none()
    {
        var log = new AuditLog(AuditLog.FolderIn(_folder.Path), AuditLimits.Default, _clock, NullLogger.Instance);
        log.Of("uid-1", 1, "h").Record(new AuditedCall("bash", ToolClasses.Exec, "ab", CallOutcome.Succeeded, TimeSpan.FromMilliseconds(2)) { ExitCode = 3 });
        File.AppendAllText(
            Path.Combine(AuditLog.FolderIn(_folder.Path), "audit.jsonl"),
            """{"time":"2026-01-31T12:00:00+00:00","taskUid":"uid-1","attempt":1,"holder":"h","tool":"bash","classes":["exec"],"argumentsSha256":"ab","decision":"allowed","outcome":"succeeded","durationMs":2}""" + "\n");

        var (lines, unreadable) = await ExportAsync(new AuditQuery(null, null, Json: false));

        Assert.Equal(0, unreadable);
        Assert.Equal(["2026-01-31T12:00:00Z  uid-1/1  bash (exec)  succeeded, exit code 3  2 ms", "2026-01-31T12:00:00Z  uid-1/1  bash (exec)  succeeded  2 ms"], lines);
    }

    [Fact]
    public async Task A_host_without_a_log_has_no_records()
    {
        Assert.Empty((await ExportAsync(new AuditQuery(null, null, Json: true))).Lines);
    }

    private void Record(int calls, AuditLimits limits)
    {
        var log = new AuditLog(AuditLog.FolderIn(_folder.Path), limits, _clock, NullLogger.Instance);
        for (var i = 0; i < calls; i++)
        {
            log.Of($"uid-{i % 2}", i, "h").Record(new AuditedCall("grep", ToolClasses.Read, "ab", CallOutcome.Succeeded, TimeSpan.FromMilliseconds(2)));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<(string[] Lines, long Unreadable)> ExportAsync(AuditQuery query)
    {
        var output = new StringWriter();
        var (written, unreadable) = await AuditExport.WriteAsync(_folder.Path, query, output, CancellationToken.None);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(written, lines.Length);
        return (lines, unreadable);
    }
}
