using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>A GPU as the kernel's graphics subsystem shows it: <c>/sys/class/drm/renderD128</c> and its like.</summary>
/// <param name="Device">The folder <c>device</c>, which is the PCI device's.</param>
/// <param name="Vendor">PCI vendor.</param>
/// <param name="Product">PCI device id.</param>
internal sealed record RenderNode(string Device, long Vendor, long Product)
{
    public const long Amd = 0x1002;
    public const long Intel = 0x8086;
    private const int MostNodes = 64;

    /// <summary>Name of the kernel driver, for example <c>amdgpu</c>, <c>i915</c> or <c>xe</c>.</summary>
    public string? Driver => KernelFile.Text(Path.Combine(Device, "uevent"))?.Split('\n')
        .Where(line => line.StartsWith("DRIVER=", StringComparison.Ordinal))
        .Select(line => Printable.Line(line["DRIVER=".Length..].Trim(), 60))
        .FirstOrDefault();

    /// <summary>All render nodes. Display chips of management controllers have none.</summary>
    public static IReadOnlyList<RenderNode> All(HostRoots roots) =>
        [.. from node in KernelFile.Folders(roots.SysPath("class/drm"), "renderD*").Take(MostNodes)
            let device = Path.Combine(node, "device")
            let vendor = KernelFile.Number(Path.Combine(device, "vendor"))
            where vendor is not null
            select new RenderNode(device, vendor.Value, KernelFile.Number(Path.Combine(device, "device")) ?? 0)];
}
