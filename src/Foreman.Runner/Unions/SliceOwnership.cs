using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Git;

namespace Foreman.Runner.Unions;

/// <summary>Which slice may change which file: those that it names, all below folders that it names, or, when it names none, what no other slice has. Pure.</summary>
internal static class SliceOwnership
{
    /// <summary>A path from the top of the repository, without what changes nothing.</summary>
    public static string Normal(string path) => string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "."));

    /// <summary>True when the slice names the file, or a folder above it.</summary>
    public static bool Names(TaskSlice slice, string path) => (slice.Files ?? []).Select(Normal).Any(f => path == f || path.StartsWith(f + "/", StringComparison.Ordinal));

    /// <summary>Files and folders that two slices name.</summary>
    public static ImmutableArray<SliceFinding> NamedTwice(IReadOnlyList<TaskSlice> slices)
    {
        var named = slices.SelectMany(s => (s.Files ?? []).Select(Normal).Distinct(StringComparer.Ordinal).Select(path => (Slice: s.Name, Path: path))).ToList();
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        var found = ImmutableArray.CreateBuilder<SliceFinding>();
        foreach (var (slice, path) in named)
        {
            if (!first.TryAdd(path, slice))
            {
                found.Add(Twice(path, first[path], slice));
            }
        }

        foreach (var (slice, path) in named)
        {
            if (Above(path).Where(first.ContainsKey).Select(folder => first[folder]).FirstOrDefault(owner => owner != slice) is { } other)
            {
                found.Add(Twice(path, other, slice));
            }
        }

        return [.. found.Take(SliceFinding.Max)];
    }

    /// <summary>Which of the files that a slice changes are not its own.</summary>
    /// <param name="slices">All slices.</param>
    /// <param name="slice">The one that was joined.</param>
    /// <param name="files">What it changes.</param>
    /// <param name="taken">Slices by file that were joined before and name no files.</param>
    /// <returns>What was found, and the slices by file with those of this one.</returns>
    public static (ImmutableArray<SliceFinding> Findings, ImmutableDictionary<string, string> Taken) Judge(
        IReadOnlyList<TaskSlice> slices, TaskSlice slice, IEnumerable<JoinedFile> files, ImmutableDictionary<string, string> taken)
    {
        var found = ImmutableArray.CreateBuilder<SliceFinding>();
        foreach (var file in files)
        {
            if (file.IsSubmodule)
            {
                found.Add(new(SliceRules.Submodule, $"slice {slice.Name} changes which commit a submodule has, which no task does") { Slice = slice.Name, File = file.Path });
            }
            else if (Names(slice, file.Path))
            {
                continue;
            }
            else if (slices.FirstOrDefault(s => s != slice && Names(s, file.Path)) is { } owner)
            {
                found.Add(new(SliceRules.Outside, $"slice {slice.Name} changes it, and it is a file of slice {owner.Name}") { Slice = slice.Name, File = file.Path });
            }
            else if (slice.Files is { Count: > 0 })
            {
                found.Add(new(SliceRules.Outside, $"slice {slice.Name} changes it, and it is none of the slice's files") { Slice = slice.Name, File = file.Path });
            }
            else if (taken.TryGetValue(file.Path, out var other))
            {
                found.Add(new(SliceRules.OwnedTwice, $"slices {other} and {slice.Name} both change it; name it in the files of one") { Slice = slice.Name, File = file.Path });
            }
            else
            {
                taken = taken.SetItem(file.Path, slice.Name);
            }
        }

        return (found.ToImmutable(), taken);
    }

    /// <summary>New files whose name differs in case only from that of another file: on many systems one of both is lost.</summary>
    /// <param name="before">All files of the base.</param>
    /// <param name="changes">What the slices change, in order.</param>
    public static ImmutableArray<SliceFinding> SameBut(IEnumerable<string> before, IEnumerable<JoinedFile> changes)
    {
        var (all, added) = (before.ToHashSet(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var file in changes)
        {
            if (file.Kind is ChangeKind.Deleted)
            {
                _ = all.Remove(file.Path);
                _ = added.Remove(file.Path);
            }
            else if (all.Add(file.Path))
            {
                _ = added.Add(file.Path);
            }
        }

        return added.Count == 0 ? [] :
        [
            .. all.GroupBy(p => p, StringComparer.OrdinalIgnoreCase).Select(g => g.Order(StringComparer.Ordinal).ToList()).Where(g => g.Count > 1 && g.Any(added.Contains))
                .Select(g => new SliceFinding(SliceRules.Case, $"its name differs in case only from that of {g[0]}: on many systems only one of both can be there") { File = g[1] })
                .OrderBy(f => f.File, StringComparer.Ordinal).Take(SliceFinding.Max),
        ];
    }

    private static SliceFinding Twice(string path, string one, string other) =>
        new(SliceRules.OwnedTwice, one == other ? $"two slices are named {one}, and both name it" : $"slices {one} and {other} both name it, or a folder above it; a file belongs to one slice") { File = path };

    private static IEnumerable<string> Above(string path)
    {
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1))
        {
            yield return path[..at];
        }
    }
}
