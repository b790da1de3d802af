using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Git;
using Foreman.Primitives;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Repositories;
using Foreman.Runner.Unions;

namespace Foreman.Runner.Stages;

/// <summary>
/// Joins slices of work in their order, each with the files that it owns. The branch and the files move on only when all of them can be joined;
/// what keeps one from it is found for all at once.
/// </summary>
internal sealed class IntegrateStage(RepositoryHost? host) : IStage
{
    private const int MaxName = 50;

    /// <inheritdoc/>
    public string Name => "integrate";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string OutsideEffect(RunRecord record) => $"joins slices of {record.Repository?.Address} in {record.Workspace}";

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (record.Repository is not { } repository || host is null)
        {
            throw new StageException(FailureReason.Unsupported, "spec.payload.repo is empty: there is nothing to join");
        }

        try
        {
            return new StageResult.Next(record with { Union = await JoinAllAsync(record, repository, host, stop).ConfigureAwait(false) });
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
    }

    private static async Task<SliceUnion> JoinAllAsync(RunRecord record, RunRepository repository, RepositoryHost host, CancellationToken stop)
    {
        var tree = repository.Tree;
        var slices = record.Attempt.Task.Spec.Payload.Slices ?? [];
        var state = new JoinState(tree.StartSha, SliceOwnership.NamedTwice(slices));
        foreach (var slice in slices)
        {
            var (branch, tip) = PinOf(record, repository, slice);
            var message = $"Join slice {Printable.Line(slice.Name, MaxName)}\n\nThe work on {branch} at {tip}.";
            var result = await Joins.JoinAsync(tree, new JoinRequest { Onto = state.Sha, History = state.History, Tip = tip, Commit = BranchPush.CommitOf(record, host, message) }, stop).ConfigureAwait(false);
            state = Next(state, slices, slice, result, tree.Plan.Base);
        }

        if (!state.Secrets.IsEmpty)
        {
            return new SliceUnion { Findings = state.Findings, Ending = Ending.SecretsFound(state.Secrets) };
        }

        var shared = state.Findings.IsEmpty ? await SharedAsync(record, stop).ConfigureAwait(false) : [];
        var before = await tree.FilesAsync(RepositoryTree.MaxFiles, stop).ConfigureAwait(false);
        var union = new SliceUnion
        {
            Joined = state.Joined,
            Findings = [.. state.Findings, .. SliceOwnership.SameBut(before, state.Changes), .. shared.Select(f => f with { IsAdvisory = true })],
        };
        if (!union.IsRejected && state.Sha != tree.StartSha)
        {
            await tree.AdvanceAsync(state.Sha, stop).ConfigureAwait(false);
        }

        return union;
    }

    // What is only told costs no join.
    private static async Task<IEnumerable<SliceFinding>> SharedAsync(RunRecord record, CancellationToken stop)
    {
        try
        {
            return (await SharedCheck.RunAsync(record, stop).ConfigureAwait(false)).All;
        }
        catch (GitException e)
        {
            return [new SliceFinding(SliceRules.NotRead, $"what the slices share can't be looked at: {e.Message}")];
        }
    }

    private static (string Branch, string Tip) PinOf(RunRecord record, RunRepository repository, TaskSlice slice)
    {
        var branch = SlicePins.BranchOf(record.Attempt.Task.Spec.Payload, slice);
        return branch != repository.Tree.Plan.Branch
            ? (branch, record.Pins[branch])
            : throw new StageException(FailureReason.ConstraintViolated, $"slice {Printable.Line(slice.Name)} lies on {branch}, the branch that the slices are joined on: name another one in spec.payload.branch");
    }

    /// <summary>What is known after one more slice. Pure.</summary>
    private static JoinState Next(JoinState state, IReadOnlyList<TaskSlice> slices, TaskSlice slice, JoinResult result, string baseBranch)
    {
        switch (result)
        {
            case JoinResult.Joined joined:
                var (found, taken) = SliceOwnership.Judge(slices, slice, joined.Files, state.Taken);
                return state with { Sha = joined.Sha, History = joined.History, Joined = state.Joined.Add(slice.Name), Changes = state.Changes.AddRange(joined.Files), Findings = state.Findings.AddRange(found), Taken = taken };
            case JoinResult.NothingChanged nothing:
                return state with { History = nothing.History };
            case JoinResult.Conflicts conflicts:
                var others = state.Joined.IsEmpty ? baseBranch : $"{baseBranch} with {string.Join(", ", state.Joined)}";
                return state with
                {
                    Findings = state.Findings.AddRange(conflicts.Files.Select(f => new SliceFinding(
                        SliceRules.Conflict,
                        f.Line is null ? $"slice {slice.Name} and {others}: one removes or replaces what the other changes" : $"slice {slice.Name} and {others} both change it, from this line on")
                    {
                        Slice = slice.Name,
                        File = f.Path,
                        Line = f.Line,
                    })),
                };
            case JoinResult.SecretsFound secrets:
                return state with { Secrets = state.Secrets.AddRange(secrets.Findings) };
            case JoinResult.Unrelated:
                return state with { Findings = state.Findings.Add(new(SliceRules.Unrelated, $"slice {slice.Name} and {baseBranch} have no common commit") { Slice = slice.Name }) };
            default:
                return state;
        }
    }

    private sealed record JoinState(string Sha, ImmutableArray<SliceFinding> Findings)
    {
        public string? History { get; init; }

        public ImmutableArray<string> Joined { get; init; } = [];

        public ImmutableArray<SecretFinding> Secrets { get; init; } = [];

        public ImmutableArray<JoinedFile> Changes { get; init; } = [];

        public ImmutableDictionary<string, string> Taken { get; init; } = ImmutableDictionary<string, string>.Empty;
    }
}
