using System.Text.Json;
using Foreman.Runner.Audits;
using Foreman.Testing;
using Foreman.Tools.Audit;

namespace Foreman.Runner.Tests.Audits;

public sealed class AuditLogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_call_is_a_line_of_JSON()
    {
        Log().Of("uid-1", 2, "host/nonce").Record(Call("write_file", CallOutcome.Succeeded));

        var line = Assert.Single(Lines());
        Assert.Matches(
            """^\{"time":"[^"]+","taskUid":"uid-1","attempt":2,"holder":"host/nonce","tool":"write_file","classes":\["read","write"\],"argumentsSha256":"ab12","decision":"allowed","outcome":"succeeded","exitCode":null,"durationMs":1500\}$""",
            line);
    }

    [Fact]
    public void The_exit_code_of_a_command_is_told()
    {
        Log().Of("uid-1", 2, "h").Record(Call("bash", CallOutcome.Succeeded) with { ExitCode = 3 });

        Assert.Equal(3, JsonDocument.Parse(Assert.Single(Lines())).RootElement.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void A2_60_a_name_with_line_ends_and_control_characters_stays_one_line()
    {
        Log().Of("uid-1", 1, "h").Record(Call("a\r\n{\"fake\":1}\u001b[2J\ud800" + new string('x', 1_000_000), CallOutcome.Refused));

        var record = JsonDocument.Parse(Assert.Single(Lines())).RootElement;
        Assert.Equal("refused", record.GetProperty("decision").GetString());
        Assert.InRange(record.GetProperty("tool").GetString()!.Length, 1, 110);
    }

    [Fact]
    public void Files_are_rotated_by_size_and_their_number_is_bounded()
    {
        var log = Log(new AuditLimits(600, 3));
        for (var i = 0; i < 40; i++)
        {
            log.Of($"uid-{i}", 1, "h").Record(Call("grep", CallOutcome.Failed));
        }

        var files = Directory.GetFiles(AuditFolder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["audit.1.jsonl", "audit.2.jsonl"], files.Where(f => f != "audit.jsonl"));
        Assert.All(Directory.GetFiles(AuditFolder), f => Assert.InRange(new FileInfo(f).Length, 1, 1000));
        Assert.Contains("uid-39", string.Concat(Directory.GetFiles(AuditFolder).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_can_not_be_written_breaks_nothing_and_is_told_once()
    {
        File.WriteAllText(AuditFolder, "a file where the folder should be");
        var log = Log();
        for (var i = 0; i < 5; i++)
        {
            log.Of("uid-1", 1, "h").Record(Call("grep", CallOutcome.Succeeded));
        }

        Assert.Equal(5, log.Lost);
        Assert.Single(_logger.Entries);
        File.Delete(AuditFolder);
        log.Of("uid-1", 1, "h").Record(Call("grep", CallOutcome.Succeeded));

        Assert.Equal(0, log.Lost);
        Assert.Contains("5 calls are not in it", string.Join('\n', _logger.Entries.Select(e => e.Message)), StringComparison.Ordinal);
        Assert.Single(Lines());
    }

    [Fact]
    public void A_line_that_was_cut_spoils_no_other()
    {
        Directory.CreateDirectory(AuditFolder);
        File.WriteAllText(Path.Combine(AuditFolder, "audit.jsonl"), "{\"time\":\"2026-");

        Log().Of("uid-1", 1, "h").Record(Call("grep", CallOutcome.Succeeded));

        Assert.Equal(2, Lines().Length);
        Assert.Contains("\"taskUid\":\"uid-1\"", Lines()[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_its_owner_may_read_it()
    {
        Log().Of("uid-1", 1, "h").Record(Call("grep", CallOutcome.Succeeded));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(AuditFolder, "audit.jsonl")));
        }
    }

    private string AuditFolder => AuditLog.FolderIn(_folder.Path);

    private AuditLog Log(AuditLimits? limits = null) => new(AuditFolder, limits ?? AuditLimits.Default, TimeProvider.System, _logger);

    private string[] Lines() => File.ReadAllLines(Path.Combine(AuditFolder, "audit.jsonl"));

    private static AuditedCall Call(string tool, CallOutcome outcome) => new(tool, ToolClasses.Read | ToolClasses.Write, "ab12", outcome, TimeSpan.FromMilliseconds(1500));
}
