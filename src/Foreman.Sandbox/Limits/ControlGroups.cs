using System.Globalization;

namespace Foreman.Sandbox;

/// <summary>
/// Control groups of commands, where this process may make some: version 2 below its own group, or the controllers pids and
/// memory of version 1. They bound all processes of a command together and can end them all, also for root.
/// </summary>
internal sealed class ControlGroups
{
    private const string Prefix = "foreman-";
    private const string Swap = "memory.swap.max";
    private const string MemoryAndSwap = "memory.memsw.limit_in_bytes";

    private readonly IReadOnlyList<(string Path, GroupKind Kind)> _parents;
    private static int _made;

    private ControlGroups(IReadOnlyList<(string, GroupKind)> parents) => _parents = parents;

    /// <summary>What a group can do.</summary>
    internal enum GroupKind
    {
        /// <summary>Version 2 with the controllers pids and memory.</summary>
        Unified,

        /// <summary>Version 1, processes.</summary>
        Pids,

        /// <summary>Version 1, memory.</summary>
        Memory,
    }

    /// <summary>True when the memory of all processes of a command is bounded together.</summary>
    public bool BoundsMemory => _parents.Any(p => p.Kind is GroupKind.Unified or GroupKind.Memory);

    /// <summary>None.</summary>
    public static ControlGroups None { get; } = new([]);

    /// <summary>Those that this process may make; groups that earlier processes left behind empty are removed.</summary>
    public static ControlGroups Find()
    {
        if (!OperatingSystem.IsLinux() || ReadOrNull("/proc/self/cgroup") is not { } own)
        {
            return None;
        }

        var parents = new List<(string, GroupKind)>();
        foreach (var line in own.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && ParentOf(parts[1], parts[2]) is { } parent)
            {
                Sweep(parent.Path);
                parents.Add(parent);
            }
        }

        return new ControlGroups(parents);
    }

    /// <summary>Makes the groups of one command.</summary>
    /// <param name="limits">Their bounds.</param>
    public CommandGroups Make(CageLimits limits)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
        var groups = new List<(string, GroupKind)>();
        foreach (var (parent, kind) in _parents)
        {
            var path = Path.Combine(parent, name);
            try
            {
                Directory.CreateDirectory(path);
                groups.Add((path, kind));
                foreach (var (file, value) in Bounds(kind, limits).Where(b => !IsForSwap(b.File) || File.Exists(Path.Combine(path, b.File))))
                {
                    File.WriteAllText(Path.Combine(path, file), value.ToString(CultureInfo.InvariantCulture));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                new CommandGroups(groups).Remove();
                throw new CageException($"the control group `{path}` can't be made: {e.Message}", e);
            }
        }

        return new CommandGroups(groups);
    }

    private static IEnumerable<(string File, long Value)> Bounds(GroupKind kind, CageLimits limits) => kind switch
    {
        GroupKind.Pids => [("pids.max", limits.MaxProcesses)],
        // The bound with swap can't be less than the one without, so it comes second.
        GroupKind.Memory => [("memory.limit_in_bytes", limits.MaxMemoryBytes), (MemoryAndSwap, limits.MaxMemoryBytes)],
        _ => [("pids.max", limits.MaxProcesses), ("memory.max", limits.MaxMemoryBytes), (Swap, 0)],
    };

    // A kernel that does not count swap by group has no such files.
    private static bool IsForSwap(string file) => file is Swap or MemoryAndSwap;

    private static (string Path, GroupKind Kind)? ParentOf(string controllers, string path) => controllers switch
    {
        "" => Writable("/sys/fs/cgroup" + path) is { } unified && Delegates(unified) ? (unified, GroupKind.Unified) : null,
        "pids" => (Writable("/sys/fs/cgroup/pids" + path) ?? Writable("/sys/fs/cgroup/pids")) is { } pids ? (pids, GroupKind.Pids) : null,
        "memory" => (Writable("/sys/fs/cgroup/memory" + path) ?? Writable("/sys/fs/cgroup/memory")) is { } memory ? (memory, GroupKind.Memory) : null,
        _ => null,
    };

    // Version 2 lets only groups without processes of their own hand controllers on.
    private static bool Delegates(string group)
    {
        var needed = (ReadOrNull(Path.Combine(group, "cgroup.subtree_control")) ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (needed.Contains("pids") && needed.Contains("memory"))
        {
            return true;
        }

        try
        {
            var agent = Path.Combine(group, "agent");
            Directory.CreateDirectory(agent);
            File.WriteAllText(Path.Combine(agent, "cgroup.procs"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            File.WriteAllText(Path.Combine(group, "cgroup.subtree_control"), "+pids +memory");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? Writable(string group)
    {
        var probe = Path.Combine(group, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-probe"));
        try
        {
            if (!File.Exists(Path.Combine(group, "cgroup.procs")))
            {
                return null;
            }

            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
            return group.Length > 1 ? group.TrimEnd('/') : group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Sweep(string parent)
    {
        foreach (var group in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            // The group of a living process may be new: its command is still to enter it.
            var owner = Path.GetFileName(group)[Prefix.Length..].Split('-')[0];
            if (Directory.Exists("/proc/" + owner))
            {
                continue;
            }

            try
            {
                // The kernel refuses to remove a group that still has processes.
                Directory.Delete(group);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another agent's command may run in it.
            }
        }
    }

    private static string? ReadOrNull(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
