using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Git;

namespace Foreman.Runner.Publishing;

/// <summary>
/// Words such as "fixes #7", with which a forge closes or reopens issues when what says them is merged. Models quote them, or are told to write them:
/// those that are about another issue than the task's own are made harmless. Pure.
/// </summary>
internal static partial class ClosingWords
{
    // An issue or a change by its address, its number, or both.
    private const string One = @"(?:https?://[^\s<>()\[\]""'`]+/(?:issues|pulls?|merge_requests|work_items)/[0-9]+|(?:[\w.-]+(?:/[\w.-]+)*)?[#!][0-9]+|GH-[0-9]+)";

    /// <summary>The text with each such reference as code, which no forge obeys and readers still see.</summary>
    /// <param name="text">Of a commit or a pull request.</param>
    /// <param name="issue">Number of the task's own issue; null for none.</param>
    /// <param name="repository">The repository of that issue; null where it is not known.</param>
    public static string Quoted(string text, int? issue, RepositoryAddress? repository) => Statement().Replace(
        text,
        statement => Reference().Replace(statement.Value, found => IsOwn(found.Value, issue, repository) ? found.Value : $"`{found.Value}`"));

    private static bool IsOwn(string reference, int? issue, RepositoryAddress? repository)
    {
        var digits = reference[(reference.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)..];
        if (issue is not { } number || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var named) || named != number)
        {
            return false;
        }

        var where = reference[..^digits.Length];
        if (where == "#" || where.Equals("GH-", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // Forges take names in any case.
        return repository is { IsLocal: false }
            && (where.Equals($"{repository.FullName}#", StringComparison.OrdinalIgnoreCase)
                || Places(repository).Any(p => where.Equals(p, StringComparison.OrdinalIgnoreCase)));
    }

    private static IEnumerable<string> Places(RepositoryAddress repository) =>
        from scheme in (string[])["https", "http"]
        from path in (string[])["issues", "-/issues", "-/work_items"]
        select $"{scheme}://{repository.Host}/{repository.FullName}/{path}/";

    // GitHub knows close, fix and resolve; GitLab their other forms, implement, "issue" behind them and several references; Gitea reopen.
    [GeneratedRegex(
        @"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?|reopen(?:s|ed|ing)?)\b:?[\s*_~<(\[""']*(?:issues?\b[\s*_~<(\[""']*)?" + One
        + @"(?:[\s*_~<>()\[\]""',;]*(?:(?:and|&)[\s*_~<(\[""']+)?" + One + ")*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Statement();

    [GeneratedRegex(One, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
