using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Repositories;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Stages;

/// <summary>
/// Checks out the repository of spec.payload.repo, where the task has one. A run that goes on begins at the commit that the earlier attempt
/// began at; where that is gone, it begins anew.
/// </summary>
/// <param name="host">The mirrors of this host; null where it has none.</param>
/// <param name="options">Where runs work.</param>
/// <param name="plans">How the branch is begun.</param>
/// <param name="pins">Commit by branch of the other branches that the run looks at; null for none.</param>
internal sealed class CheckoutStage(
    RepositoryHost? host, RunnerOptions options, Func<RunRecord, Mirror, Mirror, BranchPlan> plans, Func<RunRecord, Mirror, IReadOnlyDictionary<string, string>>? pins = null) : IStage
{
    /// <inheritdoc/>
    public string Name => "checkout";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => RepoOf(record) is { } repo ? $"fetches {repo} and checks it out into {record.Workspace}" : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (RepoOf(record) is not { } repo)
        {
            return new StageResult.Next(record);
        }

        if (host is null)
        {
            throw new StageException(FailureReason.Unsupported, "spec.payload.repo: this runner checks out no repositories; give the task the placement Node");
        }

        try
        {
            var address = RepositoryAddress.Parse(repo, host.Options.Rules);
            var store = await host.StoreAsync(stop).ConfigureAwait(false);
            var mirror = await store.RefreshAsync(address, stop).ConfigureAwait(false);
            var push = host.Options.ForkOf(address) is { } fork ? await store.RefreshAsync(fork, stop).ConfigureAwait(false) : mirror;
            var plan = plans(record, mirror, push);
            var pinned = record with { Pins = pins?.Invoke(record, push) ?? record.Pins };
            return new StageResult.Next(await CheckOutAsync(pinned, store, (mirror, push), plan, stop).ConfigureAwait(false));
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && DiskFaults.Report(e) is null)
        {
            throw new StageException(FailureReason.InfrastructureError, $"{repo} can't be checked out into {record.Workspace}: {e.Message}");
        }
    }

    /// <summary>Where the repository of an attempt lies: out of reach of what the run executes, and cleared away with its transcript.</summary>
    internal static string GitDirOf(RunnerOptions options, AttemptKey key) => Path.ChangeExtension(LoopStage.TranscriptOf(options, key), ".git");

    /// <summary>The branch that a task looks at, as it is. Pure.</summary>
    /// <param name="record">The run.</param>
    /// <param name="upstream">The task's repository.</param>
    /// <param name="push">Where its branches are pushed to: the same, or a fork.</param>
    internal static BranchPlan Looking(RunRecord record, Mirror upstream, Mirror push) =>
        BranchRules.Existing(record.Attempt.Task.Spec.Payload.Branch ?? "", record.Attempt.Task.Spec.Payload.BaseBranch, upstream, push);

    /// <summary>The branch of the first slice, where all slices are compared; nothing is done to it. Pure.</summary>
    /// <param name="record">The run.</param>
    /// <param name="upstream">The task's repository.</param>
    /// <param name="push">Where its branches are pushed to: the same, or a fork.</param>
    internal static BranchPlan Comparing(RunRecord record, Mirror upstream, Mirror push)
    {
        var payload = record.Attempt.Task.Spec.Payload;
        return BranchRules.Existing(payload.Slices is [var first, ..] ? SlicePins.BranchOf(payload, first) : "", payload.BaseBranch, upstream, push);
    }

    /// <summary>The branch that a task works on. Pure.</summary>
    /// <param name="record">The run.</param>
    /// <param name="upstream">The task's repository.</param>
    /// <param name="push">Where its branches are pushed to: the same, or a fork.</param>
    internal static BranchPlan Working(RunRecord record, Mirror upstream, Mirror push)
    {
        var (task, payload) = (record.Attempt.Task, record.Attempt.Task.Spec.Payload);
        var wishes = new BranchWishes
        {
            Branch = BranchRules.NameOf(new BranchNaming
            {
                Task = task.Name(),
                Branch = payload.Branch,
                Prefix = payload.BranchPrefix,
                Workload = task.Metadata.Labels?.GetValueOrDefault(Labels.Workload),
                Issue = payload.Issue,
            }),
            Base = payload.BaseBranch,
            Start = payload.BranchStrategy == BranchStrategy.Rebase ? BranchStart.Rebase : BranchStart.Reset,
            ReviseFrom = payload.ReviseFromBranch,
            AllowOverwrite = payload.AllowOverwrite == true,
        };
        return BranchRules.Plan(wishes, upstream, push);
    }

    /// <summary>The plan of a run that goes on at the commit that an earlier attempt began at; null when the plan begins there, or can't. Pure.</summary>
    internal static BranchPlan? From(BranchPlan plan, string began) =>
        plan.AtSha is { } at ? (at == began ? null : plan with { AtSha = began })
        : plan.RestoreSha is not null || plan.BaseSha == began ? null
        : plan with { BaseSha = began };

    private async Task<RunRecord> CheckOutAsync(RunRecord record, MirrorStore store, (Mirror Upstream, Mirror Push) mirrors, BranchPlan plan, CancellationToken stop)
    {
        var began = record.Earlier?.BaseCommit;
        WorkingTree? tree = null;
        if (began is not null && From(plan, began) is { } earlier)
        {
            try
            {
                tree = await CreateAsync(record, store, mirrors, earlier, stop).ConfigureAwait(false);
            }
            catch (GitException e) when (e.Fault is GitFault.NotFound or GitFault.Failed or GitFault.BadName)
            {
                tree = null;
            }
        }

        tree ??= await CreateAsync(record, store, mirrors, plan, stop).ConfigureAwait(false);
        var goesOn = record.Earlier is null || began == tree.StartSha;
        return record with
        {
            Repository = new RunRepository(mirrors.Upstream.Address, tree, await tree.MergeBaseAsync(stop).ConfigureAwait(false))
            {
                Fork = mirrors.Push.Address == mirrors.Upstream.Address ? null : mirrors.Push.Address,
            },
            Earlier = goesOn ? record.Earlier : null,
            Note = goesOn ? plan.Note ?? record.Note : Anew(record.Earlier!),
        };
    }

    private Task<WorkingTree> CreateAsync(RunRecord record, MirrorStore store, (Mirror Upstream, Mirror Push) mirrors, BranchPlan plan, CancellationToken stop)
    {
        if (FolderRemoval.Remove(record.Workspace!) is { } why)
        {
            throw new IOException(why);
        }

        _ = Directory.CreateDirectory(record.Workspace!);
        var gitDir = GitDirOf(options, record.Attempt.Key);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(gitDir)!);
        return WorkingTree.CreateAsync(
            new CheckoutRequest
            {
                Store = store,
                Upstream = mirrors.Upstream,
                Push = mirrors.Push,
                Plan = plan,
                GitDir = gitDir,
                Workspace = record.Workspace!,
                Identity = host!.Options.Identity,
                When = WhenOf(record.Attempt),
                Besides = [.. record.Pins.Values],
            },
            stop);
    }

    /// <summary>The date of an attempt's commits: the same whenever they are made again.</summary>
    internal static DateTimeOffset WhenOf(Attempt attempt) => attempt.ClaimedAt ?? attempt.Task.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch;

    private static string Anew(EarlierRun earlier) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"began anew, without the {earlier.Point.Turn} turns of attempt {earlier.Point.Attempt}: the commit that it began at is no longer there");

    private static string? RepoOf(RunRecord record) => record.Attempt.Task.Spec.Payload.Repo is { Length: > 0 } repo ? repo : null;
}
