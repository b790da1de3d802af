using System.Text;
using Foreman.Runner.Stages;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Gates;

/// <summary>
/// Where a gate works: a copy of the repository's files, so that nothing that a check makes gets into the change, a copy with files
/// of the base, and caches that outlive a check. All of it is in one directory, the only one that checks may write.
/// </summary>
internal sealed class GateFolder(string path)
{
    /// <summary>Absolute path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The files that are checked.</summary>
    public string Tree => System.IO.Path.Combine(Path, "tree");

    /// <summary>The same files with some as they are in the base.</summary>
    public string Old => System.IO.Path.Combine(Path, "old");

    /// <summary>Homes and caches of tools.</summary>
    public string Cache => System.IO.Path.Combine(Path, "cache");

    /// <summary>The folder of a run whose workspace is there; it is cleared away with that workspace.</summary>
    public static GateFolder Beside(string workspace) => new(workspace + "~0");

    /// <summary>Copies the files anew.</summary>
    /// <exception cref="WorkspaceException">A file can't be read or written.</exception>
    /// <exception cref="IOException">What an earlier check left can't be removed.</exception>
    public void Fill(IGateSource source, IEnumerable<string> files, CancellationToken stop)
    {
        MakeHome();
        Copy(source.Directory, Tree, files, stop);
    }

    /// <summary>Copies the files anew, with changes taken back.</summary>
    /// <returns>The first change that can't be taken back, since the base's file can't be read; null when all are.</returns>
    /// <exception cref="WorkspaceException">A file can't be read or written.</exception>
    /// <exception cref="IOException">What an earlier check left can't be removed.</exception>
    public async Task<string?> FillOldAsync(IGateSource source, IEnumerable<string> files, IReadOnlyList<ChangedFile> takenBack, CancellationToken stop)
    {
        var changed = takenBack.ToDictionary(c => c.Path, StringComparer.Ordinal);
        Copy(source.Directory, Old, files.Where(f => !changed.TryGetValue(f, out var c) || !c.IsNew), stop);
        using var old = Workspace.Open(Old);
        foreach (var change in takenBack.Where(c => !c.IsNew))
        {
            if (await source.BaseAsync(change.Path, stop).ConfigureAwait(false) is not { } file)
            {
                return change.Path;
            }

            if (file.IsLink)
            {
                FileTransfer.PlaceLink(old, change.Path, Encoding.UTF8.GetString(file.Content));
            }
            else
            {
                FileTransfer.Place(old, change.Path, file.Content, file.IsExecutable);
            }
        }

        return null;
    }

    /// <summary>Removes everything.</summary>
    /// <returns>Why something of it is still there; null when it is gone.</returns>
    public string? Remove() => FolderRemoval.Remove(Path);

    // A check may have put a link there, which leads where the next one could not write.
    private void MakeHome()
    {
        using var all = Workspace.Open(Path);
        try
        {
            all.RestoreDirectory("cache/home");
        }
        catch (WorkspaceException)
        {
            if (FolderRemoval.Remove(Cache) is { } why)
            {
                throw new IOException($"the folder {Cache} of an earlier check can't be removed: {why}");
            }

            all.RestoreDirectory("cache/home");
        }
    }

    private static void Copy(string from, string to, IEnumerable<string> files, CancellationToken stop)
    {
        if (FolderRemoval.Remove(to) is { } why)
        {
            throw new IOException($"the folder {to} of an earlier check can't be removed: {why}");
        }

        using var source = Workspace.Open(from);
        using var target = Workspace.Open(to);
        using var copy = new TreeCopy(source, target);
        foreach (var file in files)
        {
            stop.ThrowIfCancellationRequested();
            copy.Copy(file);
        }
    }
}
