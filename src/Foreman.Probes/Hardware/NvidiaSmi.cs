using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>Reads what <c>nvidia-smi</c> prints: one line of comma-separated values per device, and messages between them.</summary>
internal static class NvidiaSmi
{
    private const int Columns = 4;
    private const int MostDevices = 64;
    private const int MostMessages = 4;
    private const string NotPermitted = "[Insufficient Permissions]";

    /// <summary>Arguments of the query; <see cref="Parse"/> expects the columns in this order.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
        ["--query-gpu=name,driver_version,memory.total,memory.free", "--format=csv,noheader,nounits"];

    // Devices that share the host's memory: their driver reports "not supported" for device memory.
    private static readonly string[] UnifiedNames = ["GB10", "N1X", "Thor", "Orin", "Xavier", "Tegra", "Jetson"];

    /// <summary>
    /// Lines such as <c>NVIDIA H200, 570.86.15, 143771, 143201</c>; memory is in MiB, a word in brackets where the driver does not tell it.
    /// At most the first 64 devices.
    /// </summary>
    /// <param name="text">Standard output of the program.</param>
    /// <param name="host">Memory of the host, which a device with unified memory shares.</param>
    public static IReadOnlyList<AcceleratorDevice> Parse(string text, HostMemory host) =>
        [.. Lines(text).Select(Row).OfType<string[]>().Select(cells => Device(cells, host)).Take(MostDevices)];

    /// <summary>The lines that are no device, such as warnings and the devices that are lost; at most four.</summary>
    /// <param name="text">Standard output of the program.</param>
    public static IReadOnlyList<string> Messages(string text) =>
        [.. Lines(text).Where(line => Row(line) is null).Take(MostMessages).Select(line => Printable.Line(line))];

    private static IEnumerable<string> Lines(string text)
    {
        var rest = text.AsMemory();
        while (rest.Length > 0)
        {
            var end = rest.Span.IndexOf('\n');
            var line = (end < 0 ? rest : rest[..end]).Trim();
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Length > 0)
            {
                yield return line.ToString();
            }
        }
    }

    // A message may hold commas too: the cells of a row are numbers or words in brackets where it matters.
    private static string[]? Row(string line)
    {
        var cells = line.Split(',', Columns + 1, StringSplitOptions.TrimEntries);
        return cells.Length == Columns && cells[0].Length > 0 && IsCell(cells[2]) && IsCell(cells[3]) ? cells : null;
    }

    private static bool IsCell(string cell) => Number(cell) is not null || (cell.StartsWith('[') && cell.EndsWith(']')) || cell is "N/A" or "ERR!";

    private static AcceleratorDevice Device(string[] cells, HostMemory host)
    {
        var (name, driver, total, free) = (cells[0], cells[1], Number(cells[2]), Number(cells[3]));
        var unified = UnifiedNames.Any(n => name.Contains(n, StringComparison.OrdinalIgnoreCase));
        var device = new AcceleratorDevice
        {
            Name = IsReported(name) ? Printable.Line(name, 120) : "NVIDIA GPU",
            Kind = Accelerator.Cuda,
            Driver = IsReported(driver) ? Printable.Line(driver, 60) : null,
            Unified = unified,
            MemoryTotalMB = total,
            MemoryFreeMB = free,
            Healthy = true,
        };
        if (unified && IsReported(name))
        {
            // Some under-report instead of reporting nothing, so the host's memory is always used.
            return device with { MemoryTotalMB = Units.ToMB(host.Total), MemoryFreeMB = Units.ToMB(host.Available) };
        }

        // Only a device known to share the host's memory may lack its own: a lost device prints an error instead.
        return (total, cells[2]) switch
        {
            (not null, _) => device,

            // A slice of a partitioned device in a container without the right to ask; CUDA programs work there.
            (_, NotPermitted) => device with { Reason = "the driver does not let this user see the memory of the device, as in a container with a slice of it; CUDA programs may work" },
            _ => device with { Healthy = false, Reason = $"the driver does not tell the memory of the device ({Printable.Line(cells[2], 60)}): it may be lost or partitioned; see nvidia-smi" },
        };
    }

    private static bool IsReported(string cell) => cell.Length > 0 && cell[0] != '[';

    private static long? Number(string cell) =>
        long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
