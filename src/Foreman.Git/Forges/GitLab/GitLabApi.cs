using System.Globalization;
using System.Text;
using System.Text.Json;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;
using Foreman.Primitives;

namespace Foreman.Git.Forges.GitLab;

/// <summary>GitLab REST v4; each call and field is listed in docs/reference/forges.md.</summary>
internal sealed class GitLabApi : IForgeApi
{
    internal static IReadOnlyList<(string Name, string Value)> Headers(GitCredential? credential)
    {
        var headers = new List<(string, string)> { ("Accept", "application/json"), ("User-Agent", "foreman") };
        if (credential is not null)
        {
            headers.Add(("PRIVATE-TOKEN", credential.Token));
        }

        return headers;
    }

    public async Task<ForgeIssue> ReadIssueAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = Issue(repository, number);
        var json = await calls.JsonAsync(ForgeRequest.Get(path)).ConfigureAwait(false);
        return new ForgeIssue(json.RequiredNumber("iid"), json.LineAt("title"), BoundedTexts.Cut(json.TextAt("description"), calls.Limits.MaxBodyBytes))
        {
            State = State(json),
            Author = json.LineAt("author", "username"),
            Url = json.LineAt("web_url"),
            Labels = ForgeLists.Labels(json),
            Comments = await NotesAsync(calls, path, json).ConfigureAwait(false),
        };
    }

    public async Task<ForgePullRequest> ReadPullRequestAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = MergeRequest(repository, number);
        var json = await calls.JsonAsync(ForgeRequest.Get(path)).ConfigureAwait(false);
        var diffs = await ForgeLists.ReadAsync(calls, $"{path}/diffs?per_page=50", calls.Limits.MaxFiles, GitLabDiff.Read).ConfigureAwait(false);
        var approvals = await calls.JsonAsync(ForgeRequest.Get($"{path}/approvals")).ConfigureAwait(false);
        return new ForgePullRequest(json.RequiredNumber("iid"), json.LineAt("title"), BoundedTexts.Cut(json.TextAt("description"), calls.Limits.MaxBodyBytes))
        {
            State = State(json),
            IsDraft = json.FlagAt("draft"),
            Author = json.LineAt("author", "username"),
            Url = json.LineAt("web_url"),
            Labels = ForgeLists.Labels(json),
            HeadRepository = json.NumberAt("source_project_id") == json.NumberAt("target_project_id") ? repository.FullName : null,
            Head = json.LineAt("source_branch"),
            HeadSha = json.LineAt("sha"),
            Base = json.LineAt("target_branch"),
            BaseSha = json.LineAt("diff_refs", "base_sha"),
            IsFromFork = json.NumberAt("source_project_id") != json.NumberAt("target_project_id"),
            Files = [.. diffs.Items.Select(d => d.File)],
            FilesAreCut = diffs.IsCut,
            Diff = GitLabDiff.Join(diffs.Items, diffs.IsCut, calls.Limits.MaxDiffBytes),
            Comments = await NotesAsync(calls, path, json).ConfigureAwait(false),
            Reviews = [.. approvals.ListAt("approved_by").Select(a => new ForgeReview(a.LineAt("user", "username"), "approved", ""))],
        };
    }

    public async Task<IReadOnlyList<FoundPullRequest>> OpenOfAsync(ForgeCalls calls, ForgeRepository target, ForgeRepository source, string head)
    {
        var fork = source == target ? null : (long?)await ProjectIdAsync(calls, source).ConfigureAwait(false);
        return (await ForgeLists.ReadAsync(
            calls,
            $"{Project(target)}/merge_requests?state=opened&scope=all&source_branch={Uri.EscapeDataString(head)}&per_page=100",
            int.MaxValue,
            m => m.NumberAt("source_project_id") == (fork ?? m.NumberAt("target_project_id")) ? Found(m) : null).ConfigureAwait(false)).Items;
    }

    public async Task<FoundPullRequest> OpenAsync(ForgeCalls calls, PullRequestProposal proposal, string title, string body)
    {
        var request = new GitLabMergeRequest
        {
            SourceBranch = proposal.Head,
            TargetBranch = proposal.Base,
            TargetProjectId = proposal.Source == proposal.Target ? null : await ProjectIdAsync(calls, proposal.Target).ConfigureAwait(false),
            Title = DraftTitles.Of(title, DraftTitles.GitLabMark, proposal.IsDraft),
            Description = body,
        };
        return Found(await calls.JsonAsync(ForgeRequest.Write(
            HttpMethod.Post, $"{Project(proposal.Source)}/merge_requests", request, ForgeJson.Default.GitLabMergeRequest)).ConfigureAwait(false));
    }

    public async Task<FoundPullRequest> ChangeAsync(ForgeCalls calls, ForgeRepository target, FoundPullRequest found, PullRequestChange change)
    {
        var request = new GitLabMergeRequest { Title = DraftTitles.Of(change.Title, DraftTitles.GitLabMark, change.IsDraft), Description = change.Body };
        return Found(await calls.JsonAsync(ForgeRequest.Write(
            HttpMethod.Put, MergeRequest(target, found.Number), request, ForgeJson.Default.GitLabMergeRequest)).ConfigureAwait(false));
    }

    // Labels that the project does not have are made.
    public Task AddLabelsAsync(ForgeCalls calls, ForgeRepository target, long number, IReadOnlyList<string> labels) =>
        calls.DoAsync(ForgeRequest.Write(
            HttpMethod.Put,
            MergeRequest(target, number),
            new GitLabMergeRequest { AddLabels = string.Join(',', labels.Select(l => l.Replace(',', ' '))) },
            ForgeJson.Default.GitLabMergeRequest));

    public async IAsyncEnumerable<StoredComment> CommentsAsync(ForgeCalls calls, ForgeThread thread)
    {
        await foreach (var json in calls.PagesAsync(Notes(Thread(thread))).ConfigureAwait(false))
        {
            if (json is { } note && !note.FlagAt("system"))
            {
                yield return Note(note);
            }
        }
    }

    public async Task<StoredComment> AddCommentAsync(ForgeCalls calls, ForgeThread thread, string body) => Note(
        await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Post, $"{Thread(thread)}/notes", new CommentBody(body), ForgeJson.Default.CommentBody)).ConfigureAwait(false));

    public async Task<StoredComment> ChangeCommentAsync(ForgeCalls calls, ForgeThread thread, long id, string body) => Note(
        await calls.JsonAsync(ForgeRequest.Write(
            HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"{Thread(thread)}/notes/{id}"), new CommentBody(body), ForgeJson.Default.CommentBody)).ConfigureAwait(false));

    // Without a token GitLab shows the rest of what is public, and no comments.
    private static async Task<ForgeComments> NotesAsync(ForgeCalls calls, string thread, JsonElement json)
    {
        try
        {
            var notes = await ForgeLists.ReadAsync(calls, Notes(thread), int.MaxValue, n => n.FlagAt("system") ? null : Note(n).Comment).ConfigureAwait(false);
            return BoundedTexts.Newest(notes.Items, calls.Limits);
        }
        catch (ForgeException e) when (e.Error.Kind == ForgeErrorKind.Unauthorized)
        {
            return new ForgeComments([], (int)Math.Clamp(json.NumberAt("user_notes_count") ?? 0, 0, int.MaxValue));
        }
    }

    private static async Task<long> ProjectIdAsync(ForgeCalls calls, ForgeRepository repository) =>
        (await calls.JsonAsync(ForgeRequest.Get(Project(repository))).ConfigureAwait(false)).RequiredNumber("id");

    private static FoundPullRequest Found(JsonElement json) => new(json.RequiredNumber("iid"), json.RequiredText("web_url"))
    {
        Title = DraftTitles.Plain(json.LineAt("title")),
        Body = json.TextAt("description"),
        IsDraft = json.FlagAt("draft"),
        Base = json.TextAt("target_branch"),
        HeadSha = json.LineAt("sha"),
        Labels = ForgeLists.Labels(json),
    };

    private static StoredComment Note(JsonElement json) => new(
        json.RequiredNumber("id"),
        new ForgeComment(json.TextAt("author", "username"), json.TextAt("body"), json.LineAt("created_at"))
        {
            Path = json.LineAt("position", "new_path") is { Length: > 0 } path ? path : null,
            Line = json.NumberAt("position", "new_line"),
        });

    private static string State(JsonElement json) => json.LineAt("state") is "opened" ? "open" : json.LineAt("state");

    internal static string Notes(string thread) => $"{thread}/notes?sort=asc&order_by=created_at&per_page=100";

    internal static string Thread(ForgeThread thread) =>
        thread.IsPullRequest ? MergeRequest(thread.Repository, thread.Number) : Issue(thread.Repository, thread.Number);

    internal static string Project(ForgeRepository repository) => $"projects/{Uri.EscapeDataString(repository.FullName)}";

    private static string Issue(ForgeRepository repository, long number) => string.Create(CultureInfo.InvariantCulture, $"{Project(repository)}/issues/{number}");

    internal static string MergeRequest(ForgeRepository repository, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Project(repository)}/merge_requests/{number}");

    /// <summary>A file of "List merge request diffs": without the lines that name it.</summary>
    private sealed record GitLabDiff(ForgeFile File, string Text)
    {
        internal static GitLabDiff? Read(JsonElement json)
        {
            var (path, previous, diff) = (json.LineAt("new_path"), json.LineAt("old_path"), json.TextAt("diff"));
            if (path.Length == 0)
            {
                return null;
            }

            var status = json.FlagAt("new_file") ? "added" : json.FlagAt("deleted_file") ? "removed" : json.FlagAt("renamed_file") ? "renamed" : "modified";
            var left = json.FlagAt("too_large") || json.FlagAt("collapsed") ? "[the forge leaves out this file's changes]\n" : "";
            return new GitLabDiff(new ForgeFile(path, status, null, null, previous == path ? null : previous), $"--- a/{previous}\n+++ b/{path}\n{left}{diff}{(diff.EndsWith('\n') || diff.Length == 0 ? "" : "\n")}");
        }

        internal static string Join(IReadOnlyList<GitLabDiff> diffs, bool isCut, int maxBytes)
        {
            var text = new StringBuilder();
            foreach (var diff in diffs)
            {
                _ = text.Append(diff.Text);
                if (text.Length > maxBytes)
                {
                    isCut = true;
                    break;
                }
            }

            return BoundedTexts.CutDiff(Encoding.UTF8.GetBytes(Printable.Valid(text.ToString())), isCut, maxBytes);
        }
    }
}
