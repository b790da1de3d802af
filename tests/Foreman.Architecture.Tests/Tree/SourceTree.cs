using Foreman.Testing;

namespace Foreman.Architecture.Tests.Tree;

/// <summary>The text files that a commit would hold: everything but build outputs and what is not ours to write.</summary>
internal static class SourceTree
{
    private static readonly string[] Folders = [".git", "artifacts", "bin", "obj", "out", ".vs", ".idea", "node_modules"];
    private static readonly string[] Binaries = [".png", ".gif", ".ico", ".gguf", ".pfx"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> All = new(() => [.. Read(RepositoryRoot.Path)]);

    /// <summary>Every text file.</summary>
    public static IReadOnlyList<SourceFile> Files => All.Value;

    /// <summary>C# files.</summary>
    public static IEnumerable<SourceFile> CSharp => Files.Where(f => f.IsCSharp);

    /// <summary>Files under a folder, given as "src/".</summary>
    public static IEnumerable<SourceFile> Under(string folder) => Files.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal));

    private static IEnumerable<SourceFile> Read(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => !Binaries.Contains(Path.GetExtension(f)) && Path.GetFileName(f) != ".git").Order(StringComparer.Ordinal))
        {
            yield return new SourceFile(Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/'), File.ReadAllText(file));
        }

        foreach (var below in Directory.EnumerateDirectories(folder).Where(d => !Folders.Contains(Path.GetFileName(d))).Order(StringComparer.Ordinal))
        {
            foreach (var file in Read(below))
            {
                yield return file;
            }
        }
    }
}
