using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Repositories;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Stages;

/// <summary>
/// Makes sure that the branch of a run has its pull request, where the task asks for one, while the attempt holds its claim. Run again, by any attempt, it finds the same one.
/// A pull request that can't be opened leaves the branch as it is, and the result says so.
/// </summary>
/// <param name="host">How repositories are worked on; null where no run has one.</param>
/// <param name="forges">Null for a runner that writes to none.</param>
/// <param name="claim">Asked right before every write.</param>
/// <param name="time">The clock of waits.</param>
internal sealed class ProposeStage(RepositoryHost? host, ForgeAccess? forges, ClaimCheck claim, TimeProvider time) : IStage
{
    private const int MaxTemplateBytes = 24 << 10;

    /// <inheritdoc/>
    public string Name => "propose";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => IsDue(record)
        ? $"opens or updates the pull request of {record.Repository!.Tree.Plan.Branch} in {record.Repository.Address}"
        : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (!IsDue(record))
        {
            return new StageResult.Next(record);
        }

        try
        {
            return new StageResult.Next(record with { PullRequest = await ProposeAsync(record, stop).ConfigureAwait(false) });
        }
        catch (GitException e)
        {
            return new StageResult.Next(record with { PullRequest = new ProposedPullRequest { Error = e.Message } });
        }
    }

    /// <summary>A task that asks for it gets one: for the branch that it has pushed, or that it reviewed and finds good. Pure.</summary>
    internal static bool IsDue(RunRecord record) => record is { Repository: not null, Attempt.Task.Spec: { Payload.OpenPullRequest: true } spec }
        && (spec.Kind == TaskKind.Review ? PublishStage.IsDone(record) : record.Publication?.IsPushed == true);

    private async Task<ProposedPullRequest> ProposeAsync(RunRecord record, CancellationToken stop)
    {
        var (attempt, repository) = (record.Attempt, record.Repository!);
        if (forges is null)
        {
            return new ProposedPullRequest { Error = "this runner writes to no forge" };
        }

        var target = forges.PlaceOf(repository.Address);
        var source = repository.Fork is { } fork ? forges.PlaceOf(fork) : target;
        if ((target.Error ?? source.Error) is { } unknown)
        {
            return new ProposedPullRequest { Error = unknown.Message };
        }

        if (source.Value!.Endpoint != target.Value!.Endpoint)
        {
            return new ProposedPullRequest { Error = $"the branch lies on {source.Value.Endpoint}, and pull requests of {repository.Address.FullName} are on {target.Value.Endpoint}" };
        }

        if (attempt.Task.Spec.Kind == TaskKind.Review && await MovedAsync(repository, stop).ConfigureAwait(false) is { } moved)
        {
            return new ProposedPullRequest { Error = moved };
        }

        var proposal = await ProposalAsync(record, target.Value, source.Value, stop).ConfigureAwait(false);
        var most = ForgePatience.Of(TimeSpan.FromSeconds(RunTime.TaskSeconds(record.Attempt.Task.Spec, record.Agent)), time.GetElapsedTime(record.StartedAt));
        var result = await new ForgePatience(time).AskAsync(
            () => forges.PublishAsync(target.Value, proposal, token => claim.HoldsAsync(attempt, token), stop), r => r.Error, most, stop).ConfigureAwait(false);
        return result switch
        {
            { Value: { } made } => new ProposedPullRequest { Url = made.Url, IsDraft = made.IsDraft, Warnings = made.Warnings },
            { Error.Kind: ForgeErrorKind.Fenced } => throw new StageException(FailureReason.InfrastructureError, $"the pull request of {proposal.Head} was not written: {result.Error.Message}"),
            _ => new ProposedPullRequest { Error = result.Error!.Message },
        };
    }

    // Nobody has read what was pushed while the branch was reviewed.
    private async Task<string?> MovedAsync(RunRepository repository, CancellationToken stop)
    {
        var now = await (await host!.StoreAsync(stop).ConfigureAwait(false)).RefreshAsync(repository.PushedTo, stop).ConfigureAwait(false);
        return now.Branches.GetValueOrDefault(repository.Tree.Plan.Branch) == repository.Tree.StartSha ? null : $"the branch {repository.Tree.Plan.Branch} was changed while it was reviewed; review it again";
    }

    private async Task<PullRequestProposal> ProposalAsync(RunRecord record, ForgePlace target, ForgePlace source, CancellationToken stop)
    {
        var (task, tree) = (record.Attempt.Task, record.Repository!.Tree);
        var (title, text) = record.Union is { } union
            ? (UnionText.Title(task.Spec.Payload, union), UnionText.Of(record))
            : (await tree.SubjectAsync(stop).ConfigureAwait(false), PullRequestText.Of(task, record.LoopResult!.Envelope, record.Gate, record.Repository.Address));
        return new PullRequestProposal
        {
            Target = target.Repository,
            Fork = record.Repository.Fork is null ? null : source.Repository,
            Head = tree.Plan.Branch,
            Base = tree.Plan.Base,
            Title = ClosingWords.Quoted(title, task.Spec.Payload.Issue, record.Repository.Address),
            // A connection to a forge knows its own token only.
            Text = new Redaction(host!.Options.Credentials.Secrets).Text(text),
            Template = await TemplateAsync(record.Repository, target.Endpoint.Kind, stop).ConfigureAwait(false),
            IsDraft = PullRequestText.IsDraft(task.Spec.Kind, record.Gate),
            Labels = host.Options.PullRequestLabels,
            LeavesAsFound = task.Spec.Kind == TaskKind.Review,
        };
    }

    // The one of the base: a change of the template counts when it is merged.
    private static async Task<string?> TemplateAsync(RunRepository repository, ForgeKind forge, CancellationToken stop)
    {
        var files = await repository.Tree.FilesAsync(RepositoryTree.MaxFiles, stop).ConfigureAwait(false);
        return PullRequestTemplates.Find(forge, files) is { } path && await repository.Tree.ReadAsync(repository.Base, path, MaxTemplateBytes, stop).ConfigureAwait(false) is { Truncated: false } template
            ? template.Text
            : null;
    }
}
