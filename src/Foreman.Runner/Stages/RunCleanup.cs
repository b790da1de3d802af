using Foreman.Runner.Gates;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Removes what a run needed only while it ran. What can't be removed is logged, and cleared away when it is old.</summary>
internal static class RunCleanup
{
    /// <summary>Removes the run's repository and the folder of its gate.</summary>
    public static void RemoveRepository(RunRecord record, ILogger logger)
    {
        if (record.Repository is not { } repository)
        {
            return;
        }

        Remove(record, GateFolder.Beside(record.Workspace!).Path, logger);
        try
        {
            repository.Tree.Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.WorkspaceStays(record.Attempt, repository.Tree.GitDir, e.Message);
        }
    }

    /// <summary>Removes all that a run without a model leaves, which delivers no files.</summary>
    public static void RemoveAll(RunRecord record, bool keepWorkspace, ILogger logger)
    {
        RemoveRepository(record, logger);
        if (!keepWorkspace)
        {
            RemoveWorkspace(record, logger);
        }
    }

    /// <summary>Removes the run's files.</summary>
    public static void RemoveWorkspace(RunRecord record, ILogger logger) => Remove(record, record.Workspace!, logger);

    private static void Remove(RunRecord record, string path, ILogger logger)
    {
        if (FolderRemoval.Remove(path) is { } why)
        {
            logger.WorkspaceStays(record.Attempt, path, why);
        }
    }
}
