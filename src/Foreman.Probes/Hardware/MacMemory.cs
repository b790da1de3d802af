using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>
/// Memory of a Mac. Available = (free + inactive + speculative + purgeable pages) × page size, of <c>vm_stat</c>: what
/// programs can take without swapping. Inactive pages count as available, because the model's wired memory would
/// otherwise make a Mac that serves a model look full.
/// </summary>
internal static partial class MacMemory
{
    private const long MostPages = 1L << 30;
    private const int MostCharacters = 64 * 1024;
    private static readonly string[] AvailablePages = ["Pages free", "Pages inactive", "Pages speculative", "Pages purgeable"];

    public static async Task<HostMemory> ReadAsync(HelperPrograms commands, CancellationToken cancellationToken)
    {
        var size = await commands.RunAsync("/usr/sbin/sysctl", ["-n", "hw.memsize"], cancellationToken);
        var pages = await commands.RunAsync("/usr/bin/vm_stat", [], cancellationToken);
        var swap = await commands.RunAsync("/usr/sbin/sysctl", ["-n", "vm.swapusage"], cancellationToken);
        return new HostMemory(KernelFile.ParseNumber(size.Output.Trim()) is { } bytes and > 0 ? Units.Sane(bytes) : null, ParseAvailable(pages.Output), ParseSwapUsed(swap.Output));
    }

    /// <summary>
    /// A first line with <c>(page size of 16384 bytes)</c>, then lines such as <c>Pages free:      123456.</c>
    /// </summary>
    public static long? ParseAvailable(string text)
    {
        text = text.Length > MostCharacters ? text[..MostCharacters] : text;
        var size = PageSize().Match(text);
        if (!size.Success)
        {
            return null;
        }

        var pages = text.Split('\n')
            .Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2 && AvailablePages.Contains(parts[0].Trim()))
            .DistinctBy(parts => parts[0].Trim())
            .Sum(parts => Math.Min(MostPages, Units.Sane(KernelFile.ParseNumber(parts[1].Trim().TrimEnd('.')) ?? 0)));
        return pages * long.Parse(size.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>A line such as <c>total = 2048.00M  used = 1027.25M  free = 1020.75M  (encrypted)</c>.</summary>
    public static long? ParseSwapUsed(string text)
    {
        var used = SwapUsed().Match(text);
        if (!used.Success || !double.TryParse(used.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        return (long)(value * used.Groups[2].Value switch { "K" => Units.KiB, "G" => Units.GiB, _ => Units.MiB });
    }

    [GeneratedRegex(@"page size of (\d{1,9}) bytes")]
    private static partial Regex PageSize();

    [GeneratedRegex(@"used = (\d{1,12}(?:\.\d{1,6})?)([KMG])")]
    private static partial Regex SwapUsed();
}
