namespace Foreman.Probes;

/// <summary>
/// The memory limit of the agent's own control group. It does not apply to the model servers, which are in other groups, so
/// it never lowers the host's RAM.
/// </summary>
internal static class CgroupLimit
{
    // Version 1 writes "no limit" as the largest multiple of the page size; anything of that order means the same.
    private const long Unlimited = 1L << 60;

    private const int MostDepth = 64;

    /// <summary>The smallest limit on the way from the agent's group to the root, in bytes; null without one.</summary>
    public static long? Read(HostRoots roots)
    {
        var paths = ParsePaths(KernelFile.Text(roots.ProcPath("self/cgroup")) ?? "");
        var v1 = paths.Memory is { } memory
            ? Smallest(roots.SysPath("fs/cgroup/memory"), memory, "memory.limit_in_bytes")
            : null;
        var v2 = paths.Unified is { } unified
            ? Min(
                Smallest(roots.SysPath("fs/cgroup"), unified, "memory.max"),
                Smallest(roots.SysPath("fs/cgroup/unified"), unified, "memory.max"))
            : null;
        return Min(v1, v2);
    }

    /// <summary>
    /// Lines such as <c>0::/user.slice/x.service</c> (version 2) and <c>4:memory:/x</c> (version 1); a hybrid host has both.
    /// </summary>
    public static (string? Unified, string? Memory) ParsePaths(string text)
    {
        string? unified = null, memory = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && parts[0] == "0" && parts[1].Length == 0)
            {
                unified = parts[2].Trim();
            }
            else if (parts.Length == 3 && parts[1].Split(',').Contains("memory"))
            {
                memory = parts[2].Trim();
            }
        }

        return (unified, memory);
    }

    /// <summary>The word <c>max</c> and absurdly large numbers mean that there is no limit.</summary>
    public static long? ParseLimit(string? text) => KernelFile.ParseNumber(text) is { } bytes and >= 0 and < Unlimited ? bytes : null;

    // A container sees its own group as the root of the mount while the path is still the host's: folders that
    // are not there are skipped, and the root of the mount is always read.
    private static long? Smallest(string mount, string group, string file)
    {
        long? smallest = null;
        var names = group.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(n => n is not "." and not "..").Take(MostDepth).ToList();
        for (var depth = names.Count; depth >= 0; depth--)
        {
            var folder = Path.Combine([mount, .. names.Take(depth)]);
            smallest = Min(smallest, ParseLimit(KernelFile.Text(Path.Combine(folder, file))));
        }

        return smallest;
    }

    private static long? Min(long? a, long? b) => a is { } x && b is { } y ? Math.Min(x, y) : a ?? b;
}
