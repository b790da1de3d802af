using System.Globalization;

namespace Foreman.Testing.Kubelet;

/// <summary>
/// The control group of a container's processes, which bounds their memory together: version 2 where controllers can be handed on, else
/// the controllers memory and cpuacct of version 1.
/// </summary>
internal sealed class ContainerGroup
{
    private const string Mount = "/sys/fs/cgroup";
    private const string Prefix = "kubelet-";

    private static readonly Lazy<IReadOnlyList<GroupParent>> Parents = new(Find);
    private static int _made;

    private readonly IReadOnlyList<(string Folder, GroupParent Parent)> _groups;

    private ContainerGroup(IReadOnlyList<(string, GroupParent)> groups) => _groups = groups;

    /// <summary>Why the memory of containers can't be bounded here; null when it can.</summary>
    public static string? SkipReason => Parents.Value.Any(p => p.HasMemory)
        ? null
        : "this process may make no control groups that bound memory: run the tests as root, where /sys/fs/cgroup is writable";

    /// <summary>Its folders.</summary>
    public IEnumerable<string> Folders => _groups.Select(g => g.Folder);

    /// <summary>What the container sees of it.</summary>
    public IEnumerable<BindMount> Mounts => _groups.Select(g => new BindMount(g.Folder, g.Parent.SeenAt, IsReadOnly: true));

    /// <summary>Whether the kernel ended a process of it for want of memory.</summary>
    public bool RanOutOfMemory => _groups.Any(g => g.Parent.HasMemory && Count(Path.Combine(g.Folder, g.Parent.IsUnified ? "memory.events" : "memory.oom_control"), "oom_kill") > 0);

    /// <summary>Makes one, as far as that can be done here.</summary>
    /// <param name="memoryBytes">What its processes may use together; null for no bound.</param>
    /// <exception cref="PodSetupException">It can't be made.</exception>
    public static ContainerGroup Make(long? memoryBytes)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
        var groups = new List<(string Folder, GroupParent Parent)>();
        try
        {
            foreach (var parent in Parents.Value)
            {
                var folder = Path.Combine(parent.Folder, name);
                Directory.CreateDirectory(folder);
                groups.Add((folder, parent));
                if (parent.HasMemory && memoryBytes is { } bytes)
                {
                    Bound(folder, parent.IsUnified, bytes);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            new ContainerGroup(groups).Remove();
            throw new PodSetupException($"the control group {name} can't be made: {e.Message}", "CreateContainerError");
        }

        return new ContainerGroup(groups);
    }

    /// <summary>Removes it; it stays while a process is in it, for the next run of tests to remove.</summary>
    public void Remove()
    {
        foreach (var (folder, _) in _groups)
        {
            TryRemove(folder);
        }
    }

    // Without swap: the bound with swap can't be less than the one without, so it comes second. A kernel that counts no swap has no such file.
    private static void Bound(string folder, bool isUnified, long bytes)
    {
        (string File, long Value)[] bounds = isUnified
            ? [("memory.max", bytes), ("memory.swap.max", 0), ("memory.oom.group", 1)]
            : [("memory.limit_in_bytes", bytes), ("memory.memsw.limit_in_bytes", bytes)];
        foreach (var (file, value) in bounds.Where(b => File.Exists(Path.Combine(folder, b.File))))
        {
            File.WriteAllText(Path.Combine(folder, file), value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static List<GroupParent> Find()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/proc/self/cgroup"))
        {
            return [];
        }

        var own = File.ReadAllLines("/proc/self/cgroup").Select(l => l.Split(':', 3)).Where(p => p.Length == 3).ToList();
        var unified = own.Where(p => p[1].Length == 0).Select(p => Unified(p[2])).OfType<GroupParent>().FirstOrDefault();
        List<GroupParent> found = unified is not null ? [unified] : own.Where(p => p[1] is "memory" or "cpuacct").Select(p => Separate(p[1], p[2])).OfType<GroupParent>().ToList();
        found.ForEach(Sweep);
        return found;
    }

    // The nearest group above this process that hands memory on; only one without processes, or the first of all, can be made to.
    private static GroupParent? Unified(string path)
    {
        for (var folder = (Mount + path).TrimEnd('/'); folder.Length >= Mount.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (Words(Path.Combine(folder, "cgroup.subtree_control")).Contains("memory") && CanMakeIn(folder))
            {
                return new GroupParent(folder, Mount, HasMemory: true, IsUnified: true);
            }
        }

        try
        {
            if (!Words(Path.Combine(Mount, "cgroup.controllers")).Contains("memory"))
            {
                return null;
            }

            File.WriteAllText(Path.Combine(Mount, "cgroup.subtree_control"), "+memory +cpu");
            return CanMakeIn(Mount) ? new GroupParent(Mount, Mount, HasMemory: true, IsUnified: true) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static GroupParent? Separate(string controller, string path)
    {
        var root = Path.Combine(Mount, controller);
        string[] folders = [(root + path).TrimEnd('/'), root];
        return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "cgroup.procs")) && CanMakeIn(f)) is { } folder
            ? new GroupParent(folder, root, HasMemory: controller == "memory", IsUnified: false)
            : null;
    }

    private static bool CanMakeIn(string folder)
    {
        var probe = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-probe"));
        try
        {
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Those of a process of tests that was killed.
    private static void Sweep(GroupParent parent)
    {
        foreach (var group in Directory.EnumerateDirectories(parent.Folder, Prefix + "*"))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(group)[Prefix.Length..].Split('-')[0]))
            {
                TryRemove(group);
            }
        }
    }

    private static void TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process is still in it, or another run was faster.
        }
    }

    private static string[] Words(string file) => File.Exists(file) ? File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];

    private static long Count(string file, string key)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(key + " ", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>A group in which groups of containers are made.</summary>
    /// <param name="Folder">Where it lies.</param>
    /// <param name="SeenAt">Where a container sees its own.</param>
    /// <param name="HasMemory">Whether it bounds memory.</param>
    /// <param name="IsUnified">Whether it is of version 2.</param>
    private sealed record GroupParent(string Folder, string SeenAt, bool HasMemory, bool IsUnified);
}
