using System.CommandLine;
using System.Globalization;
using Foreman.Hosting;
using Foreman.Primitives;
using Foreman.Runner.Audits;

namespace Foreman.Agent.Auditing;

/// <summary><c>foreman-agent audit export</c>: the record of every call of a tool on this host.</summary>
internal static class AuditCommand
{
    /// <summary>The command <c>audit</c> with what is below it.</summary>
    /// <param name="stateDirectory">Finds the state folder in the command line.</param>
    /// <param name="console">Where the records go.</param>
    public static Command Build(Func<ParseResult, string> stateDirectory, ConsoleStreams console)
    {
        var since = new Option<string>("--since") { Description = "Records from a time on, as 2026-01-31T12:00:00Z, or of the last while, as 24h", HelpName = "TIME" };
        var task = new Option<string>("--task") { Description = "Records of the task with this UID", HelpName = "UID" };
        var output = new Option<string>("--output", "-o") { Description = "Form of the records; json is one object per line", DefaultValueFactory = _ => "text", HelpName = "text|json" };
        output.AcceptOnlyFromAmong("text", "json");
        var export = new Command("export", "Writes the records to standard output, the oldest first.") { since, task, output };
        export.SetAction(async (parsed, cancel) => await ExportAsync(
            stateDirectory(parsed), parsed.GetValue(since), parsed.GetValue(task), parsed.GetValue(output) == "json", console, cancel));
        return new Command("audit", "Tells which tools ran on this host, for which task, and what came of it.") { export };
    }

    internal static async Task<int> ExportAsync(
        string stateDirectory, string? since, string? task, bool json, ConsoleStreams console, CancellationToken cancellationToken)
    {
        if (!TryReadTime(since, console.Time.GetUtcNow(), out var from))
        {
            await console.Error.WriteLineAsync($"foreman-agent: --since {Printable.Line(since!, 60)} is neither a time such as 2026-01-31T12:00:00Z nor a duration such as 24h");
            return ExitCodes.Usage;
        }

        try
        {
            var (_, unreadable) = await AuditExport.WriteAsync(stateDirectory, new AuditQuery(from, task, json), console.Out, cancellationToken);
            if (unreadable > 0)
            {
                await console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"foreman-agent: {unreadable} lines of the audit log are no records and were left out"));
            }

            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"foreman-agent: the audit log can't be exported: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static bool TryReadTime(string? text, DateTimeOffset now, out DateTimeOffset? from)
    {
        from = null;
        if (text is null)
        {
            return true;
        }

        from = GoDuration.Parse(text) is { } duration ? now - duration
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : null;
        return from is not null;
    }
}
