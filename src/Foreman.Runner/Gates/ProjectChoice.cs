using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Runner.Gates;

/// <summary>A project of a repository that a gate may check.</summary>
/// <param name="Language">Its language.</param>
/// <param name="Root">The file that says where it begins.</param>
/// <param name="Checks">How it is checked.</param>
/// <param name="Changed">The changed sources and tests that its checks reach.</param>
internal sealed record GateProject(IGateLanguage Language, string Root, ImmutableArray<GateCheck> Checks, ImmutableArray<string> Changed)
{
    /// <summary>The folder that it is all of; the root for sources that nothing declares.</summary>
    public string Folder => Language.BeginsProject(Root) ? RepositoryTree.FolderOf(Root) : "";

    /// <summary>True when something of it is checked: what only prepares a build is no check.</summary>
    public bool HasChecks => Checks.Any(c => c.Name != Gates.Checks.Setup);
}

/// <summary>Chooses the project that a gate checks: of several, the one with most of the change, then the one nearest to the root. Pure.</summary>
internal static class ProjectChoice
{
    /// <summary>The project, and the changed sources and tests of others that its checks do not reach.</summary>
    /// <param name="tree">The repository.</param>
    /// <param name="profile">What the task says; null when nothing.</param>
    /// <param name="changes">What the task changed.</param>
    public static (GateProject? Chosen, ImmutableArray<string> NotReached) Of(RepositoryTree tree, GateProfile? profile, IReadOnlyList<ChangedFile> changes)
    {
        var languages = IGateLanguage.All.Where(l => profile?.Language is not { } given || l.Language == given);
        List<GateProject> found = [.. languages.SelectMany(l => Projects(l, tree, profile, changes))];
        var chosen = found
            .OrderByDescending(p => p.HasChecks ? p.Changed.Length : 0)
            .ThenByDescending(p => p.HasChecks || changes.Count == 0)
            .ThenBy(p => p.Root.Count(c => c == '/'))
            .ThenByDescending(p => tree.Files.Count(f => p.Language.Tests.IsSource(f) && !RepositoryTree.IsBesides(f)))
            .FirstOrDefault();
        return (chosen, chosen is null ? [] : [.. found.SelectMany(p => p.Changed).Except(chosen.Changed, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The same project in another state of its repository; null when it is gone.</summary>
    /// <param name="project">The project.</param>
    /// <param name="tree">The other state.</param>
    /// <param name="profile">What the task says; null when nothing.</param>
    public static GateProject? Again(GateProject project, RepositoryTree tree, GateProfile? profile) =>
        project.Language.Root(tree.Below(project.Folder)) is { } root ? new GateProject(project.Language, root, [.. project.Language.ChecksOf(tree, root, profile)], []) : null;

    private static IEnumerable<GateProject> Projects(IGateLanguage language, RepositoryTree tree, GateProfile? profile, IReadOnlyList<ChangedFile> changes)
    {
        if (language.Root(tree) is not { } nearest)
        {
            yield break;
        }

        var made = new Dictionary<string, GateProject?>(StringComparer.Ordinal);
        var folders = tree.Files.Where(f => language.BeginsProject(f) && !RepositoryTree.IsBesides(f)).Select(RepositoryTree.FolderOf).ToHashSet(StringComparer.Ordinal);
        var touched = changes.Select(c => c.Path)
            .Where(p => (language.Tests.IsSource(p) || language.Tests.IsTest(p)) && !RepositoryTree.IsBesides(p))
            .Select(p => (Path: p, Owner(p)?.Root))
            .Where(t => t.Root is not null)
            .ToLookup(t => t.Root!, t => t.Path);
        foreach (var project in made.Values.OfType<GateProject>().Where(p => touched.Contains(p.Root)).ToList())
        {
            yield return project with { Changed = [.. touched[project.Root]] };
        }

        if (!touched.Contains(nearest))
        {
            yield return Project(nearest);
        }

        GateProject Project(string root) => new(language, root, [.. language.ChecksOf(tree, root, profile)], []);

        GateProject? In(string folder) =>
            made.TryGetValue(folder, out var project) ? project : made[folder] = language.Root(tree.Below(folder)) is { } root ? Project(root) : null;

        // The outermost project that checks something reaches the file, unless projects end where others begin.
        GateProject? Owner(string path)
        {
            List<GateProject> around = [.. FoldersOf(path).Where(folders.Contains).Select(In).OfType<GateProject>()];
            return language.EndsAtNested ? around.LastOrDefault() : around.Find(p => p.HasChecks) ?? around.FirstOrDefault();
        }
    }

    // From the root down.
    private static IEnumerable<string> FoldersOf(string path)
    {
        yield return "";
        for (var at = path.IndexOf('/', StringComparison.Ordinal); at > 0; at = path.IndexOf('/', at + 1))
        {
            yield return path[..at];
        }
    }
}
