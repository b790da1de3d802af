using System.Globalization;

namespace Foreman.Probes;

/// <summary>RAM and swap of a Linux host, from <c>/proc/meminfo</c> (in a container, too, these are the host's).</summary>
internal static class LinuxMemory
{
    public static HostMemory Read(HostRoots roots) =>
        KernelFile.Text(roots.ProcPath("meminfo")) is { } text ? Parse(text) : HostMemory.Unknown;

    /// <summary>Lines such as <c>MemAvailable:   24064644 kB</c>.</summary>
    public static HostMemory Parse(string text)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var parts = colon < 0 ? [] : line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                values[line[..colon].Trim()] = Units.Sane(value) * (parts.Length > 1 && parts[1] == "kB" ? Units.KiB : 1);
            }
        }

        // Kernels before 3.14 have no MemAvailable: what is free or can be dropped at once comes close.
        long? available = values.TryGetValue("MemAvailable", out var reported) ? reported
            : values.TryGetValue("MemFree", out var free) ? free + values.GetValueOrDefault("Buffers") + values.GetValueOrDefault("Cached")
            : null;
        long? swap = values.TryGetValue("SwapTotal", out var total) && values.TryGetValue("SwapFree", out var unused) ? Math.Max(0, total - unused) : null;
        return new HostMemory(values.TryGetValue("MemTotal", out var all) ? all : null, available, swap);
    }
}
