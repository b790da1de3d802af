using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Forges.GitHub;

/// <summary>Intake and follow-through by GitHub REST v3; each call and field is listed in docs/reference/forges.md.</summary>
internal sealed class GitHubFollow(ForgeEndpoint endpoint) : IFollowApi
{
    // A page of the longest that there are.
    private const int MostAnnotationsRead = 100;

    private const int MostRunsKept = 256;

    // A check run that has ended changes no more, and a pull request may stand with a failed one for days.
    private readonly ConcurrentDictionary<(ForgeRepository Repository, long Run, long Annotations), ForgeCheck> _annotated = [];

    public async Task<ListedIssues> ListIssuesAsync(ForgeCalls calls, ForgeRepository repository, string label)
    {
        var (issues, isCut) = await ForgeLists.ReadAsync(
            calls,
            $"{GitHubApi.Repo(repository)}/issues?state=open&labels={Uri.EscapeDataString(label)}&sort=created&direction=asc&per_page=100",
            int.MaxValue,
            FollowReader.Issue).ConfigureAwait(false);
        return new ListedIssues(issues, isCut);
    }

    public async Task<ListedPullRequests> ListPullRequestsAsync(ForgeCalls calls, ForgeRepository repository)
    {
        var (found, isCut) = await ForgeLists.ReadAsync(
            calls, $"{GitHubApi.Repo(repository)}/pulls?state=open&sort=created&direction=desc&per_page=100", int.MaxValue, p => FollowReader.PullRequest(p, calls.Limits)).ConfigureAwait(false);
        return new ListedPullRequests(found, isCut);
    }

    public Task ReadBranchAsync(ForgeCalls calls, ForgeRepository repository, string branch) =>
        calls.DoAsync(ForgeRequest.Get($"{GitHubApi.Repo(repository)}/branches/{Uri.EscapeDataString(branch)}"));

    public Task AddLabelAsync(ForgeCalls calls, ForgeThread thread, string label) =>
        calls.DoAsync(ForgeRequest.Write(
            HttpMethod.Post, $"{GitHubApi.Issue(thread.Repository, thread.Number)}/labels", new GitHubLabels([label]), ForgeJson.Default.GitHubLabels) with
        { IsRepeatable = true });

    public async Task RemoveLabelAsync(ForgeCalls calls, ForgeThread thread, string label)
    {
        try
        {
            await calls.DoAsync(new ForgeRequest(HttpMethod.Delete, $"{GitHubApi.Issue(thread.Repository, thread.Number)}/labels/{Uri.EscapeDataString(label)}")).ConfigureAwait(false);
        }
        catch (ForgeException e) when (e.Error.Kind == ForgeErrorKind.NotFound && e.Message.Contains("label does not exist", StringComparison.OrdinalIgnoreCase))
        {
            // The thread does not have it, which is what is wanted.
        }
    }

    public async Task<PullRequestStatus> ReadStatusAsync(ForgeCalls calls, ForgeRepository repository, long number) =>
        FollowReader.Status(await calls.JsonAsync(ForgeRequest.Get(GitHubApi.Pull(repository, number))).ConfigureAwait(false), titleMarksDraft: false);

    public async Task<PullRequestChecks> ReadChecksAsync(ForgeCalls calls, ForgeRepository repository, long number, string? tip)
    {
        var sha = tip ?? (await ReadStatusAsync(calls, repository, number).ConfigureAwait(false)).HeadSha;
        var commit = $"{GitHubApi.Repo(repository)}/commits/{Uri.EscapeDataString(sha)}";
        var max = calls.Limits.MaxChecks;
        var runs = await ForgeLists.ReadAsync(
            calls, $"{commit}/check-runs?filter=latest&per_page=100", max, r => CheckRun.Of(r, calls.Limits), "check_runs").ConfigureAwait(false);
        var statuses = await ForgeLists.ReadAsync(
            calls, $"{commit}/status?per_page=100", max - runs.Items.Count, s => FollowReader.CommitStatus(s, s.TextAt("state"), calls.Limits), "statuses").ConfigureAwait(false);

        // While checks are pending nobody acts on those that failed, so their annotations would be read for nothing.
        var isPending = runs.Items.Select(r => r.Check).Concat(statuses.Items).Any(c => c.State == CheckState.Pending);
        var annotated = isPending ? [] : runs.Items.Where(r => r.Check.State == CheckState.Failure && r.Annotations > 0).Take(calls.Limits.MaxAnnotatedChecks).ToHashSet();
        var checks = new List<ForgeCheck>();
        foreach (var run in runs.Items)
        {
            checks.Add(annotated.Contains(run) ? await AnnotatedAsync(calls, repository, run).ConfigureAwait(false) : run.Check);
        }

        return new PullRequestChecks(sha, [.. checks, .. statuses.Items], runs.IsCut || statuses.IsCut);
    }

