using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Publishing;

/// <summary>
/// Keeps work whose checks still fail after all fixes on a branch of its own, so that it is not lost. The result stays what it is: a branch that can't be made
/// changes nothing but what is told of it.
/// </summary>
/// <param name="host">How repositories are worked on.</param>
/// <param name="claim">Asked right before the push.</param>
internal sealed class GateFailedBranch(RepositoryHost host, ClaimCheck claim)
{
    /// <summary>True when the model said that it is done, and the checks said that it is not. Pure.</summary>
    public static bool IsDue(RunRecord record) =>
        record.LoopResult?.Envelope.FailureReason == FailureReason.GateFailed && record.Gate?.Verdict == Verdict.GateFail && record.Agent?.Role != AgentRole.Reviewer;

    /// <summary>Commits and pushes. Run again, it makes the same commit and finds it pushed.</summary>
    /// <param name="record">The run, at its end.</param>
    /// <param name="publication">With what the branch does.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>With where the work is kept, or why it is not.</returns>
    /// <exception cref="StageException">The attempt no longer holds its claim.</exception>
    public async Task<Publication> KeepAsync(RunRecord record, Publication publication, CancellationToken stop)
    {
        if (PublishStage.NeedsVerification(record.Attempt.Task.Spec, publication.Diff!.Files))
        {
            return publication with { KeepError = Ending.NotSelfCertified(publication.Diff.Files).Summary };
        }

        try
        {
            return await PushAsync(record, publication, stop).ConfigureAwait(false);
        }
        catch (GitException e)
        {
            return publication with { KeepError = e.Message };
        }
    }

    private async Task<Publication> PushAsync(RunRecord record, Publication publication, CancellationToken stop)
    {
        var (attempt, repository) = (record.Attempt, record.Repository!);
        var mark = new AttemptMark(attempt.Uid, attempt.Number);
        var made = await Commits.CommitAsync(
            repository.Tree,
            BranchPush.CommitOf(record, host, CommitText.Unfinished(attempt.Name, attempt.Task.Spec.Payload.Issue, record.Gate!.Failed.Select(c => c.Check))),
            stop).ConfigureAwait(false);
        if (made is CommitResult.SecretsFound found)
        {
            return publication with { KeepError = Ending.SecretsFound(found.Findings).Summary, Diff = null };
        }

        if (made is not CommitResult.Committed { Sha: var sha })
        {
            return publication;
        }

        var branch = BranchRules.GateFailed(publication.Branch);
        var pushed = await FencedPush.PushAsync(
            repository.Tree,
            host.Options.Credentials,
            new PushRequest { To = repository.PushedTo, Sha = sha, Branch = branch, Mark = mark, HoldsClaim = token => claim.HoldsAsync(attempt, token) },
            stop).ConfigureAwait(false);
        return pushed switch
        {
            PushResult.Pushed or PushResult.AlreadyThere => publication with { CommitSha = sha, KeptOn = branch },
            PushResult.Overtaken overtaken => publication with { KeepError = overtaken.Why },
            PushResult.NotAllowed refused => publication with { KeepError = refused.Why },
            PushResult.Fenced fenced => throw new StageException(FailureReason.InfrastructureError, $"the branch {branch} was not pushed: {fenced.Why}"),
            _ => throw new InvalidOperationException($"{pushed} is no result of a push"),
        };
    }
}
