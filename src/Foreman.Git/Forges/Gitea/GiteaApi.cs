using System.Globalization;
using Foreman.Git.Forges.GitHub;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Forges.Gitea;

/// <summary>Gitea API v1, which Forgejo speaks too; each call and field is listed in docs/reference/forges.md.</summary>
internal sealed class GiteaApi : IForgeApi
{
    private const string NewLabelColor = "#ededed";

    internal static IReadOnlyList<(string Name, string Value)> Headers(GitCredential? credential)
    {
        var headers = new List<(string, string)> { ("Accept", "application/json"), ("User-Agent", "foreman") };
        if (credential is not null)
        {
            headers.Add(("Authorization", $"token {credential.Token}"));
        }

        return headers;
    }

    public async Task<ForgeIssue> ReadIssueAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var issue = await calls.JsonAsync(ForgeRequest.Get(Issue(repository, number))).ConfigureAwait(false);
        var comments = await ForgeLists.ReadAsync(calls, $"{Issue(repository, number)}/comments", int.MaxValue, c => GitHubReader.Comment(c).Comment).ConfigureAwait(false);
        return GitHubReader.Issue(issue, BoundedTexts.Newest(comments.Items, calls.Limits), calls.Limits);
    }

    public async Task<ForgePullRequest> ReadPullRequestAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = Pull(repository, number);
        var pull = GitHubReader.Pull(await calls.JsonAsync(ForgeRequest.Get(path)).ConfigureAwait(false), calls.Limits);
        var files = await ForgeLists.ReadAsync(calls, $"{path}/files?limit=50", calls.Limits.MaxFiles, GitHubReader.File).ConfigureAwait(false);
        var general = await ForgeLists.ReadAsync(calls, $"{Issue(repository, number)}/comments", int.MaxValue, c => GitHubReader.Comment(c).Comment).ConfigureAwait(false);
        var (reviews, lines) = await ReviewsAsync(calls, path).ConfigureAwait(false);
        var max = calls.Limits.MaxDiffBytes;
        var diff = await calls.ReplyAsync(ForgeRequest.Get($"{path}.diff") with { Accept = "text/plain", MaxBytes = max }).ConfigureAwait(false);
        return pull with
        {
            IsDraft = pull.IsDraft || DraftTitles.IsDraft(pull.Title),
            Files = files.Items,
            FilesAreCut = files.IsCut,
            Reviews = reviews,
            Comments = BoundedTexts.Newest(ForgeLists.ByTime(general.Items.Concat(lines)), calls.Limits),
            Diff = BoundedTexts.CutDiff(diff.Body, diff.IsCut, max),
        };
    }

    // The list has no filter for the head.
    public async Task<IReadOnlyList<FoundPullRequest>> OpenOfAsync(ForgeCalls calls, ForgeRepository target, ForgeRepository source, string head) =>
        (await ForgeLists.ReadAsync(
            calls,
            $"{Repo(target)}/pulls?state=open&sort=recentupdate&limit=50",
            int.MaxValue,
            p => p.TextAt("head", "ref") == head && p.TextAt("head", "repo", "full_name").Equals(source.FullName, StringComparison.OrdinalIgnoreCase)
                ? GitHubReader.Found(p, hasDrafts: false)
                : null).ConfigureAwait(false)).Items;

    public async Task<FoundPullRequest> OpenAsync(ForgeCalls calls, PullRequestProposal proposal, string title, string body)
    {
        var pull = new GiteaPull
        {
            Title = DraftTitles.Of(title, DraftTitles.GiteaMark, proposal.IsDraft),
            Head = proposal.Fork is null ? proposal.Head : $"{proposal.Fork.Owner}:{proposal.Head}",
            Base = proposal.Base,
            Body = body,
        };
        return GitHubReader.Found(
            await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Post, $"{Repo(proposal.Target)}/pulls", pull, ForgeJson.Default.GiteaPull)).ConfigureAwait(false), hasDrafts: false);
    }

    public async Task<FoundPullRequest> ChangeAsync(ForgeCalls calls, ForgeRepository target, FoundPullRequest found, PullRequestChange change)
    {
        var pull = new GiteaPull { Title = DraftTitles.Of(change.Title, DraftTitles.GiteaMark, change.IsDraft), Body = change.Body };
        var changed = await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Patch, Pull(target, found.Number), pull, ForgeJson.Default.GiteaPull)).ConfigureAwait(false);
        return GitHubReader.Found(changed, hasDrafts: false) with { Labels = found.Labels };
    }

    public async Task AddLabelsAsync(ForgeCalls calls, ForgeRepository target, long number, IReadOnlyList<string> labels)
    {
        var known = (await ForgeLists.ReadAsync(calls, $"{Repo(target)}/labels?limit=50", int.MaxValue, l => new NamedId(l.TextAt("name"), l.RequiredNumber("id"))).ConfigureAwait(false)).Items;
        var ids = new List<long>();
        foreach (var label in labels)
        {
            ids.Add(known.Find(k => k.Name.Equals(label, StringComparison.OrdinalIgnoreCase))?.Id
                ?? (await calls.JsonAsync(ForgeRequest.Write(
                    HttpMethod.Post, $"{Repo(target)}/labels", new GiteaLabel(label, NewLabelColor), ForgeJson.Default.GiteaLabel)).ConfigureAwait(false)).RequiredNumber("id"));
        }

        await calls.DoAsync(ForgeRequest.Write(HttpMethod.Post, $"{Issue(target, number)}/labels", new GiteaLabels(ids), ForgeJson.Default.GiteaLabels) with { IsRepeatable = true }).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<StoredComment> CommentsAsync(ForgeCalls calls, ForgeThread thread)
    {
        await foreach (var json in calls.PagesAsync($"{Issue(thread.Repository, thread.Number)}/comments").ConfigureAwait(false))
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

    private static async Task<(List<ForgeReview> Reviews, List<ForgeComment> Lines)> ReviewsAsync(ForgeCalls calls, string path)
    {
        var reviews = new List<ForgeReview>();
        var commented = new List<long>();
        await foreach (var json in calls.PagesAsync($"{path}/reviews?limit=50").ConfigureAwait(false))
        {
            if (json is { } review && GitHubReader.Review(review, calls.Limits) is { } read)
            {
                reviews.Add(read);
                if (review.NumberAt("comments_count") is > 0 && review.NumberAt("id") is { } id)
                {
                    commented.Add(id);
                }
            }
        }

        // Each review is a call of its own; the newest are read.
        var lines = new List<ForgeComment>();
        foreach (var id in commented.TakeLast(calls.Limits.MaxPages))
        {
            var comments = await ForgeLists.ReadAsync(
                calls, string.Create(CultureInfo.InvariantCulture, $"{path}/reviews/{id}/comments"), int.MaxValue, GiteaLineComment).ConfigureAwait(false);
            lines.AddRange(comments.Items);
        }

        return (reviews, lines);
    }

    private static ForgeComment GiteaLineComment(System.Text.Json.JsonElement json) =>
        GitHubReader.LineComment(json) with { Line = json.NumberAt("position") is > 0 and var line ? line : null };

    internal static string Repo(ForgeRepository repository) => $"repos/{repository.FullName}";

    internal static string Issue(ForgeRepository repository, long number) => string.Create(CultureInfo.InvariantCulture, $"{Repo(repository)}/issues/{number}");

    internal static string Pull(ForgeRepository repository, long number) => string.Create(CultureInfo.InvariantCulture, $"{Repo(repository)}/pulls/{number}");

    private sealed record NamedId(string Name, long Id);
}
