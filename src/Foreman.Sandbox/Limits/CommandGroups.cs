using System.Globalization;
using System.Runtime.InteropServices;

namespace Foreman.Sandbox;

/// <summary>The control groups of one command.</summary>
/// <param name="groups">Their directories.</param>
internal sealed partial class CommandGroups(IReadOnlyList<(string Path, ControlGroups.GroupKind Kind)> groups)
{
    private const int Kill = 9;

    /// <summary>Their directories.</summary>
    public IEnumerable<string> Paths => groups.Select(g => g.Path);

    /// <summary>What the command ran out of, in words; null when nothing.</summary>
    public string? Exhausted => groups.Select(ExhaustedIn).FirstOrDefault(e => e is not null);

    /// <summary>Ends every process in them; one that is being made meanwhile is ended by the next call.</summary>
    /// <returns>True when there is none left.</returns>
    public bool KillAll()
    {
        var empty = true;
        foreach (var (path, kind) in groups)
        {
            if (kind is ControlGroups.GroupKind.Unified && TryWrite(Path.Combine(path, "cgroup.kill"), "1"))
            {
                empty &= Processes(path).Length == 0;
                continue;
            }

            foreach (var process in Processes(path))
            {
                empty = false;
                _ = KillProcess(process, Kill);
            }
        }

        return empty;
    }

    /// <summary>Removes them; they stay when a process is still in one, for the sweep of the next start.</summary>
    public void Remove()
    {
        foreach (var (path, _) in groups)
        {
            try
            {
                Directory.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Swept by the next start.
            }
        }
    }

    private static string? ExhaustedIn((string Path, ControlGroups.GroupKind Kind) group) => group.Kind switch
    {
        ControlGroups.GroupKind.Pids => Count(Path.Combine(group.Path, "pids.events"), "max") > 0 ? Words.Processes : null,
        ControlGroups.GroupKind.Memory => Count(Path.Combine(group.Path, "memory.oom_control"), "oom_kill") > 0 ? Words.Memory : null,
        _ => Count(Path.Combine(group.Path, "memory.events"), "oom_kill") > 0 ? Words.Memory
            : Count(Path.Combine(group.Path, "pids.events"), "max") > 0 ? Words.Processes
            : null,
    };

    private static long Count(string file, string key)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(key + " ", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.AsSpan(key.Length + 1), CultureInfo.InvariantCulture, out var count) ? count : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static int[] Processes(string group)
    {
        try
        {
            return [.. File.ReadLines(Path.Combine(group, "cgroup.procs")).Select(l => int.TryParse(l, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 1)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool TryWrite(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillProcess(int process, int signal);

    private static class Words
    {
        internal const string Processes = "it reached the limit of processes";
        internal const string Memory = "it reached the limit of memory";
    }
}
