using System.Collections.Immutable;
using Foreman.Git;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Unions;

/// <summary>What a look at the slices found.</summary>
/// <param name="Identifiers">About spec.payload.sharedIdentifiers; null when the task names none.</param>
/// <param name="Contract">About spec.payload.contract; null when the task has none.</param>
internal sealed record SharedFindings(ImmutableArray<SliceFinding>? Identifiers, ImmutableArray<SliceFinding>? Contract)
{
    /// <summary>All of them.</summary>
    public IEnumerable<SliceFinding> All => (Identifiers ?? []).Concat(Contract ?? []);
}

/// <summary>Looks at what slices share: the identifiers and the contract of a task.</summary>
internal static class SharedCheck
{
    /// <summary>Reads the slices and compares them.</summary>
    /// <exception cref="GitException">A commit can't be read.</exception>
    public static async Task<SharedFindings> RunAsync(RunRecord record, CancellationToken stop)
    {
        var payload = record.Attempt.Task.Spec.Payload;
        var (hasIdentifiers, contract) = (payload.SharedIdentifiers is { Count: > 0 }, string.IsNullOrWhiteSpace(payload.Contract) ? null : payload.Contract);
        if (!hasIdentifiers && contract is null)
        {
            return new SharedFindings(null, null);
        }

        var slices = await SliceReader.TextsAsync(record, stop).ConfigureAwait(false);
        ImmutableArray<SliceFinding>? identifiers = hasIdentifiers ? DriftCheck.Of(slices, payload.SharedIdentifiers!, stop) : null;
        return new SharedFindings(identifiers, contract is null ? null : await ContractAsync(slices, record.Repository!.Tree, contract, stop).ConfigureAwait(false));
    }

    private static async Task<ImmutableArray<SliceFinding>> ContractAsync(IReadOnlyList<SliceTexts> slices, WorkingTree tree, string contract, CancellationToken stop)
    {
        if (ContractCheck.PathOf(contract) is not { } path)
        {
            return ContractCheck.Quoted(contract, slices);
        }

        var (ofBase, ofSlices) = await SliceReader.FileAsync(slices, tree, path, stop).ConfigureAwait(false);
        if (ofBase is { Truncated: true } || ofSlices.Any(s => s.Text is { Truncated: true }))
        {
            return [new SliceFinding(SliceRules.NotRead, "the contract is too long to be compared") { File = path }];
        }

        var text = (ofBase ?? ofSlices.Select(s => s.Text).FirstOrDefault(t => t is not null))?.Text ?? "";
        return [.. ContractCheck.Of(path, ofBase?.Text, [.. ofSlices.Select(s => (s.Slice, s.Text?.Text))]), .. ContractCheck.Quoted(text, slices)];
    }
}
