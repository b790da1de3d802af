using System.Diagnostics;
using Foreman.Testing;

namespace Foreman.Jobs.Tests.Building;

/// <summary>The copy of content in the shell of this machine, folders in place of the image's root and of the volume.</summary>
public sealed class TaskPartsTests
{
    [Fact]
    public async Task O10_An_image_is_copied_without_what_the_system_mounts_and_leaves_the_volumes_own_folder_alone()
    {
        using var folder = new TempFolder();
        folder.Write("image/opt/tool", "tool");
        folder.Write("image/.config/a", "a");
        folder.Write("image/run/b c", "b");
        folder.Write("image/run/secrets/token", "t");
        folder.Write("image/proc/1", "1");
        var content = folder.MakeFolder("content");
        var run = Given.Run(Given.Container with { Sidecars = [new() { Name = "a", Image = "example.com/a:1", MountPath = "/opt/a" }] });
        var script = Given.Pod(run).InitContainers[0].Command[2]
            .Replace("$$", "$", StringComparison.Ordinal)
            .Replace("cd / ", $"cd {folder["image"]} ", StringComparison.Ordinal)
            .Replace("-C /foreman-content", $"-C {content}", StringComparison.Ordinal);

        // The mode of the folder that is copied is another one, and its owner could set it.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"chmod 711 {content}\n{script}\nls -ld {content} | cut -c1-10"]) { RedirectStandardOutput = true })!;
        var mode = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, "drwx--x--x\n"), (process.ExitCode, mode));
        Assert.Equal(
            [".config/a", "opt/tool", "run/b c"],
            Directory.EnumerateFiles(content, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(content, f)).Order(StringComparer.Ordinal));
    }
}
