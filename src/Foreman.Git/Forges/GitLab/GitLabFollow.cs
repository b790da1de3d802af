using System.Globalization;
using System.Text.Json;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;
using Foreman.Primitives;

namespace Foreman.Git.Forges.GitLab;

/// <summary>Intake and follow-through by GitLab REST v4; each call and field is listed in docs/reference/forges.md.</summary>
internal sealed class GitLabFollow : IFollowApi
{
    private const string MergeRef = "/merge";

    public async Task<ListedIssues> ListIssuesAsync(ForgeCalls calls, ForgeRepository repository, string label)
    {
        var (issues, isCut) = await ForgeLists.ReadAsync(
            calls,
            $"{GitLabApi.Project(repository)}/issues?state=opened&scope=all&labels={Uri.EscapeDataString(label)}&order_by=created_at&sort=asc&per_page=100",
            int.MaxValue,
            Issue).ConfigureAwait(false);
        return new ListedIssues(issues, isCut);
    }

    public async Task<ListedPullRequests> ListPullRequestsAsync(ForgeCalls calls, ForgeRepository repository)
    {
        var (found, isCut) = await ForgeLists.ReadAsync(
            calls,
            $"{GitLabApi.Project(repository)}/merge_requests?state=opened&scope=all&order_by=created_at&sort=desc&per_page=100",
            int.MaxValue,
            m => new ListedPullRequest(m.RequiredNumber("iid"), DraftTitles.Plain(m.LineAt("title")), BoundedTexts.Cut(m.TextAt("description"), calls.Limits.MaxBodyBytes))
            {
                Url = m.LineAt("web_url"),
                Head = m.LineAt("source_branch"),
            }).ConfigureAwait(false);
        return new ListedPullRequests(found, isCut);
    }

    public Task ReadBranchAsync(ForgeCalls calls, ForgeRepository repository, string branch) =>
        calls.DoAsync(ForgeRequest.Get($"{GitLabApi.Project(repository)}/repository/branches/{Uri.EscapeDataString(branch)}"));

    public Task AddLabelAsync(ForgeCalls calls, ForgeThread thread, string label) => ChangeAsync(calls, thread, new GitLabMergeRequest { AddLabels = OneName(label) });

    public Task RemoveLabelAsync(ForgeCalls calls, ForgeThread thread, string label) => ChangeAsync(calls, thread, new GitLabMergeRequest { RemoveLabels = OneName(label) });

    public async Task<PullRequestStatus> ReadStatusAsync(ForgeCalls calls, ForgeRepository repository, long number) =>
        Status(await calls.JsonAsync(ForgeRequest.Get(GitLabApi.MergeRequest(repository, number))).ConfigureAwait(false));

    // The pipeline is named by the merge request alone, so that is read again.
    public async Task<PullRequestChecks> ReadChecksAsync(ForgeCalls calls, ForgeRepository repository, long number, string? tip)
    {
        var json = await calls.JsonAsync(ForgeRequest.Get(GitLabApi.MergeRequest(repository, number))).ConfigureAwait(false);
        var sha = Status(json).HeadSha;
        if (json.NumberAt("head_pipeline", "id") is not { } pipeline || !IsOfHead(json, sha))
        {
            return new PullRequestChecks(sha, [], IsCut: false);
        }

        // The pipeline of a branch in a fork lies in the fork.
        var project = json.NumberAt("head_pipeline", "project_id") is { } id ? string.Create(CultureInfo.InvariantCulture, $"projects/{id}") : GitLabApi.Project(repository);
        var (jobs, isCut) = await ForgeLists.ReadAsync(
            calls,
            string.Create(CultureInfo.InvariantCulture, $"{project}/pipelines/{pipeline}/jobs?per_page=100"),
            calls.Limits.MaxChecks,
            j => Check(j, j.LineAt("name"), j.TextAt("failure_reason"), calls.Limits)).ConfigureAwait(false);

        // A pipeline that could not be made has no jobs, and its state is all there is.
        var whole = json.GetProperty("head_pipeline");
        return new PullRequestChecks(sha, jobs.Count > 0 || Check(whole, "pipeline", "", calls.Limits) is not { } alone ? jobs : [alone], isCut);
    }

    public async Task<PullRequestReviews> ReadReviewsAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = GitLabApi.MergeRequest(repository, number);
        var approvals = await calls.JsonAsync(ForgeRequest.Get($"{path}/approvals")).ConfigureAwait(false);
        var said = approvals.ListAt("approved_by").Select(a => a.LineAt("user", "username")).Distinct(StringComparer.Ordinal).ToDictionary(a => a, _ => ReviewState.Approved, StringComparer.Ordinal);
        var reviewers = await ForgeLists.ReadAsync(calls, $"{path}/reviewers?per_page=100", int.MaxValue, r => new Reviewer(r.LineAt("user", "username"), r.TextAt("state"))).ConfigureAwait(false);
        foreach (var reviewer in reviewers.Items)
        {
            if (reviewer.State == "requested_changes")
            {
                said[reviewer.Name] = ReviewState.ChangesRequested;
            }
            else if (reviewer.State == "reviewed")
            {
                _ = said.TryAdd(reviewer.Name, ReviewState.Commented);
            }
        }

