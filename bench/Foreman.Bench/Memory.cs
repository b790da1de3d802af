using System.Globalization;

namespace Foreman.Bench;

/// <summary>Memory of a process as the kernel counts it.</summary>
internal static class Memory
{
    /// <summary>Resident and private bytes; null where there is no /proc.</summary>
    public static (double ResidentMB, double PrivateMB)? Of(int processId)
    {
        var path = $"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/smaps_rollup";
        if (!File.Exists(path))
        {
            return null;
        }

        // Lines such as "Private_Dirty:       3520 kB"
        var kilobytes = File.ReadLines(path)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells is [_, _, "kB"])
            .ToDictionary(cells => cells[0].TrimEnd(':'), cells => double.Parse(cells[1], CultureInfo.InvariantCulture) * 1024 / 1e6);
        return (kilobytes["Rss"], kilobytes["Private_Dirty"] + kilobytes["Private_Clean"]);
    }
}
