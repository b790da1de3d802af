using System.Globalization;
using Foreman.Api;

namespace Foreman.Probes;

/// <summary>Reads what <c>nvidia-smi</c> prints: one line of comma-separated values per device.</summary>
internal static class NvidiaSmi
{
    /// <summary>Arguments of the query; <see cref="Parse"/> expects the columns in this order.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
        ["--query-gpu=name,driver_version,memory.total,memory.free", "--format=csv,noheader,nounits"];

    // Devices that share the host's memory: their driver reports "not supported" for device memory.
    private static readonly string[] UnifiedNames = ["GB10", "N1X", "Thor", "Orin", "Xavier", "Tegra", "Jetson"];

    /// <summary>Lines such as <c>NVIDIA H200, 570.86.15, 143771, 143201</c>; memory is in MiB, <c>[N/A]</c> where unknown.</summary>
    /// <param name="text">Standard output of the program.</param>
    /// <param name="host">Memory of the host, which a device with unified memory shares.</param>
    public static IReadOnlyList<AcceleratorDevice> Parse(string text, HostMemory host) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 4)
            .Select(cells => Device(cells, host))];

    private static AcceleratorDevice Device(string[] cells, HostMemory host)
    {
        var (name, driver, total, free) = (cells[0], cells[1], Number(cells[2]), Number(cells[3]));
        var unified = UnifiedNames.Any(n => name.Contains(n, StringComparison.OrdinalIgnoreCase));
        var device = new AcceleratorDevice
        {
            Name = name,
            Kind = Accelerator.Cuda,
            Driver = IsReported(driver) ? driver : null,
            Unified = unified,
            MemoryTotalMB = total,
            MemoryFreeMB = free,
            Healthy = true,
        };
        if (unified)
        {
            // Some under-report instead of reporting nothing, so the host's memory is always used.
            return device with { MemoryTotalMB = Units.ToMB(host.Total), MemoryFreeMB = Units.ToMB(host.Available) };
        }

        // Only a device known to share the host's memory may lack its own: a lost device prints an error instead.
        return total is not null
            ? device
            : device with { Healthy = false, Reason = $"the driver does not tell the memory of the device ({cells[2]}): it may be lost or partitioned; see nvidia-smi" };
    }

    private static bool IsReported(string cell) => cell.Length > 0 && cell[0] != '[';

    private static long? Number(string cell) =>
        long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
