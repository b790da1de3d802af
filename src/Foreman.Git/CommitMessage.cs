using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>A commit's message of what a model wrote. Pure.</summary>
internal static partial class CommitMessage
{
    private const int MaxCharacters = 16 * 1024;
    private const string Nothing = "Change files";

    /// <summary>The text, cleaned, with the trailers of this project; trailers of these names that the text brings along are taken out.</summary>
    /// <param name="text">From a model or a person.</param>
    /// <param name="signOff">The sign-off; null for none.</param>
    /// <param name="mark">Which attempt makes the commit.</param>
    public static string Of(string text, string? signOff, AttemptMark mark)
    {
        var lines = Printable.Text(Printable.Valid(Printable.Cut(text, MaxCharacters))).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n')
            .Select(l => l.TrimEnd()).Where(l => !OwnTrailer().IsMatch(l));
        var body = SkippedChecks().Replace(string.Join('\n', lines).Trim('\n', ' ', '\t'), "($1)");
        if (body.Length == 0)
        {
            body = Nothing;
        }

        return $"{body}\n\n{(signOff is null ? "" : signOff + "\n")}{mark}\n";
    }

    // Forges run no checks for a commit that says "[skip ci]"; whether they run must not depend on what a model reads.
    [GeneratedRegex(@"\[\s*(skip[ _-]+\w+|\w+[ _-]+skip|no[ _-]+ci)\s*\]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SkippedChecks();

    // A model's sign-off would certify in somebody's name, and its mark could keep a later attempt from pushing.
    [GeneratedRegex(@"^\s*(?:signed-off-by|foreman-attempt|skip-checks|request-checks)\s*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OwnTrailer();
}
