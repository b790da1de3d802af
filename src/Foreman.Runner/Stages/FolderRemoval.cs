namespace Foreman.Runner.Stages;

/// <summary>Removes what runs left. Symbolic links are removed and not followed.</summary>
internal static class FolderRemoval
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // What the runner may not look into yet is opened on the way down.
    private static readonly EnumerationOptions Here = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Removes a file, or a directory with all that is in it; what is not there is gone.</summary>
    /// <returns>Why something of it is still there; null when it is gone.</returns>
    public static string? Remove(string path)
    {
        try
        {
            try
            {
                Delete(path);
            }
            catch (UnauthorizedAccessException)
            {
                // A command may have taken the rights to its own directories away.
                Open(path);
                Delete(path);
            }

            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Gives the owner all rights to a directory and to those below it.</summary>
    internal static void Open(string path)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(path))
        {
            return;
        }

        File.SetUnixFileMode(path, OwnerAll);
        foreach (var below in new DirectoryInfo(path).EnumerateDirectories("*", Here))
        {
            Open(below.FullName);
        }
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
