using Foreman.Api;

namespace Foreman.Probes;

/// <summary>Intel GPUs. Their kernel drivers do not report device memory, so it stays unknown rather than zero.</summary>
internal static class IntelProbe
{
    public static IReadOnlyList<AcceleratorDevice> Read(HostRoots roots) =>
        [.. RenderNode.All(roots).Where(node => node.Vendor == RenderNode.Intel).Select(node => new AcceleratorDevice
        {
            Name = $"Intel GPU 0x{node.Product:x4}",
            Kind = Accelerator.Vulkan,
            Driver = node.Driver,
            Healthy = node.Driver is not null,
            Reason = node.Driver is null ? "no kernel driver is bound to the device" : null,
        })];
}
