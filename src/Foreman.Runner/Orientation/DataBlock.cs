using System.Text.RegularExpressions;

namespace Foreman.Runner.Orientation;

/// <summary>Text of others for a model: between marks that the text itself can't end. Pure.</summary>
internal static partial class DataBlock
{
    /// <summary>The text between two lines of backquotes, more of them than the text has in a row.</summary>
    /// <param name="text">From anywhere, printable.</param>
    public static string Of(string text)
    {
        var longest = Backquotes().Matches(text).Select(m => m.Length).DefaultIfEmpty(0).Max();
        var fence = new string('`', Math.Max(3, longest + 1));
        return $"{fence}\n{text.TrimEnd('\n')}\n{fence}";
    }

    [GeneratedRegex("`+", RegexOptions.NonBacktracking)]
    private static partial Regex Backquotes();
}
