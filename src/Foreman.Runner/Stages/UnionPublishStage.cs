using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Publishing;
using Foreman.Runner.Repositories;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Stages;

/// <summary>Pushes what an integrate has joined, when its checks pass and the branches of the slices are where they were. Run again, it finds it pushed.</summary>
internal sealed class UnionPublishStage(RepositoryHost? host, ClaimCheck claim) : IStage
{
    /// <inheritdoc/>
    public string Name => "publish";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => record is { Union: { IsRejected: false, Joined.IsEmpty: false }, Repository: { } repository }
        ? $"pushes {repository.Tree.Plan.Branch} to {repository.PushedTo}"
        : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        try
        {
            return new StageResult.Next(await PublishAsync(record, record.Repository!, record.Union!, stop).ConfigureAwait(false));
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
    }

    private async Task<RunRecord> PublishAsync(RunRecord record, RunRepository repository, SliceUnion union, CancellationToken stop)
    {
        var (spec, tree) = (record.Attempt.Task.Spec, repository.Tree);
        var publication = new Publication { Branch = tree.Plan.Branch };
        RunRecord Ends(Ending ending) => record with { Publication = publication with { Ending = ending } };
        if (union.IsRejected)
        {
            return Ends(union.Ending ?? UnionEnding.Rejected(union.Findings));
        }

        if (union.Joined.IsEmpty)
        {
            return Ends(UnionEnding.Nothing(tree.Plan.Base));
        }

        publication = publication with { Diff = await tree.DiffAsync(PublishStage.ReportedDiff(host!), stop).ConfigureAwait(false) };
        if (record.Gate is { } gate && gate.Verdict == Verdict.GateFail)
        {
            return Ends(UnionEnding.ChecksFail(gate));
        }

        if (WorkClass.NeedsVerification(publication.Diff.Files, [.. (spec.VerdictPolicy?.SelfGO ?? []).Select(i => i.Value)]))
        {
            return Ends(Ending.NotSelfCertified(publication.Diff.Files));
        }

        var now = await (await host!.StoreAsync(stop).ConfigureAwait(false)).RefreshAsync(repository.PushedTo, stop).ConfigureAwait(false);
        if (SlicePins.Moved(record.Pins, now.Branches) is { IsEmpty: false } moved)
        {
            return Ends(UnionEnding.Moved(moved)) with { Union = union with { Findings = [.. union.Findings, .. moved] } };
        }

        publication = publication with { CommitSha = await tree.HeadAsync(stop).ConfigureAwait(false), Ending = Ending.Unchecked(record.Gate) };
        return record with { Publication = await new BranchPush(host, claim).PushAsync(record, publication, stop).ConfigureAwait(false) };
    }
}
