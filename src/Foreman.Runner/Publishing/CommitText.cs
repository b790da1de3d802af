using System.Globalization;

namespace Foreman.Runner.Publishing;

/// <summary>The message of a run's commit. Pure.</summary>
internal static class CommitText
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

    private static bool Mentions(string text, string number) =>
        text.IndexOf(number, StringComparison.Ordinal) is >= 0 and var at && (at + number.Length == text.Length || !char.IsAsciiDigit(text[at + number.Length]));
}
