using System.Text;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Gates;

/// <summary>Reads what the planner needs of a repository's files.</summary>
internal static class TreeReader
{
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
                texts[path] = FileTransfer.TryRead(workspace, path, RepositoryTree.MaxTextBytes) is { } bytes ? Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n") : "";
            }
            catch (WorkspaceException)
            {
                texts[path] = "";
            }
        }

        return new RepositoryTree(files, texts);
    }
}
