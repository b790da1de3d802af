using Foreman.Api;

namespace Foreman.Probes.Tests.Scenarios;

public class MacTests
{
    [Fact]
    public void Available_memory_is_what_programs_can_take_without_swapping()
    {
        var available = MacMemory.ParseAvailable(
            """
            Mach Virtual Memory Statistics: (page size of 16384 bytes)
            Pages free:                              100000.
            Pages active:                            900000.
            Pages inactive:                          200000.
            Pages speculative:                        30000.
            Pages throttled:                              0.
            Pages wired down:                       2000000.
            Pages purgeable:                           4000.
            "Translation faults":                 123456789.
            """);

        Assert.Equal(334000L * 16384, available);
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Absurd_numbers_of_pages_overflow_nothing()
    {
        var available = MacMemory.ParseAvailable(
            "(page size of 999999999 bytes)\nPages free: 9223372036854775807.\nPages inactive: 9223372036854775807.\nPages purgeable: -5.\nPages speculative: many.\n");

        Assert.InRange(available!.Value, 1, long.MaxValue);
    }

    [Fact]
    [Trait("Kind", "8")]
    public void A_Mac_whose_programs_say_nothing_has_its_device_all_the_same()
    {
        var device = MetalProbe.Device("", null, unified: true, HostMemory.Unknown);

        Assert.Equal(("Metal", true, null), (device.Name, device.Healthy!.Value, device.MemoryTotalMB));
    }

    [Fact]
    public void A_text_without_a_page_size_is_unknown() => Assert.Null(MacMemory.ParseAvailable("Pages free: 1."));

    [Theory]
    [InlineData("total = 2048.00M  used = 1027.25M  free = 1020.75M  (encrypted)", 1077149696L)]
    [InlineData("total = 4.00G  used = 2.00G  free = 2.00G", 2147483648L)]
    public void Used_swap_is_read(string text, long bytes) => Assert.Equal(bytes, MacMemory.ParseSwapUsed(text));

    [Theory]
    [InlineData("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t81%; discharging;", true)]
    [InlineData("Now drawing from 'AC Power'\n", false)]
    [InlineData("", null)]
    public void The_power_source_is_read(string text, bool? onBattery) => Assert.Equal(onBattery, MacPower.ParseOnBattery(text));

    [Theory]
    [InlineData("Note: No thermal warning level has been recorded\n", "nominal")]
    [InlineData("CPU_Scheduler_Limit \t= 100\nCPU_Speed_Limit \t= 100\n", "nominal")]
    [InlineData("CPU_Speed_Limit \t= 72\n", "serious")]
    [InlineData("CPU_Speed_Limit \t= 20\n", "critical")]
    [InlineData("", null)]
    public void Thermal_pressure_is_read_from_the_speed_limit(string text, string? word) => Assert.Equal(word, MacPower.ParseThermal(text));

    [Fact]
    public void Apple_silicon_shares_the_hosts_memory_up_to_the_limit_that_the_admin_set()
    {
        var host = new HostMemory(128 * Units.GiB, 60 * Units.GiB, 0);

        var free = MetalProbe.Device("Apple M3 Max", 0, unified: true, host);
        var limited = MetalProbe.Device("Apple M3 Max", 120000, unified: true, host);

        Assert.Equal((Accelerator.Metal, true, 131072L, 61440L), (free.Kind, free.Unified, free.MemoryTotalMB, free.MemoryFreeMB));
        Assert.Equal(120000, limited.MemoryTotalMB);
    }
}
