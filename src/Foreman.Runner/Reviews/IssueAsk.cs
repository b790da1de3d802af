using System.Text.RegularExpressions;
using Foreman.AgentLoop.Results;

namespace Foreman.Runner.Reviews;

/// <summary>Holds what a reviewer says that an issue asks for against the issue. Pure.</summary>
internal static partial class IssueAsk
{
    /// <summary>Bytes of the quotation that is stored.</summary>
    public const int MaxBytes = 400;

    private const int LeastWords = 3;
    private const int LeastLetters = 4;
    private const int LeastForeignLetters = 6;

    /// <summary>True when the claim quotes the issue, or says it in the issue's own words; null when it has too few words for a judgement.</summary>
    /// <param name="claim">What the reviewer says.</param>
    /// <param name="title">Title of the issue.</param>
    /// <param name="body">Its text.</param>
    public static bool? IsOf(string claim, string title, string body)
    {
        var (said, asked) = (Plain(claim), Plain($"{title}\n{body}"));
        if (said.Length == 0)
        {
            return null;
        }

        if (said == Plain(title)
            || (said.Split(' ').Length >= LeastWords && $" {asked} ".Contains($" {said} ", StringComparison.Ordinal))
            || (said.Count(c => char.IsLetter(c) && !char.IsAscii(c)) >= LeastForeignLetters && asked.Contains(said, StringComparison.Ordinal)))
        {
            return true;
        }

        var words = said.Split(' ').Where(w => w.Length >= LeastLetters && !w.Any(IsUnspaced)).Distinct(StringComparer.Ordinal).ToList();
        var there = asked.Split(' ').ToHashSet(StringComparer.Ordinal);
        return words.Count < LeastWords ? null : words.Count(there.Contains) * 3 >= words.Count * 2;
    }

    /// <summary>What the issue asks for, in its own words: the first paragraph that says something, else its title.</summary>
    /// <param name="title">Title of the issue.</param>
    /// <param name="body">Its text.</param>
    public static string Of(string title, string body)
    {
        var paragraphs = Comment().Replace(body.ReplaceLineEndings("\n"), "").Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(p => string.Join(' ', p.Split('\n', StringSplitOptions.TrimEntries).Where(l => l.Length > 0 && l[0] != '#' && !l.StartsWith("```", StringComparison.Ordinal))));
        return ResultLimit.Line(paragraphs.FirstOrDefault(p => p.Count(c => c == ' ') >= LeastWords - 1) ?? title, MaxBytes);
    }

    // Thai, Lao, Chinese and Japanese put no spaces between words, so that what stands between two marks is no word.
    private static bool IsUnspaced(char c) => c is (>= '\u0E00' and <= '\u0EFF') or (>= '\u2E80' and <= '\u9FFF');

    // Marks, quotation marks and line ends are what models change in a quotation.
    private static string Plain(string text) => NoWords().Replace(text.ToLowerInvariant(), " ").Trim();

    [GeneratedRegex(@"[^\p{L}\p{N}]+", RegexOptions.NonBacktracking)]
    private static partial Regex NoWords();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();
}
