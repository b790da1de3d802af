using Foreman.Git.Commands;
using Foreman.Primitives;

namespace Foreman.Git.Mirrors;

/// <summary>Keeps others of this host, other processes too, from a mirror. It ends with its process.</summary>
internal sealed class MirrorLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // .NET keeps the system's error number: EWOULDBLOCK of Linux and macOS, and Windows' sharing violation.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];
    private readonly FileStream _file;

    private MirrorLock(FileStream file) => _file = file;

    /// <summary>Takes a lock that is free; null when somebody else has it.</summary>
    /// <exception cref="IOException">Its file can't be made, as on a full disk.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static MirrorLock? TryTake(string path)
    {
        try
        {
            return new MirrorLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (Held.Contains(e.HResult))
        {
            return null;
        }
    }

    /// <summary>Waits for a lock.</summary>
    /// <exception cref="GitException">Somebody has kept it for too long, or its file can't be made.</exception>
    public static async Task<MirrorLock> TakeAsync(string path, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                if (TryTake(path) is { } taken)
                {
                    return taken;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new GitException(GitErrors.Classify(e.Message) is GitFault.DiskFull ? GitFault.DiskFull : GitFault.Failed, $"The lock {path} can't be taken: {Printable.Line(e.Message)}", e);
            }

            if (time.GetElapsedTime(begun) > limit)
            {
                throw new GitException(GitFault.Timeout, $"Another run has worked on the mirror of this repository for {limit.TotalMinutes:0.#} min: its lock {path} is not free.");
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _file.Dispose();
}
