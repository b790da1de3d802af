namespace Foreman.Sandbox.Landlock;

/// <summary>The temporary folder of one command, its home directory in it. It is locked while it is used, and gone after.</summary>
internal sealed class PrivateTemporary : IDisposable
{
    private const string Prefix = "foreman-tmp-";

    private readonly int? _lock;

    private PrivateTemporary(string path) => (Folder, _lock) = (path, Kernel.LockDirectory(path));

    internal string Folder { get; }

    internal string Home => Path.Combine(Folder, "home");

    /// <summary>Makes one, and removes those that earlier processes left behind.</summary>
    /// <exception cref="CageException">None can be made.</exception>
    internal static PrivateTemporary Make()
    {
        try
        {
            var made = new PrivateTemporary(Directory.CreateTempSubdirectory(Prefix).FullName);
            Directory.CreateDirectory(made.Home);
            Sweep(Path.GetDirectoryName(made.Folder)!);
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CageException($"no temporary folder can be made: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        Remove(Folder);
        if (_lock is { } descriptor)
        {
            _ = Kernel.Close(descriptor);
        }
    }

    // A folder that is new and not locked yet is empty, and is not old enough to be left behind.
    private static void Sweep(string parent)
    {
        var old = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            if (Directory.GetCreationTimeUtc(folder) < old.UtcDateTime && Kernel.LockDirectory(folder) is { } descriptor)
            {
                Remove(folder);
                _ = Kernel.Close(descriptor);
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Open(folder);
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or a file system's fault: the next sweep tries again.
        }
    }

    // A command may have closed its folders to itself.
    private static void Open(string folder)
    {
        if (!OperatingSystem.IsWindows() && new DirectoryInfo(folder).LinkTarget is null)
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var inner in Directory.EnumerateDirectories(folder))
            {
                Open(inner);
            }
        }
    }
}
