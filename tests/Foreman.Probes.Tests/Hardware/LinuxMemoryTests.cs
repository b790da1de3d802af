namespace Foreman.Probes.Tests.Hardware;

public class LinuxMemoryTests
{
    private const long KiB = 1024;

    [Fact]
    public void Total_available_and_used_swap_are_read_from_meminfo()
    {
        var memory = LinuxMemory.Parse(
            """
            MemTotal:       24684084 kB
            MemFree:        23226300 kB
            MemAvailable:   24064644 kB
            SwapTotal:       8388604 kB
            SwapFree:        6291452 kB
            HugePages_Total:       0
            """);

        Assert.Equal(new HostMemory(24684084 * KiB, 24064644 * KiB, 2097152 * KiB), memory);
    }

    [Fact]
    public void An_old_kernel_without_MemAvailable_counts_free_buffers_and_cache()
    {
        var memory = LinuxMemory.Parse("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 20 kB\nCached: 300 kB\n");

        Assert.Equal(420 * KiB, memory.Available);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MemTotal: lots kB")]
    [InlineData("::::")]
    public void Missing_values_are_unknown_and_not_zero(string text) => Assert.Equal(HostMemory.Unknown, LinuxMemory.Parse(text));

    [Fact]
    public void The_memory_of_the_real_host_is_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc of a Linux host");

        var memory = LinuxMemory.Read(new HostRoots());

        Assert.InRange(memory.Total!.Value, Units.GiB / 2, 64L * 1024 * Units.GiB);
        Assert.InRange(memory.Available!.Value, 1, memory.Total.Value);
    }
}
