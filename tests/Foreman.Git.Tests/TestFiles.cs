namespace Foreman.Git.Tests;

internal static class TestFiles
{
    public static void MakeWritable(string path, UnixFileMode more = UnixFileMode.None)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        }
    }
}
