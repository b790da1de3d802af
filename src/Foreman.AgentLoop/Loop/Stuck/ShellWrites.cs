using System.Text.RegularExpressions;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>Tells by its shape whether a shell command writes files, for results that don't say what changed. Pure.</summary>
internal static partial class ShellWrites
{
    private const int MaxLooked = 16 << 10;

    /// <summary>True when the command redirects into a file or calls a program that is there to change files.</summary>
    internal static bool LooksLikeWrite(string command)
    {
        var text = command.Length > MaxLooked ? command[..MaxLooked] : command;
        text = Quoted().Replace(text, " ");
        return Redirect().IsMatch(Harmless().Replace(text, " ")) || Program().IsMatch(text);
    }

    [GeneratedRegex("""'[^']*'|"[^"]*["]""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    // 2>&1, >&2 and writes to /dev/null, /dev/stdout and /dev/stderr change nothing; neither do => and ->.
    [GeneratedRegex(@"[0-9&]?>{1,2}\s*(?:&[0-9-]|/dev/(?:null|stdout|stderr|tty))|[=-]>", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Harmless();

    [GeneratedRegex(@">", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Redirect();

    [GeneratedRegex(
        @"(?:^|[;&|(\n]|\b(?:sudo|xargs|then|do|else|time|env)\s)\s*(?:(?:tee|mv|cp|rm|rmdir|mkdir|touch|ln|patch|truncate|install|rsync|unzip|chmod|chown)\b|dd\b[^;&|\n]*\bof=|(?:sed|perl|ruby)\b[^;&|\n]*\s-[a-zA-Z]*i|tar\b[^;&|\n]*\s-?[a-zA-Z]*x|git\s+(?:apply|am|checkout|restore|commit|merge|rebase|reset|revert|stash|mv|rm|clean|cherry-pick|init|clone|pull)\b|gofmt\s+-w|(?:dotnet\s+new|npm\s+(?:init|install|ci)|cargo\s+(?:new|init|add)|go\s+mod)\b)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Program();
}
