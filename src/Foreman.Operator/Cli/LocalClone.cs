using Foreman.Git;
using Foreman.Hosting;

namespace Foreman.Operator.Cli;

/// <summary>A clone that a person names by its folder.</summary>
internal static class LocalClone
{
    /// <summary>What <c>--repo</c> expects where it names a folder.</summary>
    public const string Expected = "the top folder of a clone on this machine, or of a worktree linked to one";

    /// <summary>Its absolute path; null when the folder is not the top folder of a clone or a worktree, or a bare one.</summary>
    /// <param name="folder">As it was typed.</param>
    public static string? PathOf(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.Exists(Path.Combine(path, ".git")) || File.Exists(Path.Combine(path, "HEAD")) ? path : null;
    }

    /// <summary>Asks git whether a folder whose <c>.git</c> is a file is a worktree of a clone; other folders are not looked at.</summary>
    /// <param name="path">As <see cref="PathOf"/> gave it; null for none.</param>
    /// <param name="time">Clock of the deadline.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="ExitException">It is none, or git can't tell.</exception>
    public static async Task CheckAsync(string? path, TimeProvider time, CancellationToken cancellationToken)
    {
        if (path is null || !File.Exists(Path.Combine(path, ".git")))
        {
            return;
        }

        var state = Directory.CreateTempSubdirectory("foreman-clone-");
        try
        {
            var git = await GitProgram.FindAsync(new GitOptions { StateFolder = state.FullName }, time, cancellationToken);
            if (await LinkedWorktrees.RepositoryOfAsync(git, path, cancellationToken) is null)
            {
                throw UsageError.Invalid("--repo", path, Expected);
            }
        }
        catch (GitException e)
        {
            throw new ExitException(ExitCodes.Failed, $"Whether {path} is a worktree of a clone can't be told: {e.Message}", e);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }
}
