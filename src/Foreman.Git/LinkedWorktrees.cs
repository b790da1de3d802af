using Foreman.Git.Commands;
using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>Worktrees that a person linked to a clone on this machine: folders whose <c>.git</c> is a file.</summary>
public static class LinkedWorktrees
{
    /// <summary>The repository of the clone that a folder is linked to, as git finds it; nothing of the clone is run.</summary>
    /// <param name="git">The git command of this host.</param>
    /// <param name="folder">Absolute path of the worktree's top folder.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>Null when the folder is no worktree that the clone knows; so is a submodule.</returns>
    /// <exception cref="GitException">Git could not be started, or took too long.</exception>
    public static async Task<string?> RepositoryOfAsync(GitProgram git, string folder, CancellationToken cancellationToken)
    {
        var call = new GitCall("rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-toplevel") { GitDir = Path.Combine(folder, ".git"), WorkTree = folder };
        var answer = await git.TryAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.Succeeded && answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var own, var common, var top] && own != common && Names(own, top) ? common : null;
    }

    // A file from anywhere may name the worktree of somebody else, which then names another folder.
    private static bool Names(string own, string top) =>
        BoundedText.ReadFile(Path.Combine(own, "gitdir"), 4096) is { Truncated: false } link
        && Path.GetFullPath(link.Text.TrimEnd('\n'), own) == Path.Combine(top, ".git");
}
