using System.Globalization;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Forges.Gitea;

/// <summary>Intake and follow-through by Gitea API v1; each call and field is listed in docs/reference/forges.md.</summary>
internal sealed class GiteaFollow(GiteaApi api) : IFollowApi
{
    public async Task<ListedIssues> ListIssuesAsync(ForgeCalls calls, ForgeRepository repository, string label)
    {
        var (issues, isCut) = await ForgeLists.ReadAsync(
            calls, $"{GiteaApi.Repo(repository)}/issues?state=open&type=issues&labels={Uri.EscapeDataString(label)}&limit=50", int.MaxValue, FollowReader.Issue).ConfigureAwait(false);
        return new ListedIssues(issues, isCut);
    }

    public async Task<ListedPullRequests> ListPullRequestsAsync(ForgeCalls calls, ForgeRepository repository)
    {
        var (found, isCut) = await ForgeLists.ReadAsync(
            calls, $"{GiteaApi.Repo(repository)}/pulls?state=open&sort=recentupdate&limit=50", int.MaxValue, p => FollowReader.PullRequest(p, calls.Limits)).ConfigureAwait(false);
        return new ListedPullRequests(found, isCut);
    }

    public Task ReadBranchAsync(ForgeCalls calls, ForgeRepository repository, string branch) =>
        calls.DoAsync(ForgeRequest.Get($"{GiteaApi.Repo(repository)}/branches/{Uri.EscapeDataString(branch)}"));

    public Task AddLabelAsync(ForgeCalls calls, ForgeThread thread, string label) => api.AddLabelsAsync(calls, thread.Repository, thread.Number, [label]);

    // Labels are named by number; those of the organization stand in no list of the repository.
    public async Task RemoveLabelAsync(ForgeCalls calls, ForgeThread thread, string label)
    {
        var path = GiteaApi.Issue(thread.Repository, thread.Number);
        var json = await calls.JsonAsync(ForgeRequest.Get(path)).ConfigureAwait(false);
        foreach (var found in json.ListAt("labels").Where(l => l.TextAt("name").Equals(label, StringComparison.OrdinalIgnoreCase)))
        {
            await calls.DoAsync(new ForgeRequest(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"{path}/labels/{found.RequiredNumber("id")}"))).ConfigureAwait(false);
        }
    }

    public async Task<PullRequestStatus> ReadStatusAsync(ForgeCalls calls, ForgeRepository repository, long number) =>
        FollowReader.Status(await calls.JsonAsync(ForgeRequest.Get(GiteaApi.Pull(repository, number))).ConfigureAwait(false), titleMarksDraft: true);

    // The list holds every status that was ever set; the newest of a context counts.
    public async Task<PullRequestChecks> ReadChecksAsync(ForgeCalls calls, ForgeRepository repository, long number, string? tip)
    {
        var sha = tip ?? (await ReadStatusAsync(calls, repository, number).ConfigureAwait(false)).HeadSha;
        var newest = new Dictionary<string, long>(StringComparer.Ordinal);
        var checks = new Dictionary<string, ForgeCheck>(StringComparer.Ordinal);
        var isCut = false;
        await foreach (var json in calls.PagesAsync($"{GiteaApi.Repo(repository)}/commits/{Uri.EscapeDataString(sha)}/statuses?sort=highestindex&limit=50").ConfigureAwait(false))
        {
            if (json is not { } status)
            {
                isCut = true;
            }
            else if (FollowReader.CommitStatus(status, status.TextAt("status"), calls.Limits) is { } check
                && status.RequiredNumber("id") is var id && (!newest.TryGetValue(check.Name, out var known) || id > known))
            {
                (newest[check.Name], checks[check.Name]) = (id, check);
            }
        }

        var max = calls.Limits.MaxChecks;
        return new PullRequestChecks(sha, [.. checks.Values.OrderBy(c => c.Name, StringComparer.Ordinal).Take(max)], isCut || checks.Count > max);
    }

    public async Task<PullRequestReviews> ReadReviewsAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = GiteaApi.Pull(repository, number);
        var found = await ForgeLists.ReadAsync(calls, $"{path}/reviews?limit=50", int.MaxValue, r => new Found(r)).ConfigureAwait(false);

        // Each review is a call of its own; the newest are read.
        var commented = found.Items.Where(r => r.Json.NumberAt("comments_count") is > 0).Select(r => r.Json.RequiredNumber("id")).ToList();
        var isCut = found.IsCut || commented.Count > calls.Limits.MaxPages;
        var lines = new Dictionary<long, List<ReviewLine>>();
        foreach (var id in commented.TakeLast(calls.Limits.MaxPages))
        {
            var comments = await ForgeLists.ReadAsync(
                calls,
                string.Create(CultureInfo.InvariantCulture, $"{path}/reviews/{id}/comments"),
                int.MaxValue,
                c => FollowReader.Line(c, Positive(c.NumberAt("position")), Positive(c.NumberAt("original_position")))).ConfigureAwait(false);
            (lines[id], isCut) = (comments.Items, isCut || comments.IsCut);
        }

        // Anybody may review on a public repository; of those who have a say only the newest review is marked as official.
        var official = found.Items.Where(r => r.Json.FlagAt("official")).Select(r => r.Json.LineAt("user", "login")).ToHashSet(StringComparer.Ordinal);
        return new PullRequestReviews(
            [
                .. found.Items
                    .Select(r => FollowReader.Review(r.Json, lines.GetValueOrDefault(r.Json.RequiredNumber("id")) ?? [], official.Contains(r.Json.LineAt("user", "login"))))
                    .OfType<PullRequestReview>(),
            ],
            isCut);
    }

    public async Task<PullRequestStatus> MarkReadyAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = GiteaApi.Pull(repository, number);
        var json = await calls.JsonAsync(ForgeRequest.Get(path)).ConfigureAwait(false);
        var (status, title) = (FollowReader.Status(json, titleMarksDraft: true), json.TextAt("title"));
        if (!status.IsOpen || !DraftTitles.IsDraft(title))
        {
            return status;
        }

        var pull = new GiteaPull { Title = DraftTitles.Plain(title) };
        return FollowReader.Status(await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Patch, path, pull, ForgeJson.Default.GiteaPull)).ConfigureAwait(false), titleMarksDraft: true);
    }

    private static long? Positive(long? line) => line is > 0 ? line : null;

    private sealed record Found(System.Text.Json.JsonElement Json);
}
