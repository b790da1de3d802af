using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Operator.Dispatch;

/// <summary>Looks whether a clone of this machine has what tasks say of it: a host's name is its own word, and another machine may have the same.</summary>
internal static class DispatchClone
{
    /// <summary>A sentence for each commit that the clone lacks, or why nobody can tell.</summary>
    /// <param name="folder">Absolute path of the clone.</param>
    /// <param name="tasks">Tasks on it that have ended.</param>
    /// <param name="time">Clock of the deadline.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<IReadOnlyList<string>> LackingAsync(string folder, IEnumerable<AgenticTask> tasks, TimeProvider time, CancellationToken cancellationToken)
    {
        var state = Directory.CreateTempSubdirectory("foreman-dispatch-");
        try
        {
            var git = await GitProgram.FindAsync(new GitOptions { StateFolder = state.FullName }, time, cancellationToken);
            var lacking = new List<string>();
            foreach (var task in tasks)
            {
                if (task.Status.CommitSHA is { Length: > 0 } sha && !await ClonedCommits.HasAsync(git, folder, sha, cancellationToken))
                {
                    lacking.Add($"The commit {Printable.Line(sha, 64)} of task {task.Name()} is not in {folder}: host {task.Status.AssignedNode} made it on another machine with the name of this one.");
                }
            }

            return lacking;
        }
        catch (GitException e)
        {
            return [$"Whether {folder} has the commits can't be told: {e.Message}"];
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }
}
