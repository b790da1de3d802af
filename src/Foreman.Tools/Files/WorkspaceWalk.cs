using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary>Goes through the files of a workspace in order of their names, without <c>.git</c> and without following links.</summary>
internal static class WorkspaceWalk
{
    /// <summary>Directories nested deeper than this are passed over.</summary>
    internal const int MaxDepth = 64;

    /// <summary>Everything below a directory, directories before what is in them.</summary>
    internal static IEnumerable<WorkspaceEntry> Entries(Workspace workspace, WorkspacePath from, bool recursive = true)
    {
        foreach (var entry in workspace.List(from))
        {
            if (entry.Path.Names[^1] == ".git")
            {
                continue;
            }

            yield return entry;
            if (!entry.IsDirectory || !recursive || entry.Path.Names.Count >= MaxDepth)
            {
                continue;
            }

            foreach (var below in Entries(workspace, entry.Path))
            {
                yield return below;
            }
        }
    }
}
