using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Hardware;

public sealed class IntelProbeTests : IDisposable
{
    private readonly TempFolder _host = new();

    [Fact]
    public void An_Arc_card_is_found_and_its_memory_is_unknown_rather_than_zero()
    {
        _host.Write("sys/class/drm/renderD128/device/vendor", "0x8086");
        _host.Write("sys/class/drm/renderD128/device/device", "0x56a0");
        _host.Write("sys/class/drm/renderD128/device/uevent", "DRIVER=i915\n");

        var device = Assert.Single(IntelProbe.Read(new HostRoots(_host["proc"], _host["sys"])));

        Assert.Equal((Accelerator.Vulkan, "i915", true), (device.Kind, device.Driver, device.Healthy));
        Assert.Null(device.MemoryTotalMB);
    }

    public void Dispose() => _host.Dispose();
}
