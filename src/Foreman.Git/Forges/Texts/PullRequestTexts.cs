using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.Git.Forges.Texts;

/// <summary>
/// The text of a pull request. Our part stands between two marks that readers don't see, so that a later attempt can replace it
/// and leaves alone what people wrote around it.
/// </summary>
internal static partial class PullRequestTexts
{
    private const string Word = "<!-- foreman:";
    private const string End = Word + "end -->";

    // GitHub takes 65,536 characters, the least of the three.
    private const int MaxPartBytes = 32 << 10;
    private const int MaxTemplateBytes = 24 << 10;

    /// <summary>The text of a new pull request: the template with our part below its heading for a description, else our part first.</summary>
    /// <param name="title">The title that we give it.</param>
    /// <param name="text">Our part.</param>
    /// <param name="template">The repository's template; null for none.</param>
    internal static string Compose(string title, string text, string? template)
    {
        var part = Part(title, text);
        var rest = template is null ? "" : Printable.CutToBytes(Neutral(template), MaxTemplateBytes).Trim();
        if (rest.Length == 0)
        {
            return part;
        }

        var heading = Description().Match(rest);
        return heading.Success
            ? $"{rest[..(heading.Index + heading.Length)]}\n\n{part}{rest[(heading.Index + heading.Length)..]}"
            : $"{part}\n\n{rest}";
    }

    /// <summary>The text with our part replaced; as it is when somebody took our marks out.</summary>
    /// <param name="body">The text as it is.</param>
    /// <param name="title">The title that we give it.</param>
    /// <param name="text">Our part.</param>
    internal static string Merge(string body, string title, string text)
    {
        var lines = body.ReplaceLineEndings("\n");
        return Find(lines) is { } found ? string.Concat(lines.AsSpan(0, found.Start), Part(title, text), lines.AsSpan(found.End)) : body;
    }

    /// <summary>True when the text has a part of ours.</summary>
    internal static bool IsOurs(string body) => Find(body.ReplaceLineEndings("\n")) is not null;

    /// <summary>True when the title is the one that we gave it last, so that it may be given another.</summary>
    /// <param name="body">The text as it is.</param>
    /// <param name="title">The title as it is, without the mark of a draft.</param>
    internal static bool TitleIsOurs(string body, string title) => Find(body.ReplaceLineEndings("\n")) is { } found && found.Title == Digest(title);

    /// <summary>A comment with its key.</summary>
    internal static string Comment(string key, string text) => $"{Printable.CutToBytes(Words(text), MaxPartBytes).TrimEnd()}\n\n{CommentMark(key)}";

    /// <summary>True when the comment is the one with this key.</summary>
    internal static bool IsComment(string key, string body) => body.ReplaceLineEndings("\n").TrimEnd().EndsWith(CommentMark(key), StringComparison.Ordinal);

    private static string CommentMark(string key) => $"{Word}comment {string.Concat(key.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or '-'))} -->";

    private static string Part(string title, string text) =>
        $"{Word}begin {Digest(title)} -->\n{Printable.CutToBytes(Words(text), MaxPartBytes).Trim()}\n{End}";

    private static (int Start, int End, string Title)? Find(string body)
    {
        var begin = Begin().Match(body);
        if (!begin.Success)
        {
            return null;
        }

        var end = body.IndexOf(End, begin.Index + begin.Length, StringComparison.Ordinal);
        return end < 0 ? null : (begin.Index, end + End.Length, begin.Groups[1].Value);
    }

    // GitLab, and bots of other forges, obey lines such as "/merge" with the rights of whoever wrote them; what a model writes must not be obeyed.
    private static string Words(string text) => Command().Replace(Neutral(text), @"$1\/$2");

    // Text of models and templates never holds a mark.
    private static string Neutral(string text) => Printable.Valid(text).ReplaceLineEndings("\n").Replace(Word, "<!-- foreman ", StringComparison.OrdinalIgnoreCase);

    private static string Digest(string title) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(DraftTitles.Plain(title))))[..12];

    [GeneratedRegex(@"^([ \t]*)/([a-z])", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Command();

    [GeneratedRegex(@"<!-- foreman:begin ([0-9a-f]{12}) -->", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Begin();

    [GeneratedRegex(@"^#{1,6}[ \t]+[^\n]*\b(?:description|summary|overview|changes?|what)\b[^\n]*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Description();
}