        var notes = await ForgeLists.ReadAsync(calls, GitLabApi.Notes(path), int.MaxValue, n => n.FlagAt("system") ? null : new Note(n)).ConfigureAwait(false);
        var reviews = notes.Items.ToLookup(n => n.Author, StringComparer.Ordinal);
        var authors = said.Keys.Concat(notes.Items.Where(n => n.Path.Length > 0).Select(n => n.Author)).Distinct(StringComparer.Ordinal);
        return new PullRequestReviews([.. authors.Select(a => Review(a, said, [.. reviews[a]])).OrderBy(r => r.SubmittedAt)], reviewers.IsCut || notes.IsCut);
    }

    public async Task<PullRequestStatus> MarkReadyAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = GitLabApi.MergeRequest(repository, number);
        var json = await calls.JsonAsync(ForgeRequest.Get(path)).ConfigureAwait(false);
        var (status, title) = (Status(json), json.TextAt("title"));
        if (!status.IsOpen || !DraftTitles.IsDraft(title))
        {
            return status;
        }

        var request = new GitLabMergeRequest { Title = DraftTitles.Plain(title) };
        return Status(await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Put, path, request, ForgeJson.Default.GitLabMergeRequest)).ConfigureAwait(false));
    }

    /// <summary>What one person says: the newest text on the whole, and all on lines.</summary>
    private static PullRequestReview Review(string author, Dictionary<string, ReviewState> said, IReadOnlyList<Note> notes)
    {
        var lines = notes.Where(n => n.Path.Length > 0).ToList();

        // The comments of somebody who is no reviewer are talk, not a review.
        var whole = said.ContainsKey(author) ? notes.LastOrDefault(n => n.Path.Length == 0) : null;
        return new PullRequestReview(author, said.GetValueOrDefault(author, ReviewState.Commented), whole?.Json.TextAt("body") ?? "")
        {
            SubmittedAt = lines.Append(whole).Max(n => n?.Json.TimeAt("created_at")),
            Commit = lines.LastOrDefault()?.Json.LineAt("position", "head_sha") ?? "",
            Lines = [.. lines.Select(n => FollowReader.Line(n.Json, n.Json.NumberAt("position", "new_line"), n.Json.NumberAt("position", "old_line")) with { Path = n.Path, IsOutdated = false })],
        };
    }

    private static ListedIssue Issue(JsonElement json) => new(json.RequiredNumber("iid"), json.LineAt("title"))
    {
        Url = json.LineAt("web_url"),
        Author = json.LineAt("author", "username"),
        Labels = ForgeLists.Labels(json),
        Assignees = ForgeLists.Accounts(json.ListAt("assignees"), "username"),
        UpdatedAt = json.TimeAt("updated_at"),
    };

    // Locked is what one is while it is being merged.
    private static PullRequestStatus Status(JsonElement json) => new(json.RequiredNumber("iid"), json.LineAt("web_url"))
    {
        Title = DraftTitles.Plain(json.LineAt("title")),
        State = json.LineAt("state") is "opened" or "locked" ? "open" : json.LineAt("state"),
        IsDraft = json.FlagAt("draft"),
        Head = json.LineAt("source_branch"),
        HeadSha = json.RequiredText("sha"),
        Base = json.LineAt("target_branch"),
    };

    // A pipeline over the result of the merge has another commit, and a reference that ends so.
    private static bool IsOfHead(JsonElement json, string sha) =>
        json.TextAt("head_pipeline", "sha") == sha || json.TextAt("head_pipeline", "ref").EndsWith(MergeRef, StringComparison.Ordinal);

    private static ForgeCheck? Check(JsonElement json, string name, string reason, ForgeLimits limits) =>
        FollowReader.Check(name, State(json.TextAt("status"), json.FlagAt("allow_failure")), reason.Length > 0 ? reason : json.TextAt("status"), limits) is { } check
            ? check with { Url = json.LineAt("web_url") }
            : null;

    private static CheckState State(string word, bool mayFail) => word switch
    {
        "success" => CheckState.Success,
        "skipped" => CheckState.Neutral,
        "failed" or "canceled" or "canceling" => mayFail ? CheckState.Neutral : CheckState.Failure,
        "manual" when mayFail => CheckState.Neutral,
        _ => CheckState.Pending,
    };

    private static Task ChangeAsync(ForgeCalls calls, ForgeThread thread, GitLabMergeRequest change) =>
        calls.DoAsync(ForgeRequest.Write(HttpMethod.Put, GitLabApi.Thread(thread), change, ForgeJson.Default.GitLabMergeRequest));

    // Commas separate names.
    private static string OneName(string label) => label.Replace(',', ' ');

    private sealed record Reviewer(string Name, string State);

    private sealed record Note(JsonElement Json)
    {
        internal string Author { get; } = Json.LineAt("author", "username");

        internal string Path { get; } = Printable.Line(Json.TextAt("position", "new_path") is { Length: > 0 } path ? path : Json.TextAt("position", "old_path"), 300);
    }
}
