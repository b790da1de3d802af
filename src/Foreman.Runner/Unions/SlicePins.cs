using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Git;
using Foreman.Primitives;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Unions;

/// <summary>The commits that the branches of slices are at when a run begins; it looks at no other. Pure.</summary>
internal static class SlicePins
{
    private const int Shown = 12;

    /// <summary>Commit by branch.</summary>
    /// <exception cref="GitException">A branch is not there (NotFound), or its name is none (BadName).</exception>
    public static IReadOnlyDictionary<string, string> Of(RunRecord record, Mirror mirror)
    {
        var (payload, pins) = (record.Attempt.Task.Spec.Payload, ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal));
        foreach (var slice in payload.Slices ?? [])
        {
            var branch = BranchRules.Checked(BranchOf(payload, slice));
            pins[branch] = mirror.Branches.TryGetValue(branch, out var tip)
                ? tip
                : throw new GitException(GitFault.NotFound, $"{mirror.Address} has no branch `{branch}`, on which slice {Printable.Line(slice.Name)} is to be: was it pushed?");
        }

        return pins.ToImmutable();
    }

    /// <summary>The branch of a slice: its own, else the one that the task names for all.</summary>
    public static string BranchOf(TaskPayload payload, TaskSlice slice) => slice.Branch is { Length: > 0 } own ? own : payload.Branch ?? "";

    /// <summary>Branches that are no more where they were.</summary>
    /// <param name="pins">As the run began.</param>
    /// <param name="now">Commit by branch, now.</param>
    public static ImmutableArray<SliceFinding> Moved(IReadOnlyDictionary<string, string> pins, IReadOnlyDictionary<string, string> now) =>
    [
        .. pins.Where(p => now.GetValueOrDefault(p.Key) != p.Value).Select(p => new SliceFinding(
            SliceRules.Moved,
            now.TryGetValue(p.Key, out var tip)
                ? $"the branch {p.Key} was at {p.Value[..Shown]} when the slices were joined and is at {tip[..Shown]} now"
                : $"the branch {p.Key} was removed while the slices were joined")),
    ];
}
