using Foreman.Git.Forges.Http;

namespace Foreman.Git.Forges;

/// <summary>The calls of one kind of forge with which issues are taken in and pull requests followed. Each throws <see cref="ForgeException"/>; <see cref="Forge"/> puts them together.</summary>
internal interface IFollowApi
{
    /// <summary>Open issues, in any order; they may lack the label where the forge's filter does not hold them apart.</summary>
    Task<ListedIssues> ListIssuesAsync(ForgeCalls calls, ForgeRepository repository, string label);

    /// <summary>Open pull requests, in any order.</summary>
    Task<ListedPullRequests> ListPullRequestsAsync(ForgeCalls calls, ForgeRepository repository);

    /// <summary>Reads a branch; NotFound when there is none.</summary>
    Task ReadBranchAsync(ForgeCalls calls, ForgeRepository repository, string branch);

    /// <summary>Gives a thread the label, which is made when the repository does not have it yet; nothing when it has it.</summary>
    Task AddLabelAsync(ForgeCalls calls, ForgeThread thread, string label);

    /// <summary>Takes the label from a thread; nothing when it does not have it.</summary>
    Task RemoveLabelAsync(ForgeCalls calls, ForgeThread thread, string label);

    Task<PullRequestStatus> ReadStatusAsync(ForgeCalls calls, ForgeRepository repository, long number);

    /// <summary>Checks of a pull request's tip.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="repository">Where it is.</param>
    /// <param name="number">From 1.</param>
    /// <param name="tip">The commit that was read as its tip just now; null to read it. A forge that reads it anyway may answer for a newer one.</param>
    Task<PullRequestChecks> ReadChecksAsync(ForgeCalls calls, ForgeRepository repository, long number, string? tip);

    /// <summary>Reviews with their whole texts, in any order.</summary>
    Task<PullRequestReviews> ReadReviewsAsync(ForgeCalls calls, ForgeRepository repository, long number);

    /// <summary>Makes an open draft ready, and gives it as it is then.</summary>
    Task<PullRequestStatus> MarkReadyAsync(ForgeCalls calls, ForgeRepository repository, long number);
}
