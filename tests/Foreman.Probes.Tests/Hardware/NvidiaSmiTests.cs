using Foreman.Api;

namespace Foreman.Probes.Tests.Hardware;

public class NvidiaSmiTests
{
    private static readonly HostMemory Host = new(128 * Units.GiB, 100 * Units.GiB, 0);

    [Fact]
    public void Each_line_is_a_device_with_its_memory()
    {
        var devices = NvidiaSmi.Parse("NVIDIA H200, 570.86.15, 143771, 143201\nNVIDIA GeForce RTX 4090, 570.86.15, 24564, 1200\n", Host);

        Assert.Equal(2, devices.Count);
        Assert.Equal(
            new AcceleratorDevice
            {
                Name = "NVIDIA H200",
                Kind = Accelerator.Cuda,
                Driver = "570.86.15",
                Unified = false,
                MemoryTotalMB = 143771,
                MemoryFreeMB = 143201,
                Healthy = true,
            },
            devices[0]);
        Assert.Equal(1200, devices[1].MemoryFreeMB);
    }

    [Fact]
    public void A_device_with_unified_memory_that_reports_none_has_the_hosts()
    {
        var device = Assert.Single(NvidiaSmi.Parse("NVIDIA GB10, 580.95.05, [N/A], [N/A]", Host));

        Assert.True(device.Unified);
        Assert.True(device.Healthy);
        Assert.Equal((128 * 1024, 100 * 1024), (device.MemoryTotalMB, device.MemoryFreeMB));
    }

    [Fact]
    public void A_unified_device_that_reports_too_little_has_the_hosts_memory_too()
    {
        var device = Assert.Single(NvidiaSmi.Parse("NVIDIA N1X, 590.12, 8128, 7000", Host));

        Assert.Equal(128 * 1024, device.MemoryTotalMB);
    }

    [Theory]
    [InlineData("[N/A]")]
    [InlineData("[Unknown Error]")]
    [InlineData("[GPU is lost]")]
    public void A_card_that_does_not_report_its_memory_is_unhealthy_and_never_gets_the_hosts(string cell)
    {
        var device = Assert.Single(NvidiaSmi.Parse($"NVIDIA A100-SXM4-80GB, 550.54.15, {cell}, {cell}", Host));

        Assert.False(device.Healthy);
        Assert.Null(device.MemoryTotalMB);
        Assert.Contains(cell, device.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "8")]
    public void A_slice_whose_memory_this_user_may_not_see_is_usable()
    {
        var device = Assert.Single(NvidiaSmi.Parse("NVIDIA A100-SXM4-80GB, 535.161.08, [Insufficient Permissions], [Insufficient Permissions]", Host));

        Assert.True(device.Healthy);
        Assert.Null(device.MemoryTotalMB);
        Assert.Contains("does not let this user see the memory", device.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "8")]
    public void Rows_are_told_from_the_messages_between_them()
    {
        const string Text = """
            Unable to determine the device handle for GPU0000:41:00.0: Unknown Error, reboot, or reset, it
            NVIDIA H200, 570.86.15, 143771, 143201
            WARNING: infoROM is corrupted at gpu 0000:0B:00.0
            [GPU requires reset], 570.86.15, [GPU requires reset], [GPU requires reset]
            NVIDIA H200, [Unknown Error], 143771, [Unknown Error]
            NVIDIA H200, 570.86.15, [N/A], [N/A]

            """;

        var devices = NvidiaSmi.Parse(Text, Host);

        Assert.Equal([true, false, true, false], devices.Select(d => d.Healthy!.Value));
        Assert.Equal(["NVIDIA H200", "NVIDIA GPU", "NVIDIA H200", "NVIDIA H200"], devices.Select(d => d.Name));
        Assert.Equal((null, 143771, null), (devices[2].Driver, devices[2].MemoryTotalMB, devices[2].MemoryFreeMB));
        Assert.Equal(2, NvidiaSmi.Messages(Text).Count);
    }

    [Fact]
    [Trait("Kind", "8")]
    public void The_output_of_a_program_without_end_is_bounded()
    {
        var rows = string.Concat(Enumerable.Repeat("NVIDIA\u001b[2J L4, 1, 2, 3\nnoise\n", 20_000));

        Assert.Equal(64, NvidiaSmi.Parse(rows, Host).Count);
        Assert.Equal(4, NvidiaSmi.Messages(rows).Count);
        Assert.Equal("NVIDIA\\u001b[2J L4", NvidiaSmi.Parse(rows, Host)[0].Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("No devices were found")]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")]
    public void A_message_is_no_device(string text) => Assert.Empty(NvidiaSmi.Parse(text, Host));
}
