using System.Collections.Immutable;

namespace Foreman.Runner.Gates;

/// <summary>What is known of a repository without running anything: its files, and the texts of those that declare how it is built.</summary>
internal sealed record RepositoryTree
{
    /// <summary>More files are not looked at, and a repository that has more has no gate.</summary>
    public const int MaxFiles = 200_000;

    /// <summary>Files whose text is read.</summary>
    public const int MaxTexts = 128;

    /// <summary>Bytes that are read of each.</summary>
    public const int MaxTextBytes = 256 << 10;

    private static readonly string[] Declaring =
    [
        "package.json", "pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", "requirements.txt", "requirements-dev.txt", "go.mod", "Cargo.toml",
    ];

    /// <summary>A tree without files.</summary>
    public static RepositoryTree Empty { get; } = new([], ImmutableDictionary<string, string>.Empty);

    /// <param name="files">Paths with slashes, in any order.</param>
    /// <param name="texts">Texts of files that <see cref="Declares"/> names, by path.</param>
    public RepositoryTree(IEnumerable<string> files, IReadOnlyDictionary<string, string> texts)
    {
        Files = [.. files.Take(MaxFiles).Order(StringComparer.Ordinal)];
        Texts = texts.ToImmutableDictionary(StringComparer.Ordinal);
    }

    /// <summary>All files, in the order of their paths.</summary>
    public ImmutableArray<string> Files { get; private init; }

    /// <summary>Texts of the files that declare something, by path.</summary>
    public ImmutableDictionary<string, string> Texts { get; }

    /// <summary>True for a file whose text tells how a repository is built.</summary>
    public static bool Declares(string path) =>
        Declaring.Contains(NameOf(path), StringComparer.Ordinal) || path.EndsWith(".csproj", StringComparison.Ordinal) || path.EndsWith(".fsproj", StringComparison.Ordinal);

    /// <summary>The same tree without the files outside of a folder; empty for the root.</summary>
    public RepositoryTree Below(string folder) => folder.Length == 0 ? this : this with { Files = [.. Files.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal))] };

    /// <summary>True when the file is there.</summary>
    public bool Has(string path) => Files.BinarySearch(path, StringComparer.Ordinal) >= 0;

    /// <summary>The text of a declaring file; empty when it is not there or was not read.</summary>
    public string Text(string path) => Texts.GetValueOrDefault(path, "");

    /// <summary>The file that is nearest to the root, of several the first by name; null when there is none.</summary>
    /// <param name="isWanted">Says of a path whether it is looked for.</param>
    public string? Nearest(Func<string, bool> isWanted) =>
        Files.Where(f => isWanted(f) && !IsBesides(f)).MinBy(f => (f.Count(c => c == '/'), f), DepthFirst);

    /// <summary>Name of a file without its folders.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The folder of a file; empty for the root.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var at ? path[..at] : "";

    /// <summary>A path below a folder.</summary>
    public static string Under(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>True for files that belong to somebody else's project or are examples: they tell nothing of this one.</summary>
    public static bool IsBesides(string path) => path.Split('/').SkipLast(1).Any(
        part => part is "vendor" or "node_modules" or "third_party" or "testdata" or "fixtures" or "examples" or ".venv" or "target" or "bin" or "obj");

    private static Comparer<(int Depth, string Path)> DepthFirst { get; } =
        Comparer<(int Depth, string Path)>.Create((a, b) => a.Depth != b.Depth ? a.Depth.CompareTo(b.Depth) : string.CompareOrdinal(a.Path, b.Path));
}
