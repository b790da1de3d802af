using Foreman.Tools.Schemas;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary>
/// The files that a path which does not exist may mean: those of the same name elsewhere, then those whose name is nearly the
/// same. A small model that guessed a path finds the right one in the answer instead of guessing again.
/// </summary>
internal static class NearPaths
{
    /// <summary>So many entries of the workspace are looked at.</summary>
    internal const int MaxLooked = 2000;

    /// <summary>So many files are named.</summary>
    internal const int MaxNamed = 3;

    /// <summary>Names are compared up to a third of their length.</summary>
    private const int DistancePart = 3;

    /// <summary>The error of a path that does not exist, with the files that it may mean.</summary>
    /// <param name="error">The error without them.</param>
    /// <param name="path">What does not exist.</param>
    /// <param name="context">The run.</param>
    /// <param name="budget">Charged for what is looked at.</param>
    internal static WorkspaceException Explain(WorkspaceException error, WorkspacePath path, ToolContext context, ToolBudget budget)
    {
        var near = error.Fault is WorkspaceFault.NotFound && context.Settings.Defences.NamesNearPaths ? Find(context.Workspace, path, budget) : [];
        return near.Count == 0 ? error : new WorkspaceException($"{error.Message}; did you mean {string.Join(" or ", near.Select(p => $"`{p}`"))}?", WorkspaceFault.NotFound);
    }

    private static List<WorkspacePath> Find(Workspace workspace, WorkspacePath path, ToolBudget budget)
    {
        try
        {
            var wanted = path.Names[^1];
            return [.. new WorkspaceWalk(workspace, budget).Entries(WorkspacePath.Root)
                .Take(MaxLooked)
                .Where(e => !e.IsDirectory)
                .Select(e => (e.Path, Distance: SchemaWords.Distance(wanted, e.Path.Names[^1])))
                .Where(e => e.Distance <= Math.Min(wanted.Length, e.Path.Names[^1].Length) / DistancePart)
                .OrderBy(e => e.Distance)
                .ThenBy(e => e.Path.ToString(), StringComparer.Ordinal)
                .Take(MaxNamed)
                .Select(e => e.Path)];
        }
        catch (WorkspaceException)
        {
            // The error itself is what the model must know.
            return [];
        }
    }
}
