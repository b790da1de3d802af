namespace Foreman.Git.Tests;

internal static class TestFiles
{
    /// <summary>Writes a script that can be run, with the folders above it.</summary>
    public static string Script(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "#!/bin/sh\n" + text + "\n");
        MakeWritable(path, UnixFileMode.UserExecute);
        return path;
    }

    public static void MakeWritable(string path, UnixFileMode more = UnixFileMode.None)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        }
    }
}
