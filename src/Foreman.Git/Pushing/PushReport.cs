namespace Foreman.Git.Pushing;

/// <summary>What <c>git push --porcelain</c> says about the one branch that was pushed.</summary>
/// <param name="Accepted">The server took it.</param>
/// <param name="Stale">The branch is not at the commit that it was to replace.</param>
/// <param name="Reason">The server's words when it refused.</param>
internal sealed record PushReport(bool Accepted, bool Stale, string? Reason)
{
    // What a server says when two pushes meet there.
    private static readonly string[] Raced = ["stale info", "fetch first", "non-fast-forward", "failed to update ref", "cannot lock ref", "reference already exists", "incorrect old value provided", "already exists"];

    /// <summary>Reads lines such as <c>!&lt;tab&gt;from:to&lt;tab&gt;[rejected] (stale info)</c>; null when there is none. Pure.</summary>
    public static PushReport? Parse(string output)
    {
        foreach (var line in output.Split('\n'))
        {
            if (line.Split('\t') is [[var flag], _, var summary])
            {
                var open = summary.IndexOf('(', StringComparison.Ordinal);
                var reason = open < 0 ? summary : summary[(open + 1)..].TrimEnd(')', ' ');
                return flag == '!' ? new(false, Raced.Any(r => reason.Contains(r, StringComparison.Ordinal)), reason) : new(true, false, null);
            }
        }

        return null;
    }
}
