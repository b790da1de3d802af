using System.Security.Cryptography;

namespace Foreman.Tools.Workspaces;

/// <summary>What became of a file that was put into a directory.</summary>
public enum TransferOutcome
{
    /// <summary>It was written.</summary>
    Written,

    /// <summary>The same content was there already.</summary>
    Unchanged,

    /// <summary>Another file is there, and it was not to be replaced.</summary>
    Exists,
}

/// <summary>Puts whole files into a directory and takes them out, below its root and through no symbolic link.</summary>
public static class FileTransfer
{
    // What may be replaced without a look at the clock; hashing it takes a few seconds at most.
    private const long MostReplacedBytes = 1L << 30;
    private const int ProgramMode = 0b111_101_101;
    private const int FileMode = 0b110_100_100;

    /// <summary>A larger file is not copied.</summary>
    internal const int MostCopiedBytes = 256 << 20;

    /// <summary>Writes a file, making its directories.</summary>
    /// <param name="workspace">The directory.</param>
    /// <param name="path">Relative to it.</param>
    /// <param name="content">The whole file.</param>
    /// <param name="overwrite">True to replace another file.</param>
    /// <exception cref="WorkspaceException">The path is refused, or the file can't be written.</exception>
    public static TransferOutcome Put(Workspace workspace, string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        var file = WorkspacePath.Parse(path);
        var budget = new ToolBudget(TimeProvider.System, TimeSpan.FromHours(1), CancellationToken.None);
        if (workspace.TryInspect(file, MostReplacedBytes, budget) is { } there)
        {
            if (there.Sha == Convert.ToHexStringLower(SHA256.HashData(content)))
            {
                return TransferOutcome.Unchanged;
            }

            if (!overwrite)
            {
                return TransferOutcome.Exists;
            }
        }

        workspace.Write(file, content);
        return TransferOutcome.Written;
    }

    /// <summary>Copies a file with its permissions, or a symbolic link as such; what is neither, is gone, or is larger than 256 MiB is left out.</summary>
    /// <param name="from">The directory that has it.</param>
    /// <param name="to">The directory that gets it.</param>
    /// <param name="path">Relative to both, with the names that are on disk: what a model may not name is copied too.</param>
    /// <exception cref="WorkspaceException">The path climbs or is absolute, or the file can't be written.</exception>
    public static void Copy(Workspace from, Workspace to, string path)
    {
        var name = WorkspacePath.OnDisk(path);
        try
        {
            if (from.LinkTarget(name) is { } target)
            {
                to.MakeLink(name, target);
                return;
            }

            using var file = from.OpenRead(name);
            var facts = PosixFile.Inspect(file);
            to.Write(name, from.Read(name, MostCopiedBytes), facts.Permissions);
        }
        catch (WorkspaceException e) when (e.Fault is not WorkspaceFault.Storage)
        {
            // A device, a socket, or a path through a link: a repository holds none of these.
        }
    }

    /// <summary>Writes a file as a repository has it, over a file or a link that is there.</summary>
    /// <param name="to">The directory.</param>
    /// <param name="path">Relative to it, with the names of the repository.</param>
    /// <param name="content">All of it.</param>
    /// <param name="isExecutable">True for a program.</param>
    /// <exception cref="WorkspaceException">The path climbs, leads through a link, or can't be written.</exception>
    public static void Place(Workspace to, string path, ReadOnlySpan<byte> content, bool isExecutable) =>
        to.Write(WorkspacePath.OnDisk(path), content, isExecutable ? ProgramMode : FileMode, replacesLink: true);

    /// <summary>Makes a symbolic link as a repository has it, over a file or a link that is there.</summary>
    /// <param name="to">The directory.</param>
    /// <param name="path">Relative to it, with the names of the repository.</param>
    /// <param name="target">What it names.</param>
    /// <exception cref="WorkspaceException">The path climbs, leads through a link, or can't be written.</exception>
    public static void PlaceLink(Workspace to, string path, string target) => to.MakeLink(WorkspacePath.OnDisk(path), target);

    /// <summary>Reads a whole file; null when it is not there.</summary>
    /// <param name="workspace">The directory.</param>
    /// <param name="path">Relative to it.</param>
    /// <param name="maxBytes">Larger files are refused; at most 1 GiB.</param>
    /// <exception cref="WorkspaceException">The path is refused, or the file can't be read.</exception>
    public static byte[]? TryRead(Workspace workspace, string path, int maxBytes)
    {
        try
        {
            return workspace.Read(WorkspacePath.Parse(path), maxBytes);
        }
        catch (WorkspaceException e) when (e.Fault is WorkspaceFault.NotFound)
        {
            return null;
        }
    }
}
