namespace Foreman.Probes.Tests.Hardware;

public class LinuxCpuTests
{
    [Theory]
    [InlineData("0-3", 4)]
    [InlineData("0", 1)]
    [InlineData("0-3,8,10-11", 7)]
    public void Processors_that_are_on_are_counted(string online, int count) => Assert.Equal(count, LinuxCpu.ParseOnline(online));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3-1")]
    [InlineData("all")]
    public void A_text_that_is_no_range_gives_no_count(string? online) => Assert.Null(LinuxCpu.ParseOnline(online));
}
