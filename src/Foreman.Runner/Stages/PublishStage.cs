using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Publishing;
using Foreman.Runner.Repositories;

namespace Foreman.Runner.Stages;

/// <summary>Commits what a run changed in a repository and pushes its branch, while the attempt holds its claim. Run again, it makes the same commit and finds it pushed.</summary>
internal sealed class PublishStage(RepositoryHost? host, ClaimCheck claim) : IStage
{
    private const int MaxDiffBytes = 16 << 10;

    /// <inheritdoc/>
    public string Name => "publish";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => record.Repository is { } repository && IsDone(record)
        ? $"commits to {repository.Tree.Plan.Branch} and pushes it to {repository.Address}"
        : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        // A run that was stopped has said nothing of its task, and its report must not wait for git.
        if (record.Repository is not { } repository || host is null || record.LoopResult?.Envelope.FailureReason == FailureReason.Cancelled)
        {
            return new StageResult.Next(record);
        }

        try
        {
            var tree = repository.Tree;
            var publication = new Publication
            {
                Branch = tree.Plan.Branch,
                Diff = await tree.DiffAsync(new DiffRequest { From = DiffFrom.Base, MaxBytes = MaxDiffBytes, Leave = LeftOut(record.Attempt.Task.Spec) }, stop).ConfigureAwait(false),
            };
            return new StageResult.Next(record with { Publication = IsDone(record) ? await PublishAsync(record, repository, publication, stop).ConfigureAwait(false) : publication });
        }
        catch (GitException e)
        {
            return Unpublished(record, repository.Tree.Plan.Branch, e) is { } publication ? new StageResult.Next(record with { Publication = publication }) : throw RepositoryFaults.Ended(e);
        }
    }

    /// <summary>What a failure of git leaves of a run: its own end where nothing was to be published, a refusal where the change is none that is committed; null when it ends the attempt. Pure.</summary>
    internal static Publication? Unpublished(RunRecord record, string branch, GitException fault) =>
        !IsDone(record) ? new Publication { Branch = branch }
        : fault.Fault is GitFault.TooLarge or GitFault.NotAllowed ? new Publication { Branch = branch, Ending = Ending.NotCommitted(fault.Message) }
        : null;

    /// <summary>True when the model's result says that the work is done.</summary>
    internal static bool IsDone(RunRecord record) => record.LoopResult?.Envelope.Verdict == Verdict.Go;

    private async Task<Publication> PublishAsync(RunRecord record, RunRepository repository, Publication publication, CancellationToken stop)
    {
        var (task, tree) = (record.Attempt.Task, repository.Tree);
        var changes = publication.Diff!.Files;
        if (changes.Count > 0 && WorkClass.NeedsVerification(changes, [.. (task.Spec.VerdictPolicy?.SelfGO ?? []).Select(i => i.Value)]))
        {
            return publication with { Ending = Ending.NotSelfCertified(changes) };
        }

        var mark = new AttemptMark(record.Attempt.Uid, record.Attempt.Number);
        var envelope = record.LoopResult!.Envelope;
        var message = envelope.Extra?["commitMessage"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var made = await Commits.CommitAsync(
            tree,
            new CommitRequest
            {
                Message = CommitText.Of(message, envelope.Summary, task.Spec.Payload.Issue),
                Identity = host!.Options.Identity,
                Mark = mark,
                When = CheckoutStage.WhenOf(record.Attempt),
                Secrets = host.Options.Credentials.Secrets,
                Leave = LeftOut(task.Spec),
            },
            stop).ConfigureAwait(false);
        switch (made)
        {
            case CommitResult.SecretsFound found:
                return publication with { Ending = Ending.SecretsFound(found.Findings), Diff = null };
            case CommitResult.NothingChanged when changes.Count == 0:
                return publication with { Ending = Ending.NothingChanged(task.Spec.Kind) };
        }

        var sha = await tree.HeadAsync(stop).ConfigureAwait(false);
        publication = publication with { CommitSha = sha, Ending = Ending.Unchecked(record.Gate) };
        var pushed = await FencedPush.PushAsync(
            tree,
            host.Options.Credentials,
            new PushRequest { To = repository.Address, Sha = sha, Mark = mark, HoldsClaim = token => claim.HoldsAsync(record.Attempt, token) },
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

    /// <summary>What lies in the workspace and is never committed: the files that the task brought along. Pure.</summary>
    internal static IReadOnlyList<string> LeftOut(AgenticTaskSpec spec) => [.. (spec.Payload.Inputs ?? []).Select(i => i.Path.Trim('/'))];
}
