using Foreman.Git.Forges.GitHub;
using Foreman.Git.Forges.Gitea;
using Foreman.Git.Forges.GitLab;
using Foreman.Git.Forges.Http;
using Foreman.Git.Forges.Texts;

namespace Foreman.Git.Forges;

/// <summary>What is the same on all forges: the order of calls, and what follows from their failures.</summary>
public sealed class Forge : IForge
{
    private readonly ForgeConnection _connection;
    private readonly IForgeApi _api;
    private readonly IFollowApi _follow;
    private readonly SecretScan _secrets;

    private Forge(ForgeConnection connection, IForgeApi api, IFollowApi follow, SecretScan secrets) => (_connection, _api, _follow, _secrets) = (connection, api, follow, secrets);

    /// <inheritdoc/>
    public ForgeEndpoint Endpoint => _connection.Endpoint;

    /// <summary>A forge, which is not called yet.</summary>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="credential">Null to read what is public.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <exception cref="GitException">The token can't be sent (AuthUnavailable).</exception>
    public static IForge Create(ForgeEndpoint endpoint, GitCredential? credential, ForgeOptions options, TimeProvider time)
    {
        if (credential is { IsPlain: false })
        {
            throw new GitException(GitFault.AuthUnavailable, $"The token for {endpoint.Host} can't be sent: it holds spaces or characters that no header may hold. Store it again.");
        }

        IReadOnlyList<(string Name, string Value)> headers = endpoint.Kind switch
        {
            ForgeKind.GitHub => GitHubApi.Headers(credential),
            ForgeKind.Gitea => GiteaApi.Headers(credential),
            _ => GitLabApi.Headers(credential),
        };
        (IForgeApi api, IFollowApi follow) = endpoint.Kind switch
        {
            ForgeKind.GitHub => ((IForgeApi)new GitHubApi(endpoint), (IFollowApi)new GitHubFollow(endpoint)),
            ForgeKind.Gitea => (new GiteaApi(), new GiteaFollow(new GiteaApi())),
            _ => (new GitLabApi(), new GitLabFollow()),
        };
        return new Forge(new ForgeConnection(endpoint, credential, headers, options, time), api, follow, new SecretScan(credential is null ? [] : [credential.Token]));
    }

