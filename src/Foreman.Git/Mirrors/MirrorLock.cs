namespace Foreman.Git.Mirrors;

/// <summary>Keeps others of this host, other processes too, from a mirror. It ends with its process.</summary>
internal sealed class MirrorLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private MirrorLock(FileStream file) => _file = file;

    /// <summary>Takes a lock that is free; null when somebody else has it.</summary>
    public static MirrorLock? TryTake(string path)
    {
        try
        {
            return new MirrorLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <summary>Waits for a lock.</summary>
    /// <exception cref="GitException">Somebody has kept it for too long.</exception>
    public static async Task<MirrorLock> TakeAsync(string path, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
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
