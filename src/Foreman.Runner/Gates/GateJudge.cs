using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Git;
using Foreman.Sandbox;
using Foreman.Tools.Shell;

namespace Foreman.Runner.Gates;

/// <summary>What the end of a command says of its check. Pure.</summary>
internal static partial class GateJudge
{
    private const int CanNotRun = 126;
    private const int NotFound = 127;

    /// <summary>Judges a command that ran.</summary>
    /// <param name="check">The check.</param>
    /// <param name="result">How its command ended.</param>
    /// <param name="redaction">Leaves keys and tokens out of what is told of it.</param>
    public static GateCheckResult Of(GateCheck check, CageResult result, Redaction redaction)
    {
        var log = Log(result);
        var passed = result.ExitCode is { } code && (code == 0 || check.AlsoPasses.Contains(code));
        var nothing = passed && log.Split('\n').Any(l => check.RanNothing.Any(n => l.StartsWith(n, StringComparison.Ordinal)));
        var shown = redaction.Text(log);
        var missing = passed ? null : Missing(check, result.ExitCode, shown);
        var note = result.Ended is { } ended ? $"[the command was ended: {ended}]"
            : missing is not null ? $"[{missing}]"
            : nothing ? "[the repository has files of tests, and no test in them was found: set spec.gateProfile.commands.test to the command that runs them]"
            : passed ? null
            : string.Create(CultureInfo.InvariantCulture, $"[exit code {result.ExitCode}]");
        return new GateCheckResult
        {
            Check = check.Name,
            Outcome = passed && !nothing ? Verdict.GatePass : nothing || missing is not null || check.Name == Checks.Setup ? Verdict.GateError : Verdict.GateFail,
            Seconds = (long)Math.Ceiling(result.Duration.TotalSeconds),
            Excerpt = Excerpt(shown, note),
        };
    }

    /// <summary>A check whose tool is not there.</summary>
    public static GateCheckResult Without(GateCheck check, GateTool tool) => Error(check.Name, $"{tool.Name} is not there: {tool.Remedy}");

    /// <summary>A check that can't be run.</summary>
    public static GateCheckResult Error(string check, string why) => new() { Check = check, Outcome = Verdict.GateError, Excerpt = Excerpt("", why) };

    /// <summary>A check that builds on one that did not pass.</summary>
    public static GateCheckResult Skipped(string check, string after) => new() { Check = check, Outcome = Verdict.Skipped, Excerpt = $"not run: {after} did not pass" };

    /// <summary>The end of a text, and a note behind it, within the bound of a result; null when both are empty.</summary>
    public static string? Excerpt(string log, string? note)
    {
        var tail = note is null ? "" : Cut(note, GateCheckResult.MaxExcerpt / 2);
        var text = log.Trim('\n');
        var room = GateCheckResult.MaxExcerpt - tail.Length - 1;
        if (text.Length > room)
        {
            var from = text.Length - room + 2;
            var line = text.IndexOf('\n', from);
            from = line > 0 && line < text.Length - (room / 2) ? line + 1 : from;
            text = "…\n" + (char.IsLowSurrogate(text[from]) ? text[(from + 1)..] : text[from..]);
        }

        return text.Length == 0 && tail.Length == 0 ? null : text.Length == 0 ? tail : tail.Length == 0 ? text : $"{text}\n{tail}";
    }

    // Both streams come as one, since the command joins them; errors of the sandbox itself come on the other.
    private static string Log(CageResult result)
    {
        var text = new StringBuilder(TerminalText.Of(result.Output.LeftOut > 0 ? result.Output.Tail.Span : result.Output.Head.Span));
        return text.Append(TerminalText.Of(result.Errors.Head.Span)).ToString();
    }

    private static string? Missing(GateCheck check, int? exitCode, string log)
    {
        if (exitCode is not (CanNotRun or NotFound) && !MakeNotFound().IsMatch(log))
        {
            return null;
        }

        // npm says it in lines of its own behind the shell's, so the last one that names a program counts.
        var named = NamedProgram().Matches(log) is [.., var last] ? last.Groups["name"].Value : check.Command.Split((char[])[' ', '\n'], 2)[0];
        return $"{Cut(named, 100)} is not there or can't be run: install it where the sandbox sees it (below /usr), or set another command in spec.gateProfile.commands";
    }

    private static string Cut(string text, int max) => text.Length <= max ? text : Primitives.Printable.Cut(text, max - 1);

    [GeneratedRegex(@"(?:^|[\s:])(?<name>[^\s:]{1,200}): (?:command not found|not found|Permission denied|No such file or directory)\s*$", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedProgram();

    [GeneratedRegex(@"^make(\[[0-9]+\])?: \*\*\* .* Error 127", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MakeNotFound();
}
