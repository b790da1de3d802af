using System.Globalization;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Forges.GitHub;

/// <summary>GitHub REST v3; each call and field is listed in docs/reference/forges.md.</summary>
internal sealed class GitHubApi(ForgeEndpoint endpoint) : IForgeApi
{
    private const string DiffType = "application/vnd.github.diff";

    internal static IReadOnlyList<(string Name, string Value)> Headers(GitCredential? credential)
    {
        var headers = new List<(string, string)> { ("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"), ("User-Agent", "foreman") };
        if (credential is not null)
        {
            headers.Add(("Authorization", $"Bearer {credential.Token}"));
        }

        return headers;
    }

    public async Task<ForgeIssue> ReadIssueAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var issue = await calls.JsonAsync(ForgeRequest.Get(Issue(repository, number))).ConfigureAwait(false);
        var comments = await ForgeLists.ReadAsync(calls, $"{Issue(repository, number)}/comments?per_page=100", int.MaxValue, c => GitHubReader.Comment(c).Comment).ConfigureAwait(false);
        return GitHubReader.Issue(issue, BoundedTexts.Newest(comments.Items, calls.Limits), calls.Limits);
    }

    public async Task<ForgePullRequest> ReadPullRequestAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = Pull(repository, number);
        var pull = GitHubReader.Pull(await calls.JsonAsync(ForgeRequest.Get(path)).ConfigureAwait(false), calls.Limits);
        var files = await ForgeLists.ReadAsync(calls, $"{path}/files?per_page=50", calls.Limits.MaxFiles, GitHubReader.File).ConfigureAwait(false);
        var reviews = await ForgeLists.ReadAsync(calls, $"{path}/reviews?per_page=100", int.MaxValue, r => GitHubReader.Review(r, calls.Limits)).ConfigureAwait(false);
        var general = await ForgeLists.ReadAsync(calls, $"{Issue(repository, number)}/comments?per_page=100", int.MaxValue, c => GitHubReader.Comment(c).Comment).ConfigureAwait(false);
        var lines = await ForgeLists.ReadAsync(calls, $"{path}/comments?per_page=100", int.MaxValue, GitHubReader.LineComment).ConfigureAwait(false);
        return pull with
        {
            Files = files.Items,
            FilesAreCut = files.IsCut,
            Reviews = reviews.Items,
            Comments = BoundedTexts.Newest(ForgeLists.ByTime(general.Items.Concat(lines.Items)), calls.Limits),
            Diff = await DiffAsync(calls, path).ConfigureAwait(false),
        };
    }

    public async Task<IReadOnlyList<FoundPullRequest>> OpenOfAsync(ForgeCalls calls, ForgeRepository target, ForgeRepository source, string head)
    {
        // The filter names an owner, who may have the repository and a fork of it.
        var filter = Uri.EscapeDataString($"{source.Owner}:{head}");
        return (await ForgeLists.ReadAsync(
            calls,
            $"{Repo(target)}/pulls?state=open&head={filter}&per_page=100",
            int.MaxValue,
            p => GitHubReader.IsFromFork(p) == (source != target) ? GitHubReader.Found(p, hasDrafts: true) : null).ConfigureAwait(false)).Items;
    }

    public async Task<FoundPullRequest> OpenAsync(ForgeCalls calls, PullRequestProposal proposal, string title, string body)
    {
        var pull = new GitHubPull
        {
            Title = title,
            Head = proposal.Fork is null ? proposal.Head : $"{proposal.Fork.Owner}:{proposal.Head}",
            HeadRepo = proposal.Fork is { } fork && fork != proposal.Target && fork.Owner == proposal.Target.Owner ? fork.Name : null,
            Base = proposal.Base,
            Body = body,
            Draft = proposal.IsDraft,
        };
        try
        {
            return await OpenAsync(calls, proposal.Target, pull).ConfigureAwait(false);
        }
        catch (ForgeException e) when (e.Error.Kind == ForgeErrorKind.Refused && pull.Draft is true && Says(e, "draft pull requests are not supported"))
        {
            return await OpenAsync(calls, proposal.Target, pull with { Draft = false, Title = DraftTitles.GiteaMark + title }).ConfigureAwait(false);
        }
    }

    public async Task<FoundPullRequest> ChangeAsync(ForgeCalls calls, ForgeRepository target, FoundPullRequest found, PullRequestChange change)
    {
        var isDraft = change.IsDraft == found.IsDraft ? found.IsDraft : await GitHubDrafts.SetAsync(calls, endpoint, found, change.IsDraft).ConfigureAwait(false);

        // A mark of a draft that a person wrote stays.
        var isOurs = PullRequestTexts.TitleIsOurs(found.Body, found.Title);
        var pull = new GitHubPull { Title = isOurs ? DraftTitles.Of(change.Title, DraftTitles.GiteaMark, change.IsDraft && !isDraft) : null, Body = change.Body };
        var changed = GitHubReader.Found(
            await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Patch, Pull(target, found.Number), pull, ForgeJson.Default.GitHubPull)).ConfigureAwait(false), hasDrafts: true);
        return changed with { Labels = found.Labels };
    }

    public Task AddLabelsAsync(ForgeCalls calls, ForgeRepository target, long number, IReadOnlyList<string> labels) =>
        calls.DoAsync(ForgeRequest.Write(HttpMethod.Post, $"{Issue(target, number)}/labels", new GitHubLabels(labels), ForgeJson.Default.GitHubLabels) with { IsRepeatable = true });

    public async IAsyncEnumerable<StoredComment> CommentsAsync(ForgeCalls calls, ForgeThread thread)
    {
        await foreach (var json in calls.PagesAsync($"{Issue(thread.Repository, thread.Number)}/comments?per_page=100").ConfigureAwait(false))
        {
            if (json is { } comment)
            {
                yield return GitHubReader.Comment(comment);
            }
        }
    }

    public async Task<StoredComment> AddCommentAsync(ForgeCalls calls, ForgeThread thread, string body) => GitHubReader.Comment(
        await calls.JsonAsync(ForgeRequest.Write(
            HttpMethod.Post, $"{Issue(thread.Repository, thread.Number)}/comments", new CommentBody(body), ForgeJson.Default.CommentBody)).ConfigureAwait(false));

    public async Task<StoredComment> ChangeCommentAsync(ForgeCalls calls, ForgeThread thread, long id, string body) => GitHubReader.Comment(
        await calls.JsonAsync(ForgeRequest.Write(
            HttpMethod.Patch,
            string.Create(CultureInfo.InvariantCulture, $"{Repo(thread.Repository)}/issues/comments/{id}"),
            new CommentBody(body),
            ForgeJson.Default.CommentBody)).ConfigureAwait(false));

    private static async Task<FoundPullRequest> OpenAsync(ForgeCalls calls, ForgeRepository target, GitHubPull pull)
    {
        try
        {
            return GitHubReader.Found(
                await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Post, $"{Repo(target)}/pulls", pull, ForgeJson.Default.GitHubPull)).ConfigureAwait(false), hasDrafts: true);
        }
        catch (ForgeException e) when (e.Error.Kind == ForgeErrorKind.Refused && Says(e, "pull request already exists"))
        {
            throw new ForgeException(e.Error with { Kind = ForgeErrorKind.Conflict });
        }
    }

    // GitHub makes no diff of more than 20,000 lines or 300 files, and answers 406.
    private static async Task<string> DiffAsync(ForgeCalls calls, string path)
    {
        var max = calls.Limits.MaxDiffBytes;
        try
        {
            var reply = await calls.ReplyAsync(ForgeRequest.Get(path) with { Accept = DiffType, MaxBytes = max }).ConfigureAwait(false);
            return BoundedTexts.CutDiff(reply.Body, reply.IsCut, max);
        }
        catch (ForgeException e) when (e.Error.Kind == ForgeErrorKind.Refused)
        {
            return $"[no diff: {e.Message}]";
        }
    }

    private static bool Says(ForgeException e, string words) => e.Message.Contains(words, StringComparison.OrdinalIgnoreCase);

    internal static string Repo(ForgeRepository repository) => $"repos/{repository.FullName}";

    internal static string Issue(ForgeRepository repository, long number) => string.Create(CultureInfo.InvariantCulture, $"{Repo(repository)}/issues/{number}");

    internal static string Pull(ForgeRepository repository, long number) => string.Create(CultureInfo.InvariantCulture, $"{Repo(repository)}/pulls/{number}");
}
