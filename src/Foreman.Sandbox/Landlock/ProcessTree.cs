using System.Globalization;
using System.Runtime.InteropServices;

namespace Foreman.Sandbox.Landlock;

/// <summary>Everything that was started below this process, which adopts orphans.</summary>
internal static class ProcessTree
{
    private const int MaxRounds = 100;

    /// <summary>Ends all of them; those that are stopped first can't start others meanwhile.</summary>
    internal static void Kill()
    {
        var stopped = new HashSet<int>();
        for (var round = 0; round < MaxRounds; round++)
        {
            var fresh = Descendants(Processes(), Environment.ProcessId).Where(stopped.Add).ToArray();
            if (fresh.Length == 0)
            {
                break;
            }

            foreach (var process in fresh)
            {
                _ = Kernel.Signal(process, Kernel.StopSignal);
            }
        }

        foreach (var process in stopped)
        {
            _ = Kernel.Signal(process, Kernel.KillSignal);
        }
    }

    /// <summary>
    /// Ends a process and its children. A child that was made just now does not know yet that it is to end with its parent, so the
    /// parent is stopped first.
    /// </summary>
    internal static void KillWithChildren(int process)
    {
        _ = Kernel.Signal(process, Kernel.StopSignal);
        for (var round = 0; round < MaxRounds; round++)
        {
            // A child that it was making when the signal came is to be seen only when it has stopped.
            var stopped = HasStopped(Stat(process));
            foreach (var (child, _) in Processes().Where(p => p.Parent == process))
            {
                _ = Kernel.Signal(child, Kernel.KillSignal);
            }

            if (stopped)
            {
                break;
            }
        }

        _ = Kernel.Signal(process, Kernel.KillSignal);
    }

    /// <summary>Ends all of them and returns when none is left.</summary>
    internal static void KillAndReap()
    {
        do
        {
            Kill();
        }
        while (Reap(0, out _) && ReapEnded());
    }

    /// <summary>Waits until a process has ended, and takes the ends of all others on the way.</summary>
    /// <param name="process">A child of this process.</param>
    /// <returns>Its exit code; 128 and the signal when one ended it.</returns>
    internal static int WaitFor(int process)
    {
        while (Reap(0, out var ended))
        {
            if (ended.Process == process)
            {
                return ExitCode(ended.Status);
            }
        }

        throw new CageException($"the process {process} is no child of this one");
    }

    /// <summary>The exit code in a wait status, as shells tell it.</summary>
    internal static int ExitCode(int status) => (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);

    /// <summary>All processes below one.</summary>
    /// <param name="parents">Each process and its parent.</param>
    /// <param name="root">Not among the result.</param>
    internal static IReadOnlyCollection<int> Descendants(IEnumerable<(int Process, int Parent)> parents, int root)
    {
        var children = parents.ToLookup(p => p.Parent, p => p.Process);
        var found = new HashSet<int>();
        var open = new Queue<int>([root]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in children[parent].Where(found.Add))
            {
                open.Enqueue(child);
            }
        }

        return found;
    }

    /// <summary>Reads the parent from a line of <c>/proc/PID/stat</c>; null when it is none.</summary>
    internal static int? ParentIn(string stat) =>
        FieldsIn(stat) is [_, var second, ..] && int.TryParse(second, CultureInfo.InvariantCulture, out var parent) ? parent : null;

    /// <summary>True when the process of a line of <c>/proc/PID/stat</c> makes no children any more: it is stopped, or has ended.</summary>
    internal static bool HasStopped(string stat) => FieldsIn(stat) is not [var state, ..] || state is "T" or "t" or "Z" or "X";

    // 12 (name, which may hold blanks and brackets) S 1 ...
    private static string[] FieldsIn(string stat) =>
        stat.LastIndexOf(')') is >= 0 and var end ? stat[(end + 1)..].Split(' ', 4, StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>Tasks of all processes of this user, as the limit of processes counts them.</summary>
    internal static int TasksOfUser()
    {
        var tasks = 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                var status = File.ReadAllText(Path.Combine(directory, "status"));
                if (Field(status, "Uid:") == Kernel.User())
                {
                    tasks += (int)(Field(status, "Threads:") ?? 1);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return tasks;
    }

    private static long? Field(string status, string name)
    {
        var at = status.IndexOf("\n" + name, StringComparison.Ordinal);
        var value = at < 0 ? "" : status[(at + 1 + name.Length)..].TrimStart('\t', ' ').Split(['\t', ' ', '\n'], 2)[0];
        return long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    internal static IReadOnlyList<(int Process, int Parent)> Processes()
    {
        var result = new List<(int, int)>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var process))
            {
                continue;
            }

            if (ParentIn(Stat(process)) is { } parent)
            {
                result.Add((process, parent));
            }
        }

        return result;
    }

    // Empty when it has ended meanwhile.
    private static string Stat(int process)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Those that have ended by now, so that the next round looks at the living only.
    private static bool ReapEnded()
    {
        while (Reap(Kernel.DontWait, out var ended))
        {
            if (ended.Process == 0)
            {
                return true;
            }
        }

        return false;
    }

    // False when there is no child left.
    private static bool Reap(int options, out (int Process, int Status) ended)
    {
        int process, status;
        do
        {
            process = Kernel.Wait(-1, out status, options);
        }
        while (process < 0 && Marshal.GetLastPInvokeError() == Kernel.Interrupted);
        ended = (process, status);
        return process >= 0;
    }
}
