using System.Globalization;
using System.IO.Enumeration;

namespace Foreman.Sandbox;

/// <summary>Looks at the size of a workspace while a command runs in it, without following links.</summary>
internal static class WorkspaceWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Returns which bound the workspace has exceeded, in words; runs until it is cancelled where it exceeds none.</summary>
    /// <param name="workspace">The directory.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<string> ExceededAsync(string workspace, CageLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var pause = Pause;
        while (true)
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            var started = time.GetTimestamp();
            if (Exceeded(workspace, limits, cancellationToken) is { } words)
            {
                return words;
            }

            // A tenth of a processor at most is spent on looking.
            var took = time.GetElapsedTime(started) * 10;
            pause = took > Pause ? took : Pause;
        }
    }

    internal static string? Exceeded(string workspace, CageLimits limits, CancellationToken cancellationToken)
    {
        var (bytes, files) = (0L, 0);
        try
        {
            // A link takes an inode as a file does, but leads to what may not belong to the workspace.
            var lengths = new FileSystemEnumerable<long>(workspace, (ref e) => IsLink(ref e) || e.IsDirectory ? 0 : e.Length, All)
            {
                ShouldRecursePredicate = (ref e) => !IsLink(ref e),
            };
            foreach (var length in lengths)
            {
                cancellationToken.ThrowIfCancellationRequested();
                bytes += length;
                if (++files > limits.MaxWorkspaceFiles)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"the workspace has more than {limits.MaxWorkspaceFiles} files");
                }

                if (bytes > limits.MaxWorkspaceBytes)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"the workspace has more than {limits.MaxWorkspaceBytes >> 20} MiB");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is removed meanwhile takes no room.
        }

        return null;
    }

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
}
