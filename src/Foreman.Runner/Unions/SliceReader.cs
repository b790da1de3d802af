using Foreman.Git;
using Foreman.Primitives;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Unions;

/// <summary>Reads slices as they are on their branches: nothing is checked out.</summary>
internal static class SliceReader
{
    private const int MaxContractBytes = 256 << 10;
    private const long MaxSliceBytes = 64L << 20;
    private const long MaxAllBytes = 256L << 20;

    /// <summary>Most bytes that are read of each slice: all of them are held at once.</summary>
    /// <param name="slices">How many there are.</param>
    public static long MaxBytesOf(int slices) => Math.Min(MaxSliceBytes, MaxAllBytes / Math.Max(1, slices));

    /// <summary>The text files of each slice: those that it names, or those that it changes when it names none.</summary>
    /// <exception cref="GitException">A commit can't be read.</exception>
    public static async Task<IReadOnlyList<SliceTexts>> TextsAsync(RunRecord record, CancellationToken stop)
    {
        var (payload, tree, read) = (record.Attempt.Task.Spec.Payload, record.Repository!.Tree, new List<SliceTexts>());
        var maxBytes = MaxBytesOf(payload.Slices?.Count ?? 0);
        foreach (var slice in payload.Slices ?? [])
        {
            var branch = SlicePins.BranchOf(payload, slice);
            var sha = record.Pins[branch];
            var changed = slice.Files is { Count: > 0 }
                ? null
                : (await Joins.ChangesAsync(tree, tree.Plan.BaseSha, sha, stop).ConfigureAwait(false)).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
            var texts = await TreeTexts.ReadAsync(tree, sha, path => changed?.Contains(path) ?? SliceOwnership.Names(slice, path), maxBytes, stop).ConfigureAwait(false);
            read.Add(new SliceTexts(slice.Name, branch, sha, texts));
        }

        return read;
    }

    /// <summary>A file as it is in the base and in each slice, at most 256 KiB of it; null where it is not there.</summary>
    /// <exception cref="GitException">A commit can't be read.</exception>
    public static async Task<(BoundedText? OfBase, IReadOnlyList<(string Slice, BoundedText? Text)> OfSlices)> FileAsync(
        IEnumerable<SliceTexts> slices, WorkingTree tree, string path, CancellationToken stop)
    {
        var ofSlices = new List<(string, BoundedText?)>();
        foreach (var slice in slices)
        {
            ofSlices.Add((slice.Slice, await tree.ReadAsync(slice.Sha, path, MaxContractBytes, stop).ConfigureAwait(false)));
        }

        return (await tree.ReadAsync(tree.Plan.BaseSha, path, MaxContractBytes, stop).ConfigureAwait(false), ofSlices);
    }
}
