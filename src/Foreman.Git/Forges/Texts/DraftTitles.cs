using System.Text.RegularExpressions;

namespace Foreman.Git.Forges.Texts;

/// <summary>The words at the beginning of a title that mark a draft where the API has no field for it.</summary>
internal static partial class DraftTitles
{
    /// <summary>What Gitea and Forgejo know by default, and we write on GitHub where a repository has no drafts.</summary>
    internal const string GiteaMark = "WIP: ";

    /// <summary>What GitLab knows.</summary>
    internal const string GitLabMark = "Draft: ";

    private const int MaxTitle = 250;

    /// <summary>The title without such words.</summary>
    internal static string Plain(string title) => Mark().Replace(title, "", 1).Trim();

    /// <summary>The title on one line, with the word or without.</summary>
    /// <param name="title">Without the word.</param>
    /// <param name="mark">The word.</param>
    /// <param name="isDraft">Whether it is wanted.</param>
    internal static string Of(string title, string mark, bool isDraft) => isDraft ? mark + title : title;

    /// <summary>True when the title begins with such a word.</summary>
    internal static bool IsDraft(string title) => Mark().IsMatch(title);

    /// <summary>A title as we write it: one line, not empty, cut to the length that all forges take.</summary>
    internal static string Clean(string title)
    {
        var line = Foreman.Primitives.ControlCharacters.Blank(title).Trim();
        return line.Length == 0 ? "Changes" : Foreman.Primitives.Printable.Cut(line, MaxTitle);
    }

    [GeneratedRegex(@"^\s*(?:(?:\[(?:wip|draft)\]|\(draft\)|(?:wip|draft):)\s*)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Mark();
}
