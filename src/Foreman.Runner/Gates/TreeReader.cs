using System.Text;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Gates;

/// <summary>Reads what the planner needs of a repository's files.</summary>
internal static class TreeReader
{
    /// <summary>The tree as it was before the changes.</summary>
    /// <param name="source">Where the base's files are read.</param>
    /// <param name="now">The tree as it is.</param>
    /// <param name="changes">What differs.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<RepositoryTree> BaseAsync(IGateSource source, RepositoryTree now, IReadOnlyList<ChangedFile> changes, CancellationToken stop)
    {
        var changed = changes.Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        var texts = now.Texts.Where(t => !changed.Contains(t.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var change in changes.Where(c => !c.IsNew && RepositoryTree.Declares(c.Path)).Take(RepositoryTree.MaxTexts))
        {
            texts[change.Path] = await source.BaseAsync(change.Path, stop).ConfigureAwait(false) is { Content.Length: <= RepositoryTree.MaxTextBytes } file ? Text(file.Content) : "";
        }

        return new RepositoryTree(now.Files.Where(f => !changed.Contains(f)).Concat(changes.Where(c => !c.IsNew).Select(c => c.Path)), texts);
    }

    /// <summary>Reads the declaring files that are nearest to the root; one that is large or can't be read counts as empty.</summary>
    /// <param name="directory">Where the files lie.</param>
    /// <param name="files">All of them.</param>
    public static RepositoryTree Read(string directory, IReadOnlyList<string> files)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        using var workspace = Workspace.Open(directory);
        foreach (var path in files.Where(RepositoryTree.Declares).OrderBy(f => f.Count(c => c == '/')).ThenBy(f => f, StringComparer.Ordinal).Take(RepositoryTree.MaxTexts))
        {
            try
            {
                texts[path] = FileTransfer.TryRead(workspace, path, RepositoryTree.MaxTextBytes) is { } bytes ? Text(bytes) : "";
            }
            catch (WorkspaceException)
            {
                texts[path] = "";
            }
        }

        return new RepositoryTree(files, texts);
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n");
}
