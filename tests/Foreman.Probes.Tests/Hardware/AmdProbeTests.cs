using System.Globalization;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Hardware;

public sealed class AmdProbeTests : IDisposable
{
    private readonly TempFolder _host = new();

    [Fact]
    public void A_card_has_its_own_memory()
    {
        Node("renderD128", 0x1002, 0x744c, vram: (24560L * Units.MiB, 1000L * Units.MiB), gtt: (64 * Units.GiB, 0));
        _host.Write("sys/class/drm/renderD128/device/mem_info_vram_vendor", "samsung");
        _host.Write("sys/class/drm/renderD128/device/product_name", "Radeon RX 7900 XTX\n");

        Assert.Equal(
            new AcceleratorDevice
            {
                Name = "Radeon RX 7900 XTX",
                Kind = Accelerator.Vulkan,
                Driver = "amdgpu",
                Unified = false,
                MemoryTotalMB = 24560,
                MemoryFreeMB = 23560,
                Healthy = true,
            },
            Assert.Single(Read()));
    }

    [Fact]
    public void An_integrated_GPU_works_in_the_hosts_memory_and_is_named_by_its_architecture()
    {
        Node("renderD128", 0x1002, 0x1586, vram: (512L * Units.MiB, 100L * Units.MiB), gtt: (96 * Units.GiB, 6 * Units.GiB));
        _host.Write("sys/class/kfd/kfd/topology/nodes/0/properties", "cpu_cores_count 32\nvendor_id 0\n");
        _host.Write("sys/class/kfd/kfd/topology/nodes/1/properties", "vendor_id 4098\ndevice_id 5510\ngfx_target_version 110501\n");

        var device = Assert.Single(Read());

        Assert.Equal(("AMD gfx1151", true), (device.Name, device.Unified));
        Assert.Equal((96 * 1024, 90 * 1024), (device.MemoryTotalMB, device.MemoryFreeMB));
    }

    [Fact]
    public void The_management_controllers_display_and_other_makers_are_left_out()
    {
        Node("renderD128", 0x10de, 0x2684, null, null);
        _host.Write("sys/class/drm/card0/device/vendor", "0x1a03");

        Assert.Empty(Read());
    }

    [Fact]
    public void A_device_without_its_driver_is_unhealthy()
    {
        Node("renderD128", 0x1002, 0x744c, null, null);

        Assert.False(Assert.Single(Read()).Healthy);
    }

    [Fact]
    [Trait("Kind", "8")]
    public void Of_several_devices_one_that_tells_nonsense_leaves_the_others()
    {
        Node("renderD128", 0x1002, 0x744c, null, null);
        _host.Write("sys/class/drm/renderD128/device/mem_info_vram_total", "-1");
        Node("renderD129", 0x1002, 0x744c, vram: (24560L * Units.MiB, long.MaxValue), gtt: (0, 0));
        Node("renderD130", 0x1002, 0x744c, vram: (24560L * Units.MiB, 560L * Units.MiB), gtt: (0, 0));
        _host.Write("sys/class/drm/renderD130/device/product_name", "Radeon\u001b[2J");

        var devices = Read();

        Assert.Equal([false, true, true], devices.Select(d => d.Healthy!.Value));
        Assert.Equal([null, 0L, 24000L], devices.Select(d => d.MemoryFreeMB));
        Assert.Equal("Radeon\\u001b[2J", devices[2].Name);
        Assert.Equal(Accelerator.Vulkan, CapabilitySummary.Summarize(devices));
    }

    public void Dispose() => _host.Dispose();

    private IReadOnlyList<AcceleratorDevice> Read() => AmdProbe.Read(new HostRoots(_host["proc"], _host["sys"]));

    private void Node(string name, int vendor, int product, (long Total, long Used)? vram, (long Total, long Used)? gtt)
    {
        var device = $"sys/class/drm/{name}/device/";
        _host.Write(device + "vendor", $"0x{vendor:x4}\n");
        _host.Write(device + "device", $"0x{product:x4}\n");
        _host.Write(device + "uevent", "DRIVER=amdgpu\nPCI_CLASS=38000\n");
        foreach (var (pool, size) in new[] { ("vram", vram), ("gtt", gtt) })
        {
            if (size is { } s)
            {
                _host.Write(device + $"mem_info_{pool}_total", s.Total.ToString(CultureInfo.InvariantCulture));
                _host.Write(device + $"mem_info_{pool}_used", s.Used.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
