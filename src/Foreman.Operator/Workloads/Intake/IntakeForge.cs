using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads.Intake;

/// <summary>The forge of a Workload with spec.source, as far as intake needs it. Each call gives what it found, or why it did not.</summary>
/// <param name="forges">The forges, with the operator's own tokens.</param>
/// <param name="mayWrite">Asked right before every write.</param>
internal sealed class IntakeForge(ForgeAccess forges, Func<CancellationToken, Task<bool>> mayWrite)
{
    /// <summary>Lists the open issues of a source.</summary>
    /// <param name="spec">Of the source.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(IntakeListing? Listing, string? Problem)> ListAsync(WorkloadSpec spec, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (listed, error) = await CallAsync(spec.Repo, (forge, repository) => forge.ListIssuesAsync(repository, spec.Source!.Label, cancellationToken), cancellationToken);
        return listed is not null
            ? (new([.. listed.Issues.Select(i => new LabelledIssue(i.Number, [.. i.Labels]))], listed.IsCut, now), null)
            : (null, $"The issues of {spec.Repo} could not be listed: {Why(error!)}.");
    }

    /// <summary>Lists the open pull requests of a source.</summary>
    public async Task<(IReadOnlyList<OpenPullRequest>? PullRequests, string? Problem)> ListPullRequestsAsync(WorkloadSpec spec, CancellationToken cancellationToken)
    {
        var (listed, error) = await CallAsync(spec.Repo, (forge, repository) => forge.ListPullRequestsAsync(repository, cancellationToken), cancellationToken);
        return listed is not null
            ? (listed.PullRequests.Select(p => new OpenPullRequest(p.Number, p.Head, p.Title, p.Body)).ToImmutableArray(), null)
            : (null, $"The pull requests of {spec.Repo} could not be listed: {Why(error!)}.");
    }

    /// <summary>Tells whether a branch exists.</summary>
    public async Task<(bool? Exists, string? Problem)> FindBranchAsync(WorkloadSpec spec, string branch, CancellationToken cancellationToken)
    {
        var (found, error) = await CallAsync(spec.Repo, (forge, repository) => forge.FindBranchAsync(repository, branch, cancellationToken), cancellationToken);
        return found is not null ? (found.Exists, null) : (null, $"Branch {branch} of {spec.Repo} could not be looked for: {Why(error!)}.");
    }

    /// <summary>Marks an issue.</summary>
    /// <returns>Why not; null when it is done, and for an issue that is neither listed nor there any more.</returns>
    /// <exception cref="OperationCanceledException">The lead is lost.</exception>
    public async Task<MarkProblem?> MarkAsync(ForgeMark mark, CancellationToken cancellationToken)
    {
        // The new label comes before the old one goes, so that another cluster never sees the issue without one.
        var error = await OnIssueAsync(mark.Add, (forge, thread) => forge.AddLabelAsync(thread, mark.Add!, mayWrite, cancellationToken))
            ?? await CommentAsync()
            ?? await OnIssueAsync(mark.Remove, (forge, thread) => forge.RemoveLabelAsync(thread, mark.Remove!, mayWrite, cancellationToken));
        return error?.Kind switch
        {
            null => null,
            ForgeErrorKind.NotFound when !mark.IsListed => null,
            ForgeErrorKind.Fenced => throw new OperationCanceledException("the lead is lost"),
            var kind => new(
                string.Create(CultureInfo.InvariantCulture, $"Issue #{mark.Issue} of {mark.Child.Spec.Repo} could not be marked: {Why(error)}."),
                IsOfAll: kind is ForgeErrorKind.RateLimited or ForgeErrorKind.Unreachable or ForgeErrorKind.Unauthorized),
        };

        // The labels are the claim: an issue that is locked takes those, but no comment.
        async Task<ForgeError?> CommentAsync() =>
            await OnIssueAsync(mark.Key, (forge, thread) => forge.CommentAsync(thread, mark.Key, mark.Text, mayWrite, cancellationToken)) is { Kind: not ForgeErrorKind.Forbidden } failed
                ? failed
                : null;

        async Task<ForgeError?> OnIssueAsync<T>(string? what, Func<IForge, ForgeThread, Task<ForgeResult<T>>> write)
            where T : class => what is null
            ? null
            : (await CallAsync(mark.Child.Spec.Repo, (forge, repository) => write(forge, new ForgeThread(repository, mark.Issue, IsPullRequest: false)), cancellationToken)).Error;
    }

    // The time until which the forge asks to wait changes with each look, and statuses are written when their texts change.
    private static string Why(ForgeError error) => error.Kind == ForgeErrorKind.RateLimited ? "the forge asks to wait, since it was asked too often" : error.Message;

    private async Task<(T? Value, ForgeError? Error)> CallAsync<T>(string? repository, Func<IForge, ForgeRepository, Task<ForgeResult<T>>> call, CancellationToken cancellationToken)
        where T : class
    {
        var place = forges.PlaceOf(repository ?? "");
        if (place.Value is not { } there)
        {
            return (null, place.Error);
        }

        var result = await forges.CallAsync(there, forge => call(forge, there.Repository), cancellationToken);
        return (result.Value, result.Error);
    }
}

/// <summary>Why an issue could not be marked.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="IsOfAll">True when other issues would meet the same now.</param>
internal sealed record MarkProblem(string Text, bool IsOfAll);
