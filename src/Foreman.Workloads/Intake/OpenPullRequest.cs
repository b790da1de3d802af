using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.Workloads;

/// <summary>An open pull request. Its texts come from outside and are only searched. Pure.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Head">The branch to be merged.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text, which may be cut.</param>
public sealed partial record OpenPullRequest(long Number, string Head, string Title, string Body)
{
    private const string Branch = "issue-";

    /// <summary>
    /// True when it is about an issue: its branch ends in <c>issue-N</c>, as the branches of Workloads do, or its title or text says
    /// that it closes the issue, in the words that forges close issues for.
    /// </summary>
    /// <param name="issue">Number of the issue.</param>
    /// <param name="repository">Full name of the repository that both lie in.</param>
    public bool IsAbout(long issue, string repository) => IsBranchOf(issue) || Closes(Title, issue, repository) || Closes(Body, issue, repository);

    private bool IsBranchOf(long issue)
    {
        var last = Head[(Head.LastIndexOf('/') + 1)..];
        var number = issue.ToString(CultureInfo.InvariantCulture);
        return last == Branch + number || last == $"{Branch}{number}-esc";
    }

    private static bool Closes(string text, long issue, string repository)
    {
        var number = issue.ToString(CultureInfo.InvariantCulture);
        return ClosingWord().Matches(text).Any(m => m.Groups["number"].Value == number
            && (!m.Groups["repository"].Success || Plain(m.Groups["repository"].Value).Equals(repository, StringComparison.OrdinalIgnoreCase)));
    }

    // GitLab's addresses have /-/ behind the repository.
    private static string Plain(string repository) => repository.EndsWith("/-", StringComparison.Ordinal) ? repository[..^2] : repository;

    [GeneratedRegex(
        @"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):?[ \t]+(?:issue[ \t]+)?(?:(?<repository>[\w.-]+(?:/[\w.-]+)+)?#|https?://[^/\s]+/(?<repository>[\w.-]+(?:/[\w.-]+)+)/issues/)(?<number>[0-9]{1,18})\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ClosingWord();
}
