using Foreman.Compare.Model;
using Foreman.Testing;

namespace Foreman.Compare.Runs;

/// <summary>
/// A coding task, a folder: <c>goal.txt</c>, the repository in <c>files</c>, and <c>check.sh</c>, which is never in the workspace. What the
/// scripted model knows is apart from the check: <c>plan.txt</c> and the right files in <c>solution</c>. <c>setup.sh</c> makes files that are
/// too long to keep.
/// </summary>
/// <param name="Id">The folder's name; it begins with the language.</param>
/// <param name="Folder">Its absolute path.</param>
internal sealed record CodingTask(string Id, string Folder)
{
    /// <summary>Where the tasks lie.</summary>
    internal static string Root { get; } = RepositoryRoot.At("hack/Foreman.Compare/tasks");

    /// <summary>The language that it is about.</summary>
    internal string Language => Id[..Id.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>The user's prompt.</summary>
    internal string Goal => $"{File.ReadAllText(Path.Combine(Folder, "goal.txt")).Trim()}\n[goal {Id}]";

    /// <summary>The check, a shell script that runs in the workspace afterwards.</summary>
    internal string Check => Path.Combine(Folder, "check.sh");

    /// <summary>Makes further files of the repository; null when there is nothing to make.</summary>
    internal string? Setup => Path.Combine(Folder, "setup.sh") is var path && File.Exists(path) ? path : null;

    /// <summary>All tasks, in the order of their names.</summary>
    internal static IReadOnlyList<CodingTask> All() =>
        [.. Directory.EnumerateDirectories(Root).Order(StringComparer.Ordinal).Select(f => new CodingTask(Path.GetFileName(f), f))];

    /// <summary>What the model knows of it.</summary>
    internal Plan Plan() => Model.Plan.Read(
        Id,
        File.ReadLines(Path.Combine(Folder, "plan.txt")),
        path => Path.Combine(Folder, "files", path) is var file && File.Exists(file) ? File.ReadAllText(file) : null,
        path => File.ReadAllText(Path.Combine(Folder, "solution", path)));

    /// <summary>Copies the repository's files.</summary>
    internal void CopyTo(string workspace) => Copy(Path.Combine(Folder, "files"), workspace);

    /// <summary>Copies the right files over the repository's.</summary>
    internal void CopySolutionTo(string workspace) => Copy(Path.Combine(Folder, "solution"), workspace);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        if (!Directory.Exists(from))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
