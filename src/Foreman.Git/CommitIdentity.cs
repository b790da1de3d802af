using System.Globalization;

namespace Foreman.Git;

/// <summary>Who makes commits.</summary>
/// <param name="AuthorName">The author's name.</param>
/// <param name="AuthorEmail">The author's address.</param>
/// <param name="CommitterName">The committer's name; the author's when absent.</param>
/// <param name="CommitterEmail">The committer's address; the author's when absent.</param>
public sealed record CommitIdentity(string AuthorName, string AuthorEmail, string? CommitterName = null, string? CommitterEmail = null)
{
    /// <summary>The line by which the committer certifies the origin of the change.</summary>
    internal string SignOff => $"Signed-off-by: {Name(CommitterName ?? AuthorName)} <{Email(CommitterEmail ?? AuthorEmail)}>";

    /// <summary>The variables that tell git.</summary>
    /// <param name="when">The date of both, so that the same commit made again is the same.</param>
    internal IReadOnlyDictionary<string, string> Variables(DateTimeOffset when)
    {
        var date = string.Create(CultureInfo.InvariantCulture, $"@{when.ToUnixTimeSeconds()} +0000");
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_AUTHOR_NAME"] = Name(AuthorName),
            ["GIT_AUTHOR_EMAIL"] = Email(AuthorEmail),
            ["GIT_AUTHOR_DATE"] = date,
            ["GIT_COMMITTER_NAME"] = Name(CommitterName ?? AuthorName),
            ["GIT_COMMITTER_EMAIL"] = Email(CommitterEmail ?? AuthorEmail),
            ["GIT_COMMITTER_DATE"] = date,
        };
    }

    private static string Name(string text) => Clean(text) is { Length: > 0 } name ? name : "Foreman";

    private static string Email(string text) => Clean(text) is { Length: > 0 } email ? email : "foreman@localhost";

    // What would end the field in a commit.
    private static string Clean(string text) => new string([.. text.Where(c => !char.IsControl(c) && c is not ('<' or '>'))]).Trim();
}

/// <summary>Which attempt of which task made a commit.</summary>
/// <param name="TaskUid">The task's UID.</param>
/// <param name="Attempt">The attempt's number, from 1.</param>
public sealed record AttemptMark(string TaskUid, long Attempt)
{
    /// <summary>The trailer's name.</summary>
    internal const string Trailer = "Foreman-Attempt";

    /// <summary>The trailer.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Trailer}: {TaskUid}/{Attempt}");

    /// <summary>The mark in the last paragraph of a commit's message; null when there is none. Of several the last counts. Pure.</summary>
    internal static AttemptMark? Find(string message)
    {
        foreach (var line in message.TrimEnd().Split('\n').Reverse())
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                return null;
            }

            if (line.StartsWith(Trailer + ": ", StringComparison.Ordinal) && line[(Trailer.Length + 2)..].Trim().Split('/') is [{ Length: > 0 } uid, var number]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt))
            {
                return new AttemptMark(uid, attempt);
            }
        }

        return null;
    }
}
