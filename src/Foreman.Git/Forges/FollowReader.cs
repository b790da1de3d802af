using System.Text;
using System.Text.Json;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;
using Foreman.Primitives;

namespace Foreman.Git.Forges;

/// <summary>Answers about issues that are taken in and pull requests that are followed, of GitHub, and of Gitea where it has the same shapes.</summary>
internal static class FollowReader
{
    internal static ListedIssue? Issue(JsonElement json) => json.Has("pull_request")
        ? null
        : new ListedIssue(json.RequiredNumber("number"), json.LineAt("title"))
        {
            Url = json.LineAt("html_url"),
            Author = json.LineAt("user", "login"),
            Labels = ForgeLists.Labels(json),
            Assignees = ForgeLists.Accounts(json.ListAt("assignees"), "login"),
            UpdatedAt = json.TimeAt("updated_at"),
        };

    internal static ListedPullRequest PullRequest(JsonElement json, ForgeLimits limits) =>
        new(json.RequiredNumber("number"), DraftTitles.Plain(json.LineAt("title")), BoundedTexts.Cut(json.TextAt("body"), limits.MaxBodyBytes))
        {
            Url = json.LineAt("html_url"),
            Head = json.LineAt("head", "ref"),
        };

    /// <param name="json">The pull request.</param>
    /// <param name="titleMarksDraft">True where the API has, or had, no field for drafts.</param>
    internal static PullRequestStatus Status(JsonElement json, bool titleMarksDraft) => new(json.RequiredNumber("number"), json.LineAt("html_url"))
    {
        Title = DraftTitles.Plain(json.LineAt("title")),
        State = json.FlagAt("merged") ? "merged" : json.LineAt("state"),
        IsDraft = json.FlagAt("draft") || (titleMarksDraft && DraftTitles.IsDraft(json.TextAt("title"))),
        Head = json.LineAt("head", "ref"),
        HeadSha = json.RequiredText("head", "sha"),
        Base = json.LineAt("base", "ref"),
    };

    internal static ForgeCheck? CheckRun(JsonElement json, ForgeLimits limits)
    {
        var conclusion = json.TextAt("conclusion");
        var told = string.Join("\n\n", new[] { json.TextAt("output", "title"), json.TextAt("output", "summary") }.Where(t => t.Length > 0));
        return Check(json.LineAt("name"), State(json.TextAt("status") == "completed" ? conclusion : "pending"), told.Length > 0 ? told : conclusion, limits) is { } check
            ? check with { Url = json.LineAt("html_url") is { Length: > 0 } url ? url : json.LineAt("details_url") }
            : null;
    }

    /// <summary>A failed check with what it says of places in the files.</summary>
    /// <param name="check">The check.</param>
    /// <param name="read">Its annotations as far as they were read.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="limits">The bounds.</param>
    internal static ForgeCheck Annotated(ForgeCheck check, IReadOnlyList<JsonElement> read, long total, ForgeLimits limits)
    {
        var all = read.Where(a => a.TextAt("message").Length > 0 || a.TextAt("raw_details").Length > 0).ToArray();
        var left = limits.MaxAnnotationsBytes;
        var shown = all.OrderBy(a => Weight(a.TextAt("annotation_level"))).Take(limits.MaxAnnotations).TakeWhile(_ => left > 0)
            .Select(a => new CheckAnnotation(a.LineAt("path"), a.NumberAt("start_line"), a.LineAt("annotation_level"), Taken(a.TextAt("message")), Taken(a.TextAt("raw_details"))))
            .ToList();
        return check with { Annotations = shown, AnnotationsLeftOut = Math.Max(total, all.Length) - shown.Count };

        string Taken(string text)
        {
            var cut = text.Length == 0 || left <= 0 ? "" : BoundedTexts.Cut(text, left);
            left -= Encoding.UTF8.GetByteCount(cut);
            return cut;
        }
    }

    internal static ForgeCheck? CommitStatus(JsonElement json, string state, ForgeLimits limits) =>
        Check(json.LineAt("context"), State(state), json.TextAt("description"), limits) is { } check ? check with { Url = json.LineAt("target_url") } : null;

    internal static ForgeCheck? Check(string name, CheckState state, string summary, ForgeLimits limits) =>
        name.Length == 0 ? null : new ForgeCheck(name, state) { Summary = BoundedTexts.Cut(summary, limits.MaxCommentBytes) };

    /// <param name="json">The review.</param>
    /// <param name="lines">Its comments on lines.</param>
    /// <param name="mayDecide">False for somebody who has no say in the repository: what that person requests is a comment.</param>
    internal static PullRequestReview? Review(JsonElement json, IReadOnlyList<ReviewLine> lines, bool mayDecide)
    {
        ReviewState? state = json.TextAt("state").ToUpperInvariant() switch
        {
            _ when json.FlagAt("dismissed") => null,
            "APPROVED" => ReviewState.Approved,
            "CHANGES_REQUESTED" or "REQUEST_CHANGES" => mayDecide ? ReviewState.ChangesRequested : ReviewState.Commented,
            "COMMENTED" or "COMMENT" => ReviewState.Commented,
            _ => null,
        };
        return state is not { } said || (said == ReviewState.Commented && lines.Count == 0 && json.TextAt("body").Length == 0)
            ? null
            : new PullRequestReview(json.LineAt("user", "login"), said, json.TextAt("body"))
            {
                SubmittedAt = json.TimeAt("submitted_at"),
                Commit = json.LineAt("commit_id"),
                Lines = lines,
            };
    }

    /// <param name="json">The comment.</param>
    /// <param name="line">Where it is now; null when that line was changed.</param>
    /// <param name="originalLine">Where it was written.</param>
    internal static ReviewLine Line(JsonElement json, long? line, long? originalLine) =>
        new(Printable.Line(json.TextAt("path"), 300), line ?? originalLine, json.TextAt("body")) { IsOutdated = line is null && originalLine is not null };

    private static int Weight(string level) => level switch
    {
        "failure" => 0,
        "warning" => 1,
        _ => 2,
    };

    // What is not known keeps a pull request back.
    private static CheckState State(string word) => word switch
    {
        "success" => CheckState.Success,
        "pending" => CheckState.Pending,
        "neutral" or "skipped" or "warning" => CheckState.Neutral,
        _ => CheckState.Failure,
    };
}
