using Foreman.Agent.Cli;
using Foreman.Hosting;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Auditing;

public sealed class AuditCommandTests : IDisposable
{
    private const string Line =
        """{"time":"2026-01-31T12:00:00+00:00","taskUid":"uid-1","attempt":1,"holder":"h","tool":"grep","classes":["read"],"argumentsSha256":"ab","decision":"allowed","outcome":"succeeded","durationMs":2}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_records_of_the_state_folder_are_exported()
    {
        _folder.Write("audit/audit.jsonl", Line + "\ntorn\n");

        var (code, output, errors) = await RunAsync("audit", "export", "-o", "json", "--state-dir", _folder.Path);

        Assert.Equal((ExitCodes.Done, Line + "\n"), (code, output));
        Assert.Contains("1 lines of the audit log are no records", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", true)]
    [InlineData("2026-01-31T12:00:01Z", false)]
    [InlineData("1s", false)]
    public async Task Since_is_a_time_or_a_duration(string since, bool told)
    {
        _folder.Write("audit/audit.jsonl", Line + "\n");

        var (code, output, _) = await RunAsync("audit", "export", "--since", since, "--task", "uid-1", "--state-dir", _folder.Path);

        Assert.Equal((ExitCodes.Done, told), (code, output.Length > 0));
    }

    [Fact]
    public async Task A_time_that_can_not_be_read_is_wrong_usage()
    {
        var (code, _, errors) = await RunAsync("audit", "export", "--since", "yesterday", "--state-dir", _folder.Path);

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("--since yesterday is neither a time", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await AgentCommandLine.RunAsync(arguments, new ConsoleStreams(output, errors, _ => null));
        return (code, output.ToString(), errors.ToString());
    }
}
