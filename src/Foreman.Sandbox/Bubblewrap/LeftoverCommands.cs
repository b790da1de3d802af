using System.Globalization;
using Foreman.Sandbox.Landlock;

namespace Foreman.Sandbox.Bubblewrap;

/// <summary>
/// Commands that outlived an agent. bubblewrap asks the kernel to end a command with its parent, but one whose agent was killed
/// while its cage was still being set up had not asked yet.
/// </summary>
public static class LeftoverCommands
{
    private const string Program = "bwrap";

    /// <summary>Ends those whose workspace lies in a folder; commands of a living agent are left alone.</summary>
    /// <param name="workspaces">Absolute path of the folder of all workspaces.</param>
    /// <returns>How many were ended; 0 where no <c>/proc</c> tells of processes.</returns>
    public static int End(string workspaces)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var ended = 0;
        foreach (var (process, parent) in ProcessTree.Processes())
        {
            if (IsFirstOfItsNamespace(Read(process, "status")) && BindsBelow(Read(process, "cmdline"), workspaces) && Read(parent, "comm").TrimEnd() != Program)
            {
                ended += Kernel.Signal(process, Kernel.KillSignal) == 0 ? 1 : 0;
            }
        }

        return ended;
    }

    /// <summary>True when a process is the first of a process namespace inside this one; the end of it is the end of all others there.</summary>
    /// <param name="status">Text of its <c>/proc/PID/status</c>.</param>
    internal static bool IsFirstOfItsNamespace(string status)
    {
        var line = status.Split('\n').FirstOrDefault(l => l.StartsWith("NSpid:", StringComparison.Ordinal));
        return line?.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries) is [_, _, .., "1"];
    }

    /// <summary>True for a command line of bubblewrap that binds a path below a folder.</summary>
    /// <param name="arguments">Text of <c>/proc/PID/cmdline</c>.</param>
    /// <param name="folder">Absolute path.</param>
    internal static bool BindsBelow(string arguments, string folder)
    {
        var words = arguments.Split('\0');
        var below = Path.TrimEndingDirectorySeparator(folder) + "/";
        return Path.GetFileName(words[0]) == Program && words.Zip(words.Skip(1)).Any(p => p.First == "--bind" && p.Second.StartsWith(below, StringComparison.Ordinal));
    }

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
