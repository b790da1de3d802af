namespace Foreman.Probes;

/// <summary>Online logical processors of a Linux host.</summary>
internal static class LinuxCpu
{
    private const long MostCores = 1 << 20;

    /// <summary>The count, or what the runtime may use where the kernel's file is absent.</summary>
    public static int Cores(HostRoots roots) =>
        ParseOnline(KernelFile.Text(roots.SysPath("devices/system/cpu/online"))) ?? Environment.ProcessorCount;

    /// <summary>Ranges such as <c>0-3,8,10-11</c>.</summary>
    public static int? ParseOnline(string? text)
    {
        var count = 0L;
        foreach (var range in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = range.Split('-');
            if (KernelFile.ParseNumber(ends[0]) is not { } first || KernelFile.ParseNumber(ends[^1]) is not { } last || first < 0 || last < first || last > MostCores)
            {
                return null;
            }

            count = Math.Min(count + last - first + 1, MostCores);
        }

        return count is > 0 and <= int.MaxValue ? (int)count : null;
    }
}