    public async Task<PullRequestReviews> ReadReviewsAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var path = GitHubApi.Pull(repository, number);
        var lines = await ForgeLists.ReadAsync(
            calls,
            $"{path}/comments?sort=created&direction=asc&per_page=100",
            int.MaxValue,
            c => c.NumberAt("pull_request_review_id") is { } id ? new LineOfReview(id, FollowReader.Line(c, c.NumberAt("line"), c.NumberAt("original_line"))) : null).ConfigureAwait(false);
        var byReview = lines.Items.ToLookup(l => l.Review, l => l.Line);
        var reviews = await ForgeLists.ReadAsync(
            calls, $"{path}/reviews?per_page=100", int.MaxValue, r => FollowReader.Review(r, [.. byReview[r.RequiredNumber("id")]], MayDecide(r))).ConfigureAwait(false);
        return new PullRequestReviews(reviews.Items, reviews.IsCut || lines.IsCut);
    }

    public async Task<PullRequestStatus> MarkReadyAsync(ForgeCalls calls, ForgeRepository repository, long number)
    {
        var json = await calls.JsonAsync(ForgeRequest.Get(GitHubApi.Pull(repository, number))).ConfigureAwait(false);
        var status = FollowReader.Status(json, titleMarksDraft: false);
        if (!status.IsOpen)
        {
            return status;
        }

        var found = GitHubReader.Found(json, hasDrafts: true);
        var isDraft = found.IsDraft && await GitHubDrafts.SetAsync(calls, endpoint, found, isDraft: false).ConfigureAwait(false);

        // Where a repository has no drafts our title says it; a mark that a person wrote stays.
        var title = json.TextAt("title");
        if (DraftTitles.IsDraft(title) && PullRequestTexts.TitleIsOurs(found.Body, found.Title))
        {
            var pull = new GitHubPull { Title = DraftTitles.Plain(title) };
            _ = await calls.JsonAsync(ForgeRequest.Write(HttpMethod.Patch, GitHubApi.Pull(repository, number), pull, ForgeJson.Default.GitHubPull)).ConfigureAwait(false);
        }

        return status with { IsDraft = isDraft };
    }

    // A check that failed says so without them as well, so a token that may not read them keeps nothing back.
    private async Task<ForgeCheck> AnnotatedAsync(ForgeCalls calls, ForgeRepository repository, CheckRun run)
    {
        if (_annotated.TryGetValue((repository, run.Id, run.Annotations), out var known))
        {
            return run.Check with { Annotations = known.Annotations, AnnotationsLeftOut = known.AnnotationsLeftOut };
        }

        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{GitHubApi.Repo(repository)}/check-runs/{run.Id}/annotations?per_page=100");
            var read = new List<JsonElement>();
            await foreach (var annotation in calls.PagesAsync(path).ConfigureAwait(false))
            {
                if (annotation is not { } item)
                {
                    break;
                }

                read.Add(item);
                if (read.Count == MostAnnotationsRead)
                {
                    break;
                }
            }

            if (_annotated.Count >= MostRunsKept)
            {
                _annotated.Clear();
            }

            return _annotated[(repository, run.Id, run.Annotations)] = FollowReader.Annotated(run.Check, read, run.Annotations, calls.Limits);
        }
        catch (ForgeException e) when (e.Error.Kind is ForgeErrorKind.NotFound or ForgeErrorKind.Forbidden or ForgeErrorKind.Refused or ForgeErrorKind.Unreadable)
        {
            return run.Check with { AnnotationsLeftOut = run.Annotations };
        }
    }

    // Anybody may review on a public repository.
    private static bool MayDecide(JsonElement review) => review.TextAt("author_association") is "OWNER" or "MEMBER" or "COLLABORATOR";

    private sealed record LineOfReview(long Review, ReviewLine Line);

    private sealed record CheckRun(long Id, ForgeCheck Check, long Annotations)
    {
        public static CheckRun? Of(JsonElement json, ForgeLimits limits) => FollowReader.CheckRun(json, limits) is { } check
            ? new(json.NumberAt("id") ?? 0, check, json.NumberAt("id") is null ? 0 : json.NumberAt("output", "annotations_count") ?? 0)
            : null;
    }
}
