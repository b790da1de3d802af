using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A file system of its own with little room (tmpfs); skips the running test where none can be mounted.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    public static async Task<SmallDisk> MountAsync(int kibibytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "a small disk is mounted by root on Linux only");
        var disk = new SmallDisk();
        var mounted = await CommandRun.RunAsync(Request("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", disk.Path));
        if (mounted.ExitCode != 0)
        {
            disk._folder.Dispose();
            Assert.Skip($"tmpfs can't be mounted here: {mounted.Output}");
        }

        return disk;
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CommandRun.RunAsync(Request("umount", Path));
        _folder.Dispose();
    }

    private static ProcessRequest Request(string program, params string[] arguments) => new() { Program = program, Arguments = arguments };
}
