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
    public string? OutsideEffect(RunRecord record) => record.Repository is not { } repository ? null
        : IsDone(record) ? $"commits to {repository.Tree.Plan.Branch} and pushes it to {repository.PushedTo}"
        : GateFailedBranch.IsDue(record) ? $"keeps the work on {BranchRules.GateFailed(repository.Tree.Plan.Branch)} of {repository.PushedTo}"
        : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        // A run that was stopped has said nothing of its task, and its report must not wait for git.
        if (record.Repository is not { } repository || host is null || record.LoopResult?.Envelope.FailureReason == FailureReason.Cancelled)
        {
            return new StageResult.Next(record);
        }

        var publication = new Publication { Branch = repository.Tree.Plan.Branch };
        try
        {
            var tree = repository.Tree;
            publication = publication with
            {
                Diff = await tree.DiffAsync(ReportedDiff(host) with { Leave = LeftOut(record.Attempt.Task.Spec) }, stop).ConfigureAwait(false),
            };
            publication = IsDone(record) ? await PublishAsync(record, repository, publication, stop).ConfigureAwait(false)
                : GateFailedBranch.IsDue(record) ? await new GateFailedBranch(host, claim).KeepAsync(record, publication, stop).ConfigureAwait(false)
                : publication;
            return new StageResult.Next(record with { Publication = publication, IsResolvedInBase = await IsInBaseAsync(record, tree, stop).ConfigureAwait(false) });
        }
        catch (GitException e)
        {
            return Unpublished(record, publication, e) is { } left ? new StageResult.Next(record with { Publication = left }) : throw RepositoryFaults.Ended(e);
        }
    }

    /// <summary>What a failure of git leaves of a run: its own end where nothing was to be published, a refusal where the change is none that is committed; null when it ends the attempt. Pure.</summary>
    internal static Publication? Unpublished(RunRecord record, Publication begun, GitException fault) =>
        !IsDone(record) ? begun
        : fault.Fault is GitFault.TooLarge or GitFault.NotAllowed ? begun with { Ending = Ending.NotCommitted(fault.Message) }
        : fault.Fault is GitFault.AuthUnavailable ? begun with { Ending = Ending.NoToken(fault.Message) }
        : null;

    /// <summary>The diff that stands in a result: everything that the branch does, but for keys and tokens. Pure.</summary>
    internal static DiffRequest ReportedDiff(RepositoryHost host) => new() { From = DiffFrom.Base, MaxBytes = MaxDiffBytes, Secrets = host.Options.Credentials.Secrets };

    /// <summary>True when the model's result says that the work is done.</summary>
    internal static bool IsDone(RunRecord record) => record.LoopResult?.Envelope.Verdict == Verdict.Go;

    // A model's word that others did the work skips the tasks behind it, and says which commit to look at.
    private static async Task<bool> IsInBaseAsync(RunRecord record, WorkingTree tree, CancellationToken stop)
    {
        foreach (var commit in record.LoopResult is { } result ? CoderOutcome.NamedCommits(result.Envelope) : [])
        {
            if (await tree.BaseHasAsync(commit, stop).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Publication> PublishAsync(RunRecord record, RunRepository repository, Publication publication, CancellationToken stop)
    {
        var (task, tree) = (record.Attempt.Task, repository.Tree);
        var changes = publication.Diff!.Files;
        if (NeedsVerification(task.Spec, changes))
        {
            return publication with { Ending = Ending.NotSelfCertified(changes) };
        }

        var envelope = record.LoopResult!.Envelope;
        var message = ResultFields.Text(envelope.Extra?["commitMessage"]);
        var made = await Commits.CommitAsync(
            tree,
            BranchPush.CommitOf(record, host!, CommitText.Of(message, envelope.Summary, task.Spec.Payload.Issue)),
            stop).ConfigureAwait(false);
        switch (made)
        {
            case CommitResult.SecretsFound found:
                return publication with { Ending = Ending.SecretsFound(found.Findings), Diff = null };
            case CommitResult.NothingChanged when changes.Count == 0:
                return publication with { Ending = Ending.NothingChanged(task.Spec.Kind) };
        }

        var sha = await tree.HeadAsync(stop).ConfigureAwait(false);
        return await new BranchPush(host!, claim)
            .PushAsync(record, publication with { CommitSha = sha, Ending = Ending.Unchecked(record.Gate) }, stop).ConfigureAwait(false);
    }

    /// <summary>True when a change may not be published on a coder's own word. Pure.</summary>
    internal static bool NeedsVerification(AgenticTaskSpec spec, IReadOnlyCollection<FileChange> changes) =>
        changes.Count > 0 && WorkClass.NeedsVerification(changes, [.. (spec.VerdictPolicy?.SelfGO ?? []).Select(i => i.Value)]);

    /// <summary>What lies in the workspace and is never committed: the files that the task brought along. Pure.</summary>
    internal static IReadOnlyList<string> LeftOut(AgenticTaskSpec spec) => [.. (spec.Payload.Inputs ?? []).Select(i => i.Path.Trim('/'))];
}
