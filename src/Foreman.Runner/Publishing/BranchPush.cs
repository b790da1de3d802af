using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Publishing;

/// <summary>The commits of an attempt, and their way to the repository while it holds its claim.</summary>
internal sealed class BranchPush(RepositoryHost host, ClaimCheck claim)
{
    /// <summary>A commit with the attempt's mark, whose message closes no issue but the task's own; made again, it is the same. Pure.</summary>
    /// <param name="record">The run.</param>
    /// <param name="host">Who commits, and which secrets must not be in it.</param>
    /// <param name="message">Its message.</param>
    public static CommitRequest CommitOf(RunRecord record, RepositoryHost host, string message) => new()
    {
        Message = ClosingWords.Quoted(message, record.Attempt.Task.Spec.Payload.Issue, record.Repository?.Address),
        Identity = host.Options.Identity,
        Mark = MarkOf(record.Attempt),
        When = CheckoutStage.WhenOf(record.Attempt),
        Secrets = host.Options.Credentials.Secrets,
        Leave = PublishStage.LeftOut(record.Attempt.Task.Spec),
    };

    /// <summary>Pushes the commit of a publication to its branch.</summary>
    /// <returns>The publication with what became of it.</returns>
    /// <exception cref="StageException">The attempt may not push.</exception>
    /// <exception cref="GitException">The server can't be reached, or wants another token.</exception>
    public async Task<Publication> PushAsync(RunRecord record, Publication publication, CancellationToken stop)
    {
        var repository = record.Repository!;
        var pushed = await FencedPush.PushAsync(
            repository.Tree,
            host.Options.Credentials,
            new PushRequest { To = repository.PushedTo, Sha = publication.CommitSha!, Mark = MarkOf(record.Attempt), HoldsClaim = token => claim.HoldsAsync(record.Attempt, token) },
            stop).ConfigureAwait(false);
        return pushed switch
        {
            PushResult.Pushed or PushResult.AlreadyThere => publication with { IsPushed = true },
            PushResult.Overtaken overtaken => publication with { Ending = Ending.NotPushed(overtaken.Why) },
            PushResult.NotAllowed refused => publication with { Ending = Ending.NotPushed(refused.Why) },
            PushResult.Fenced fenced => throw new StageException(FailureReason.InfrastructureError, $"the branch {publication.Branch} was not pushed: {fenced.Why}"),
            _ => throw new InvalidOperationException($"{pushed} is no result of a push"),
        };
    }

    private static AttemptMark MarkOf(Attempt attempt) => new(attempt.Uid, attempt.Number);
}
