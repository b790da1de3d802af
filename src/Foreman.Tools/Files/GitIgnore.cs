using System.Text;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary>The <c>.gitignore</c> files on the way down to where a walk is; the deepest one that knows a path decides.</summary>
internal sealed class GitIgnore(Workspace workspace, ToolBudget budget)
{
    private const string FileName = ".gitignore";

    private readonly List<(WorkspacePath Directory, GitIgnoreFile? File)> _files = [];
    private bool _isOff;

    /// <summary>Reads the files above a directory. One that is itself ignored is looked at all the same: it was asked for by name.</summary>
    internal void Begin(WorkspacePath from)
    {
        var at = WorkspacePath.Parse("");
        foreach (var name in from.Names)
        {
            Enter(at);
            at = at.Child(name);
            _isOff |= Ignores(at, isDirectory: true);
        }
    }

    /// <summary>Goes down into a directory.</summary>
    internal void Enter(WorkspacePath directory) => _files.Add((directory, Read(directory)));

    /// <summary>Comes up again.</summary>
    internal void Leave() => _files.RemoveAt(_files.Count - 1);

    /// <summary>Whether a path below the directory that was entered last is ignored.</summary>
    internal bool Ignores(WorkspacePath path, bool isDirectory)
    {
        for (var i = _files.Count - 1; i >= 0 && !_isOff; i--)
        {
            if (_files[i].File?.Ignores(Encoding.UTF8.GetBytes(string.Join('/', path.Names.Skip(_files[i].Directory.Names.Count))), isDirectory, budget) is { } decided)
            {
                return decided;
            }
        }

        return false;
    }

    private GitIgnoreFile? Read(WorkspacePath directory)
    {
        try
        {
            return GitIgnoreFile.Parse(workspace.Read(directory.Child(FileName), GitIgnoreFile.MaxBytes));
        }
        catch (Exception e) when (e is WorkspaceException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
