using System.Text.Json;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;
using Foreman.Primitives;

namespace Foreman.Git.Forges.GitHub;

/// <summary>Answers of GitHub, and of Gitea where it has the same shapes.</summary>
internal static class GitHubReader
{
    internal static ForgeIssue Issue(JsonElement json, ForgeComments comments, ForgeLimits limits) =>
        new(json.RequiredNumber("number"), json.LineAt("title"), BoundedTexts.Cut(json.TextAt("body"), limits.MaxBodyBytes))
        {
            State = json.LineAt("state"),
            Author = json.LineAt("user", "login"),
            Url = json.LineAt("html_url"),
            Labels = ForgeLists.Labels(json),
            IsPullRequest = json.Has("pull_request"),
            Comments = comments,
        };

    internal static ForgePullRequest Pull(JsonElement json, ForgeLimits limits) =>
        new(json.RequiredNumber("number"), json.LineAt("title"), BoundedTexts.Cut(json.TextAt("body"), limits.MaxBodyBytes))
        {
            State = json.FlagAt("merged") ? "merged" : json.LineAt("state"),
            IsDraft = json.FlagAt("draft"),
            Author = json.LineAt("user", "login"),
            Url = json.LineAt("html_url"),
            Labels = ForgeLists.Labels(json),
            HeadRepository = json.LineAt("head", "repo", "full_name") is { Length: > 0 } name ? name : null,
            Head = json.LineAt("head", "ref"),
            HeadSha = json.LineAt("head", "sha"),
            Base = json.LineAt("base", "ref"),
            BaseSha = json.LineAt("base", "sha"),
            IsFromFork = IsFromFork(json),
        };

    /// <summary>True when the head lies in another repository; both names are the forge's, since ours may be from before a renaming.</summary>
    internal static bool IsFromFork(JsonElement json) => json.TextAt("head", "repo", "full_name") != json.TextAt("base", "repo", "full_name");

    internal static FoundPullRequest Found(JsonElement json, bool hasDrafts)
    {
        var title = json.LineAt("title");
        var isMarked = DraftTitles.IsDraft(title);
        return new FoundPullRequest(json.RequiredNumber("number"), json.RequiredText("html_url"))
        {
            Title = DraftTitles.Plain(title),
            Body = json.TextAt("body"),
            IsDraft = json.FlagAt("draft") || (!hasDrafts && isMarked),
            Base = json.TextAt("base", "ref"),
            HeadSha = json.LineAt("head", "sha"),
            Labels = ForgeLists.Labels(json),
            NodeId = json.TextAt("node_id"),
        };
    }

    internal static ForgeFile? File(JsonElement json) => json.LineAt("filename") is { Length: > 0 } path
        ? new ForgeFile(path, Status(json.LineAt("status")), json.NumberAt("additions"), json.NumberAt("deletions"), json.LineAt("previous_filename") is { Length: > 0 } previous ? previous : null)
        : null;

    internal static StoredComment Comment(JsonElement json) =>
        new(json.RequiredNumber("id"), new ForgeComment(json.TextAt("user", "login"), json.TextAt("body"), json.LineAt("created_at")));

    /// <summary>A comment on a line of the diff.</summary>
    internal static ForgeComment LineComment(JsonElement json) =>
        Comment(json).Comment with { Path = json.LineAt("path") is { Length: > 0 } path ? path : null, Line = json.NumberAt("line") };

    internal static ForgeReview? Review(JsonElement json, ForgeLimits limits)
    {
        var state = json.TextAt("state").ToUpperInvariant() switch
        {
            "APPROVED" => "approved",
            "CHANGES_REQUESTED" or "REQUEST_CHANGES" => "changes requested",
            "COMMENTED" or "COMMENT" => "commented",
            "DISMISSED" => "dismissed",
            "PENDING" or "REQUEST_REVIEW" => "",
            _ => json.LineAt("state"),
        };
        return state.Length == 0 ? null : new ForgeReview(json.LineAt("user", "login"), state, BoundedTexts.Cut(json.TextAt("body"), limits.MaxCommentBytes));
    }

    // Gitea says changed and deleted.
    private static string Status(string status) => status switch
    {
        "changed" => "modified",
        "deleted" => "removed",
        _ => Printable.Line(status, 40),
    };
}
