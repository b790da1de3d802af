using System.Diagnostics;

namespace Foreman.Tools.Tests;

/// <summary>A file system of 64 KiB in memory, for disks that are really full or read-only. Mounting one takes root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    internal static async Task<SmallDisk> MountAsync(string path, string access)
    {
        Directory.CreateDirectory(path);
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", $"{access},size=64k", "tmpfs", path);
        Assert.SkipUnless(mounted, "no small file system could be mounted: run the tests as root");
        return new SmallDisk(path);
    }

    public async ValueTask DisposeAsync() => await RunAsync("umount", _path);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        _ = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
