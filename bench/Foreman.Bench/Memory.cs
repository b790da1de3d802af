using System.Globalization;

namespace Foreman.Bench;

/// <summary>What the kernel counts for a process (Linux); null where there is no /proc.</summary>
internal static class Memory
{
    // sysconf(_SC_CLK_TCK) is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Resident and private memory, in MB (10⁶ bytes).</summary>
    public static (double ResidentMB, double PrivateMB)? Of(int processId)
    {
        var rollup = Kilobytes(processId, "smaps_rollup");
        return rollup is null ? null : (MB(rollup["Rss"]), MB(rollup["Private_Dirty"] + rollup["Private_Clean"]));
    }

    /// <summary>Resident memory that no file backs, in MB.</summary>
    public static double? AnonymousMB(int processId) => Kilobytes(processId, "status") is { } status ? MB(status["RssAnon"]) : null;

    /// <summary>The most resident memory that it ever had, in MB; null too for a process that has ended.</summary>
    public static double? PeakMB(int processId) => Kilobytes(processId, "status")?.TryGetValue("VmHWM", out var peak) == true ? MB(peak) : null;

    /// <summary>Processor time so far, in seconds.</summary>
    public static double? ProcessorSeconds(int processId)
    {
        var path = Path(processId, "stat");
        if (!File.Exists(path))
        {
            return null;
        }

        // The name in brackets may hold spaces; utime and stime are the 12th and 13th field after it.
        var stat = File.ReadAllText(path);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Open files and sockets.</summary>
    public static int? OpenFiles(int processId) => Directory.Exists(Path(processId, "fd")) ? Directory.EnumerateFileSystemEntries(Path(processId, "fd")).Count() : null;

    private static double MB(double kilobytes) => kilobytes * 1024 / 1e6;

    private static string Path(int processId, string file) => $"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/{file}";

    // Lines such as "Private_Dirty:       3520 kB"
    private static Dictionary<string, double>? Kilobytes(int processId, string file) => !File.Exists(Path(processId, file)) ? null
        : File.ReadLines(Path(processId, file))
            .Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells is [_, _, "kB"])
            .ToDictionary(cells => cells[0].TrimEnd(':'), cells => double.Parse(cells[1], CultureInfo.InvariantCulture));
}
