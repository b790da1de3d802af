using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Primitives;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads.Following;

/// <summary>Reads pull requests from forges for Workloads that follow them.</summary>
/// <param name="forges">With the operator's own tokens.</param>
/// <param name="rules">Which addresses are accepted.</param>
/// <param name="hasTokens">False when this operator has no tokens at all.</param>
internal sealed class PullRequestReader(ForgeAccess forges, AddressRules rules, bool hasTokens)
{
    private const int Tries = 2;
    private const int MaxProblem = 600;

    /// <summary>Reads a pull request; what can't be read is told in the answer.</summary>
    /// <param name="target">The pull request.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<PullRequestObservation> ReadAsync(FollowTarget target, CancellationToken stop)
    {
        if (Find(target) is not ({ } place, var number, null))
        {
            return Unread(target, Find(target).Problem!);
        }

        for (var attempt = 1; ; attempt++)
        {
            var status = await forges.CallAsync(place, f => f.ReadStatusAsync(place.Repository, number, stop), stop).ConfigureAwait(false);
            if (status.Value is not { } stands)
            {
                return Unread(target, Said(status.Error!));
            }

            var seen = new PullRequestObservation(target.Url)
            {
                Step = target.Step,
                State = stands.State switch { "open" => PullRequestState.Open, "merged" => PullRequestState.Merged, _ => PullRequestState.Closed },
                IsDraft = stands.IsDraft,
                HeadSHA = stands.HeadSha,
            };
            if (seen.State != PullRequestState.Open)
            {
                return seen;
            }

            var checks = target.Checks ? await forges.CallAsync(place, f => f.ReadChecksAsync(place.Repository, number, seen.HeadSHA, stop), stop).ConfigureAwait(false) : null;
            var reviews = target.Reviews ? await forges.CallAsync(place, f => f.ReadReviewsAsync(place.Repository, number, stop), stop).ConfigureAwait(false) : null;
            if ((checks?.Error ?? reviews?.Error) is { } error)
            {
                return Unread(target, Said(error));
            }

            if (checks?.Value is { } answered && answered.HeadSha != seen.HeadSHA)
            {
                if (attempt < Tries)
                {
                    continue;
                }

                return Unread(target, "it changes while it is read");
            }

            return With(seen, checks?.Value, reviews?.Value);
        }
    }

    /// <summary>Makes a draft ready.</summary>
    /// <param name="target">The pull request.</param>
    /// <param name="mayWrite">Asked right before every write.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Why it stays a draft; null when it does not, or another try may help.</returns>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<string?> MarkReadyAsync(FollowTarget target, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken stop)
    {
        if (Find(target) is not ({ } place, var number, null))
        {
            return null;
        }

        var made = await forges.CallAsync(place, f => f.MarkReadyAsync(place.Repository, number, mayWrite, stop), stop).ConfigureAwait(false);
        return made switch
        {
            { Value.IsDraft: true } => "the forge keeps it one; mark it as ready there",
            { Error: { Kind: ForgeErrorKind.Unauthorized or ForgeErrorKind.Forbidden or ForgeErrorKind.NotFound or ForgeErrorKind.Refused } error } => Said(error),
            _ => null,
        };
    }

    private static PullRequestObservation With(PullRequestObservation seen, PullRequestChecks? checks, PullRequestReviews? reviews) => seen with
    {
        FailedChecks = [.. (checks?.Checks ?? []).Where(c => c.State == CheckState.Failure).Select(Failed)],
        PendingChecks = [.. (checks?.Checks ?? []).Where(c => c.State == CheckState.Pending).Select(c => c.Name)],
        ChecksAreCut = checks?.IsCut == true,
        ChangeRequests = [.. Open(reviews?.Reviews ?? [])],
    };

    private static FailedCheck Failed(ForgeCheck check) => new(check.Name, check.Summary)
    {
        Places = [.. check.Annotations.Select(a => new FailedPlace(a.Path, a.Line, a.Level, a.Details.Length == 0 ? a.Message : a.Message.Length == 0 ? a.Details : $"{a.Message}\n{a.Details}"))],
        PlacesLeftOut = check.AnnotationsLeftOut,
    };

    // An approval takes back what the same person requested before.
    private static IEnumerable<ChangeRequest> Open(IReadOnlyList<PullRequestReview> reviews)
    {
        var approved = reviews.Index().Where(r => r.Item.State == ReviewState.Approved).GroupBy(r => r.Item.Author, StringComparer.Ordinal)
            .ToDictionary(r => r.Key, r => r.Max(a => a.Index), StringComparer.Ordinal);
        return reviews.Index()
            .Where(r => r.Item.State == ReviewState.ChangesRequested && r.Index > approved.GetValueOrDefault(r.Item.Author, -1))
            .Select(r => new ChangeRequest(r.Item.Author, r.Item.Body)
            {
                Commit = r.Item.Commit,
                SubmittedAt = r.Item.SubmittedAt,
                Lines = [.. r.Item.Lines.Select(l => new ChangeRequestLine(l.Path, l.Line, l.Body))],
            });
    }

    private static PullRequestObservation Unread(FollowTarget target, string problem) => new(target.Url) { Step = target.Step, Problem = problem };

    private (ForgePlace? Place, long Number, string? Problem) Find(FollowTarget target)
    {
        if (PullRequestAddress.Parse(target.Url) is not { } address)
        {
            return (null, 0, $"{Printable.Line(target.Url, 200)} is no URL of a pull request");
        }

        var place = PlaceOf(address.Repository, out var problem);
        return place is null ? (null, 0, problem)
            : target.Repositories.Any(r => PlaceOf(r, out _) is { } own && own.Endpoint == place.Endpoint && own.Repository.FullName.Equals(place.Repository.FullName, StringComparison.OrdinalIgnoreCase))
                ? (place, address.Number, null)
                : (null, 0, $"{Printable.Line(address.Repository, 200)} is no repository of the Workload");
    }

    private ForgePlace? PlaceOf(string repository, out string? problem)
    {
        try
        {
            var found = forges.PlaceOf(RepositoryAddress.Parse(repository, rules));
            problem = found.Error?.Message;
            return found.Value;
        }
        catch (GitException e)
        {
            problem = e.Message;
            return null;
        }
    }

    // Times of limits would change the status with each look.
    private string Said(ForgeError error) => error.Kind == ForgeErrorKind.RateLimited
        ? "the forge's rate limit is used up; it is asked again later"
        : Printable.Line(error.Message.TrimEnd('.'), MaxProblem)
            + (!hasTokens && error.Kind is (ForgeErrorKind.Unauthorized or ForgeErrorKind.Forbidden or ForgeErrorKind.NotFound) ? "; this operator has no token: give it some with --git-tokens" : "");
}
