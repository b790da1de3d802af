using System.Globalization;

namespace Foreman.Operator.Workloads.Following;

/// <summary>What the URL of a pull request's page names. Pure.</summary>
/// <param name="Repository">URL of its repository.</param>
/// <param name="Number">Its number there, from 1.</param>
internal sealed record PullRequestAddress(string Repository, long Number)
{
    private static readonly string[] Parts = ["/-/merge_requests/", "/pulls/", "/pull/"];

    /// <summary>Reads a URL as forges give it; null when it is none of a pull request.</summary>
    public static PullRequestAddress? Parse(string url)
    {
        foreach (var part in Parts)
        {
            if (url.LastIndexOf(part, StringComparison.Ordinal) is > 0 and var at
                && long.TryParse(url.AsSpan(at + part.Length).TrimEnd('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                return new(url[..at], number);
            }
        }

        return null;
    }
}
