using Foreman.Git.Commands;

namespace Foreman.Git;

/// <summary>Which commits a person's clone on this machine has.</summary>
public static class ClonedCommits
{
    /// <summary>Whether a clone has a commit; nothing is fetched for it, and nothing of the clone is run.</summary>
    /// <param name="git">The git command of this host.</param>
    /// <param name="folder">Absolute path of the clone, of a worktree linked to it, or of a bare repository.</param>
    /// <param name="sha">The commit's whole name; a text that is none is in no clone.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="GitException">Git could not be started, or took too long.</exception>
    public static async Task<bool> HasAsync(GitProgram git, string folder, string sha, CancellationToken cancellationToken)
    {
        if (!CommitName.IsWhole(sha))
        {
            return false;
        }

        var inner = Path.Combine(folder, ".git");
        var call = new GitCall("cat-file", "-e", sha + "^{commit}") { GitDir = Path.Exists(inner) ? inner : folder };
        return (await git.TryAsync(call, cancellationToken).ConfigureAwait(false)).Succeeded;
    }
}
