using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>AMD devices, from sysfs of the amdgpu kernel driver.</summary>
internal static class AmdProbe
{
    public static IReadOnlyList<AcceleratorDevice> Read(HostRoots roots)
    {
        var architectures = Architectures(roots);
        return [.. RenderNode.All(roots).Where(node => node.Vendor == RenderNode.Amd).Select(node => Device(node, architectures))];
    }

    /// <summary>
    /// An integrated GPU has a small carve-out as "VRAM" and uses the host's memory through the GTT. It is distinguished from
    /// a card by sizes alone, unless the driver names the maker of the memory chips or the board, which only cards have.
    /// </summary>
    public static bool IsIntegrated(long vram, long gtt, bool namesBoard) =>
        !namesBoard && vram <= 4 * Units.GiB && gtt >= 8 * Units.GiB && gtt >= 4 * vram;

    /// <summary>The number 110501 of <c>gfx_target_version</c> is <c>gfx1151</c>: major, minor, step in hexadecimal.</summary>
    public static string? Architecture(long target) => target is <= 0 or > 1_000_000_000 ? null
        : string.Create(CultureInfo.InvariantCulture, $"gfx{target / 10000}{target / 100 % 100:x}{target % 100:x}");

    private static AcceleratorDevice Device(RenderNode node, Dictionary<long, string> architectures)
    {
        long? Memory(string file) => KernelFile.Number(Path.Combine(node.Device, file)) is { } bytes and >= 0 ? Units.Sane(bytes) : null;
        var (vram, gtt) = (Memory("mem_info_vram_total"), Memory("mem_info_gtt_total"));
        var integrated = IsIntegrated(vram ?? 0, gtt ?? 0, NamesBoard(node.Device));
        var pool = integrated ? "gtt" : "vram";
        var total = integrated ? gtt : vram;
        var used = Memory($"mem_info_{pool}_used");
        return new AcceleratorDevice
        {
            Name = KernelFile.Text(Path.Combine(node.Device, "product_name")) is { Length: > 0 } product
                ? Printable.Line(product, 120)
                : $"AMD {architectures.GetValueOrDefault(node.Product) ?? $"GPU 0x{node.Product:x4}"}",
            Kind = Accelerator.Vulkan,
            Driver = node.Driver,
            Unified = integrated,
            MemoryTotalMB = Units.ToMB(total),
            MemoryFreeMB = total is { } t && used is { } u ? Units.ToMB(t - u) : null,
            Healthy = total is not null,
            Reason = total is null ? "the amdgpu driver does not tell the memory of the device; is it loaded?" : null,
        };
    }

    private static bool NamesBoard(string device) =>
        File.Exists(Path.Combine(device, "mem_info_vram_vendor")) || Directory.Exists(Path.Combine(device, "board_info")) || File.Exists(Path.Combine(device, "board_info"));

    /// <summary>Architecture by PCI device id, from the compute driver's list of nodes (<c>key value</c> lines).</summary>
    private static Dictionary<long, string> Architectures(HostRoots roots)
    {
        var found = new Dictionary<long, string>();
        foreach (var node in KernelFile.Folders(roots.SysPath("class/kfd/kfd/topology/nodes")))
        {
            var properties = ParseProperties(KernelFile.Text(Path.Combine(node, "properties")) ?? "");
            if (properties.GetValueOrDefault("vendor_id") == RenderNode.Amd
                && Architecture(properties.GetValueOrDefault("gfx_target_version")) is { } architecture)
            {
                found[properties.GetValueOrDefault("device_id")] = architecture;
            }
        }

        return found;
    }

    private static Dictionary<string, long> ParseProperties(string text)
    {
        var properties = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var key, var value] && KernelFile.ParseNumber(value) is { } number)
            {
                properties[key] = number;
            }
        }

        return properties;
    }
}
