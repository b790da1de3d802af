using System.Collections.Immutable;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Orientation;

/// <summary>Chooses the files of a repository that a model is told of first. Pure.</summary>
internal static class RepositoryMap
{
    /// <summary>Most files.</summary>
    public const int MaxFiles = 30;

    private const int MaxFolders = 20;

    /// <summary>The files: those that the prompt names, those that declare the project, then sources, the shallow ones first, in the order of their paths.</summary>
    /// <param name="files">All files of the repository.</param>
    /// <param name="prompt">What the task is to do.</param>
    public static ImmutableArray<string> Files(IReadOnlyList<string> files, string prompt)
    {
        var words = prompt.Split((char[])[' ', '\n', '\t', '`', '"', '\'', ',', ';', '(', ')', ':'], StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w.TrimEnd('.')).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. files.Where(f => !f.Split('/').Any(IsHidden))
                .Select(f => (Path: f, Rank: RankOf(f, words), Depth: f.Count(c => c == '/')))
                .OrderBy(f => f.Rank).ThenBy(f => f.Depth).ThenBy(f => f.Path, StringComparer.Ordinal)
                .Take(MaxFiles).Select(f => f.Path).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The folders below the root with the number of files in each, the largest first.</summary>
    public static ImmutableArray<(string Folder, int Files)> Folders(IReadOnlyList<string> files) =>
    [
        .. files.Where(f => f.Contains('/', StringComparison.Ordinal)).GroupBy(f => f[..f.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal)
            .Select(g => (g.Key, g.Count())).OrderByDescending(g => g.Item2).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MaxFolders),
    ];

    private static int RankOf(string path, HashSet<string> words)
    {
        var name = RepositoryTree.NameOf(path);
        return words.Contains(path) ? 0
            : words.Contains(name) ? 1
            : RepositoryTree.IsBesides(path) ? 6
            : RepositoryTree.Declares(path) || name is "Makefile" or "CMakeLists.txt" ? 2
            : name.StartsWith("README", StringComparison.OrdinalIgnoreCase) && !path.Contains('/', StringComparison.Ordinal) ? 2
            : IGateLanguage.All.Any(l => l.Tests.IsSource(path)) ? 3
            : IGateLanguage.All.Any(l => l.Tests.IsTest(path)) ? 4
            : 5;
    }

    private static bool IsHidden(string part) => part.Length > 1 && part[0] == '.';
}