    /// <inheritdoc/>
    public Task<ForgeResult<ForgeIssue>> ReadIssueAsync(ForgeRepository repository, long number, CancellationToken cancellationToken) =>
        RunAsync(calls => _api.ReadIssueAsync(calls, Checked(repository), number), cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<ForgePullRequest>> ReadPullRequestAsync(ForgeRepository repository, long number, CancellationToken cancellationToken) =>
        RunAsync(calls => _api.ReadPullRequestAsync(calls, Checked(repository), number), cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<PublishedPullRequest>> PublishAsync(
        PullRequestProposal proposal, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken) =>
        RunAsync(calls => PublishAsync(calls, Shown(proposal)), cancellationToken, mayWrite);

    /// <inheritdoc/>
    public Task<ForgeResult<ForgeComment>> CommentAsync(
        ForgeThread thread, string key, string text, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken) =>
        RunAsync(
            calls => CommentAsync(calls, thread with { Repository = Checked(thread.Repository) }, key, PullRequestTexts.Comment(key, _secrets.Without(text))), cancellationToken, mayWrite);

    /// <inheritdoc/>
    public Task<ForgeResult<ListedIssues>> ListIssuesAsync(ForgeRepository repository, string label, CancellationToken cancellationToken) =>
        RunAsync(
            async calls =>
            {
                var (issues, isCut) = await _follow.ListIssuesAsync(calls, Checked(repository), Checked(label)).ConfigureAwait(false);

                // Gitea's filter takes any of several names, and no name that nobody has made.
                return new ListedIssues([.. issues.Where(i => i.Labels.Contains(label, StringComparer.OrdinalIgnoreCase)).OrderBy(i => i.Number)], isCut);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<ListedPullRequests>> ListPullRequestsAsync(ForgeRepository repository, CancellationToken cancellationToken) =>
        RunAsync(
            async calls =>
            {
                var (pullRequests, isCut) = await _follow.ListPullRequestsAsync(calls, Checked(repository)).ConfigureAwait(false);
                return new ListedPullRequests([.. pullRequests.OrderBy(p => p.Number)], isCut);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<ForgeBranch>> FindBranchAsync(ForgeRepository repository, string branch, CancellationToken cancellationToken) =>
        RunAsync(
            async calls =>
            {
                try
                {
                    await _follow.ReadBranchAsync(calls, Checked(repository), branch).ConfigureAwait(false);
                    return new ForgeBranch(branch, Exists: true);
                }
                catch (ForgeException e) when (e.Error.Kind == ForgeErrorKind.NotFound)
                {
                    return new ForgeBranch(branch, Exists: false);
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<ForgeThread>> AddLabelAsync(
        ForgeThread thread, string label, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken) =>
        RunAsync(calls => DoneAsync(thread, checkedThread => _follow.AddLabelAsync(calls, checkedThread, Checked(label))), cancellationToken, mayWrite);

    /// <inheritdoc/>
    public Task<ForgeResult<ForgeThread>> RemoveLabelAsync(
        ForgeThread thread, string label, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken) =>
        RunAsync(calls => DoneAsync(thread, checkedThread => _follow.RemoveLabelAsync(calls, checkedThread, Checked(label))), cancellationToken, mayWrite);

    /// <inheritdoc/>
    public Task<ForgeResult<PullRequestStatus>> ReadStatusAsync(ForgeRepository repository, long number, CancellationToken cancellationToken) =>
        RunAsync(calls => _follow.ReadStatusAsync(calls, Checked(repository), number), cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<PullRequestChecks>> ReadChecksAsync(ForgeRepository repository, long number, string? tip, CancellationToken cancellationToken) =>
        RunAsync(calls => _follow.ReadChecksAsync(calls, Checked(repository), number, tip), cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<PullRequestReviews>> ReadReviewsAsync(ForgeRepository repository, long number, CancellationToken cancellationToken) =>
        RunAsync(
            async calls =>
            {
                var (reviews, isCut) = await _follow.ReadReviewsAsync(calls, Checked(repository), number).ConfigureAwait(false);
                return BoundedTexts.Newest(reviews, isCut, calls.Limits);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ForgeResult<PullRequestStatus>> MarkReadyAsync(
        ForgeRepository repository, long number, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken) =>
        RunAsync(calls => _follow.MarkReadyAsync(calls, Checked(repository), number), cancellationToken, mayWrite);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>The pull request of a branch: the oldest into this base, else one of ours that somebody has turned to another base.</summary>
    /// <param name="open">All that are open from the branch.</param>
    /// <param name="baseBranch">The branch to merge into.</param>
    internal static FoundPullRequest? Choose(IReadOnlyList<FoundPullRequest> open, string baseBranch) =>
        open.Where(p => p.Base == baseBranch).MinBy(p => p.Number) ?? open.Where(p => PullRequestTexts.IsOurs(p.Body)).MinBy(p => p.Number);

    /// <summary>How an open pull request should be after an attempt.</summary>
    /// <param name="found">As it is.</param>
    /// <param name="proposal">As it was proposed.</param>
    internal static PullRequestChange ChangeOf(FoundPullRequest found, PullRequestProposal proposal)
    {
        if (proposal.LeavesAsFound)
        {
            return new PullRequestChange(found.Title, found.Body, found.IsDraft);
        }

        var title = PullRequestTexts.TitleIsOurs(found.Body, found.Title) ? proposal.Title : found.Title;
        return new PullRequestChange(title, PullRequestTexts.Merge(found.Body, title, proposal.Text), proposal.IsDraft);
    }

    private async Task<PublishedPullRequest> PublishAsync(ForgeCalls calls, PullRequestProposal proposal)
    {
        var body = PullRequestTexts.Compose(proposal.Title, proposal.Text, proposal.Template);
        var (found, wasThere) = await EnsureAsync(
            calls,
            () => FindAsync(calls, Checked(proposal.Target), Checked(proposal.Source), proposal.Head, proposal.Base),
            () => _api.OpenAsync(calls, proposal, proposal.Title, body)).ConfigureAwait(false);
        var outcome = wasThere ? PublishOutcome.Unchanged : PublishOutcome.Opened;
        if (wasThere && ChangeOf(found, proposal) is var change && change != new PullRequestChange(found.Title, found.Body, found.IsDraft))
        {
            found = await _api.ChangeAsync(calls, proposal.Target, found, change).ConfigureAwait(false);
            outcome = PublishOutcome.Updated;
        }

        var warnings = new List<string>();
        if (found.IsDraft != proposal.IsDraft)
        {
            warnings.Add(proposal.IsDraft
                ? $"{found.Url} could not be made a draft; its title says that it is not ready"
                : $"{found.Url} is still a draft");
        }

        var missing = proposal.Labels.Except(found.Labels, StringComparer.OrdinalIgnoreCase).ToList();
        if (missing.Count > 0 && await LabelAsync(calls, proposal.Target, found, missing, warnings).ConfigureAwait(false) && wasThere)
        {
            outcome = PublishOutcome.Updated;
        }

        return new PublishedPullRequest(found.Number, found.Url, outcome) { IsDraft = found.IsDraft, Warnings = warnings };
    }

    // A pull request without its labels is better than none.
    private async Task<bool> LabelAsync(ForgeCalls calls, ForgeRepository target, FoundPullRequest found, IReadOnlyList<string> labels, List<string> warnings)
    {
        try
        {
            await _api.AddLabelsAsync(calls, target, found.Number, labels).ConfigureAwait(false);
            return true;
        }
        catch (ForgeException e) when (e.Error.Kind != ForgeErrorKind.Fenced)
        {
            warnings.Add($"{found.Url} has not got the labels {string.Join(", ", labels)}: {e.Message}");
            return false;
        }
    }

    private async Task<ForgeComment> CommentAsync(ForgeCalls calls, ForgeThread thread, string key, string body)
    {
        var (stored, wasThere) = await EnsureAsync(
            calls, () => FindCommentAsync(calls, thread, key), () => _api.AddCommentAsync(calls, thread, body)).ConfigureAwait(false);
        return wasThere && stored.Comment.Body.ReplaceLineEndings("\n").TrimEnd() != body
            ? (await _api.ChangeCommentAsync(calls, thread, stored.Id, body).ConfigureAwait(false)).Comment
            : stored.Comment;
    }

    private async Task<FoundPullRequest?> FindAsync(ForgeCalls calls, ForgeRepository target, ForgeRepository source, string head, string baseBranch) =>
        Choose(await _api.OpenOfAsync(calls, target, source, head).ConfigureAwait(false), baseBranch);

    private async Task<StoredComment?> FindCommentAsync(ForgeCalls calls, ForgeThread thread, string key)
    {
        await foreach (var stored in _api.CommentsAsync(calls, thread).ConfigureAwait(false))
        {
            if (PullRequestTexts.IsComment(key, stored.Comment.Body))
            {
                return stored;
            }
        }

        return null;
    }

    /// <summary>Finds a thing or makes it, and looks again when the answer does not say whether it was made.</summary>
    /// <returns>The thing, and whether it was found.</returns>
    private static async Task<(T Thing, bool WasThere)> EnsureAsync<T>(ForgeCalls calls, Func<Task<T?>> find, Func<Task<T>> make)
        where T : class
    {
        for (var failures = 0; ;)
        {
            if (await find().ConfigureAwait(false) is { } found)
            {
                return (found, true);
            }

            try
            {
                return (await make().ConfigureAwait(false), false);
            }
            catch (ForgeException e) when ((e.MayHaveArrived || e.Error.Kind == ForgeErrorKind.Conflict) && ++failures < calls.Tries)
            {
                await calls.PauseAsync(failures, e.Message, e).ConfigureAwait(false);
            }
        }
    }

    private async Task<ForgeResult<T>> RunAsync<T>(
        Func<ForgeCalls, Task<T>> operation, CancellationToken cancellationToken, Func<CancellationToken, Task<bool>>? mayWrite = null)
        where T : class
    {
        try
        {
            return new ForgeResult<T>(await operation(new ForgeCalls(_connection, mayWrite, cancellationToken)).ConfigureAwait(false));
        }
        catch (ForgeException e)
        {
            return new ForgeResult<T>(e.Error);
        }
    }

    // What a model writes may quote a key that it came upon.
    private PullRequestProposal Shown(PullRequestProposal proposal) =>
        proposal with { Title = DraftTitles.Clean(_secrets.Find(proposal.Title) is null ? proposal.Title : ""), Text = _secrets.Without(proposal.Text) };

    private async Task<ForgeThread> DoneAsync(ForgeThread thread, Func<ForgeThread, Task> write)
    {
        await write(thread with { Repository = Checked(thread.Repository) }).ConfigureAwait(false);
        return thread;
    }

    private static string Checked(string label) =>
        string.IsNullOrWhiteSpace(label) ? throw new ForgeException(ForgeErrorKind.Refused, "a label has a name; there is none") : label;

    private ForgeRepository Checked(ForgeRepository repository) =>
        Endpoint.Kind == ForgeKind.GitLab || !repository.Owner.Contains('/', StringComparison.Ordinal)
            ? repository
            : throw new ForgeException(ForgeErrorKind.NotFound, $"{repository} is no repository of {Endpoint}: write owner/name");
}
