using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.Runner.Publishing;

/// <summary>The message of a run's commit. Pure.</summary>
internal static partial class CommitText
{
    private const int MaxSubject = 72;

    /// <summary>The model's message, else its summary, and the issue that it is for.</summary>
    /// <param name="message">As the model gave it; may be empty.</param>
    /// <param name="summary">The model's summary.</param>
    /// <param name="issue">Number of the issue; null for none.</param>
    public static string Of(string? message, string summary, int? issue)
    {
        var text = message?.ReplaceLineEndings("\n").Trim() is { Length: > 0 } given ? given : summary.Trim() is { Length: > 0 } told ? told : "Change files";
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var subject = (end < 0 ? text : text[..end]).TrimEnd();
        var body = end < 0 ? "" : text[end..].Trim('\n');
        if (subject.Length > MaxSubject && subject.LastIndexOf(' ', MaxSubject) is > 20 and var cut)
        {
            (subject, body) = (subject[..cut], body.Length == 0 ? subject[(cut + 1)..] : $"{subject[(cut + 1)..]}\n\n{body}");
        }

        var number = issue is { } n ? string.Create(CultureInfo.InvariantCulture, $"#{n}") : null;
        if (number is not null && !Mentions(text, number))
        {
            body = body.Length == 0 ? $"Fixes {number}" : $"{body}\n\nFixes {number}";
        }

        return body.Length == 0 ? subject : $"{subject}\n\n{body}";
    }

    /// <summary>The message of work whose checks fail, which nothing a model wrote is part of: to merge it must end no issue.</summary>
    /// <param name="task">Name of the task.</param>
    /// <param name="issue">Number of the issue; null for none.</param>
    /// <param name="checks">Names of those that fail; what they printed could end issues too.</param>
    public static string Unfinished(string task, int? issue, IEnumerable<string> checks)
    {
        var text = $"WIP: keep the work of {task}, whose checks fail\n\nFor a person to finish: {string.Join(", ", checks)} failed";
        return issue is { } number ? string.Create(CultureInfo.InvariantCulture, $"{text}\n\nRefs #{number}") : text;
    }

    /// <summary>True when a text says that an issue is fixed, in words that forges know.</summary>
    /// <param name="text">Of a commit or a pull request.</param>
    /// <param name="issue">Number of the issue.</param>
    public static bool Closes(string text, int issue)
    {
        foreach (var match in Closing().EnumerateMatches(text))
        {
            var at = match.Index + match.Length;
            var end = at;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (int.TryParse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == issue)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Mentions(string text, string number) =>
        text.IndexOf(number, StringComparison.Ordinal) is >= 0 and var at && (at + number.Length == text.Length || !char.IsAsciiDigit(text[at + number.Length]));

    [GeneratedRegex(@"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+#", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Closing();
}
