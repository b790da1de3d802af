using Foreman.Git.Forges.Http;

namespace Foreman.Git.Forges;

/// <summary>The calls of one kind of forge. Each throws <see cref="ForgeException"/>; <see cref="Forge"/> puts them together.</summary>
internal interface IForgeApi
{
    Task<ForgeIssue> ReadIssueAsync(ForgeCalls calls, ForgeRepository repository, long number);

    Task<ForgePullRequest> ReadPullRequestAsync(ForgeCalls calls, ForgeRepository repository, long number);

    /// <summary>All open pull requests from this branch of the source into the target, whatever they are to be merged into.</summary>
    Task<IReadOnlyList<FoundPullRequest>> OpenOfAsync(ForgeCalls calls, ForgeRepository target, ForgeRepository source, string head);

    /// <summary>Opens one; Conflict when it is there.</summary>
    Task<FoundPullRequest> OpenAsync(ForgeCalls calls, PullRequestProposal proposal, string title, string body);

    /// <summary>Changes one.</summary>
    Task<FoundPullRequest> ChangeAsync(ForgeCalls calls, ForgeRepository target, FoundPullRequest found, PullRequestChange change);

    /// <summary>Adds labels, and makes those that the repository does not have yet.</summary>
    Task AddLabelsAsync(ForgeCalls calls, ForgeRepository target, long number, IReadOnlyList<string> labels);

    /// <summary>The comments on the whole, oldest first.</summary>
    IAsyncEnumerable<StoredComment> CommentsAsync(ForgeCalls calls, ForgeThread thread);

    Task<StoredComment> AddCommentAsync(ForgeCalls calls, ForgeThread thread, string body);

    Task<StoredComment> ChangeCommentAsync(ForgeCalls calls, ForgeThread thread, long id, string body);
}

/// <summary>What of an open pull request is to be another.</summary>
/// <param name="Title">Without the mark of a draft; as it is when it is to stay.</param>
/// <param name="Body">The whole text; as it is when it is to stay.</param>
/// <param name="IsDraft">Whether it is to be a draft.</param>
internal sealed record PullRequestChange(string Title, string Body, bool IsDraft);

/// <summary>A comment as the forge keeps it.</summary>
/// <param name="Id">The forge's own.</param>
/// <param name="Comment">Its text, whole.</param>
internal sealed record StoredComment(long Id, ForgeComment Comment);
