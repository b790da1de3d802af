namespace Foreman.Git.Forges;

/// <summary>
/// A forge. Calls may be made at once. Each operation waits for rate limits and tries again within its bounds, and ends with
/// a <see cref="ForgeError"/> rather than an exception; only a cancellation throws.
/// </summary>
public interface IForge : IDisposable
{
    /// <summary>Which forge it is.</summary>
    ForgeEndpoint Endpoint { get; }

    /// <summary>Reads an issue with its comments.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="number">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ForgeIssue>> ReadIssueAsync(ForgeRepository repository, long number, CancellationToken cancellationToken);

    /// <summary>Reads a pull request with its files, diff, comments and reviews.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="number">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ForgePullRequest>> ReadPullRequestAsync(ForgeRepository repository, long number, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that one pull request is open as proposed: finds it, else opens it; looks again when an answer was lost or the
    /// forge says that it is there. Of an open one only what we wrote is changed: our part of its text, its title while nobody
    /// else has changed it, whether it is a draft, and labels that are missing.
    /// </summary>
    /// <param name="proposal">How it should be.</param>
    /// <param name="mayWrite">Asked right before every write; false ends the operation as Fenced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<PublishedPullRequest>> PublishAsync(
        PullRequestProposal proposal, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken);

    /// <summary>Makes sure that a comment is there once: one with the same key is changed rather than written again.</summary>
    /// <param name="thread">Where it belongs.</param>
    /// <param name="key">Names the comment: letters, digits, <c>.</c>, <c>_</c>, <c>/</c> and <c>-</c>.</param>
    /// <param name="text">Markdown.</param>
    /// <param name="mayWrite">Asked right before every write; false ends the operation as Fenced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ForgeComment>> CommentAsync(
        ForgeThread thread, string key, string text, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken);

    /// <summary>Lists the open issues with a label; pull requests are none of them.</summary>
    /// <param name="repository">Where they are.</param>
    /// <param name="label">Its name, in any case.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ListedIssues>> ListIssuesAsync(ForgeRepository repository, string label, CancellationToken cancellationToken);

    /// <summary>Lists the open pull requests into a repository.</summary>
    /// <param name="repository">Where they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ListedPullRequests>> ListPullRequestsAsync(ForgeRepository repository, CancellationToken cancellationToken);

    /// <summary>Tells whether a repository has a branch.</summary>
    /// <param name="repository">Where it would be.</param>
    /// <param name="branch">Its name without <c>refs/heads/</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ForgeBranch>> FindBranchAsync(ForgeRepository repository, string branch, CancellationToken cancellationToken);

    /// <summary>Makes sure that an issue or pull request has a label, which is made when the repository does not have it yet.</summary>
    /// <param name="thread">The issue or pull request.</param>
    /// <param name="label">Its name.</param>
    /// <param name="mayWrite">Asked right before every write; false ends the operation as Fenced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ForgeThread>> AddLabelAsync(ForgeThread thread, string label, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken);

    /// <summary>Makes sure that an issue or pull request does not have a label; the repository keeps it.</summary>
    /// <param name="thread">The issue or pull request.</param>
    /// <param name="label">Its name, in any case.</param>
    /// <param name="mayWrite">Asked right before every write; false ends the operation as Fenced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<ForgeThread>> RemoveLabelAsync(ForgeThread thread, string label, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken);

    /// <summary>Reads how a pull request stands.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="number">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<PullRequestStatus>> ReadStatusAsync(ForgeRepository repository, long number, CancellationToken cancellationToken);

    /// <summary>Reads the forge's checks of the tip of a pull request.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="number">From 1.</param>
    /// <param name="tip">The commit that was read as its tip just now, which saves a call; null to read it. The answer says of which commit it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<PullRequestChecks>> ReadChecksAsync(ForgeRepository repository, long number, string? tip, CancellationToken cancellationToken);

    /// <summary>Reads the reviews of a pull request with their comments on lines.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="number">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ForgeResult<PullRequestReviews>> ReadReviewsAsync(ForgeRepository repository, long number, CancellationToken cancellationToken);

    /// <summary>Makes a draft ready. One that is ready, closed or merged stays as it is.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="number">From 1.</param>
    /// <param name="mayWrite">Asked right before every write; false ends the operation as Fenced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>As it is then: still a draft where the forge does not let it be made ready.</returns>
    Task<ForgeResult<PullRequestStatus>> MarkReadyAsync(ForgeRepository repository, long number, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken);
}

/// <summary>What comments belong to.</summary>
/// <param name="Repository">Where it is.</param>
/// <param name="Number">Its number.</param>
/// <param name="IsPullRequest">True for a pull request, false for an issue.</param>
public sealed record ForgeThread(ForgeRepository Repository, long Number, bool IsPullRequest);
