namespace Foreman.Probes.Tests;

public class HostProbeTests
{
    [Fact]
    public async Task A_real_host_without_model_servers_reports_its_RAM_and_what_to_start()
    {
        var result = await HostProbe.ProbeAsync(new ProbeOptions { Ports = [] }, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.True(result.Capability.TotalRAMGB >= 1, "no RAM");
        Assert.True(result.Capability.CpuCores >= 1, "no processors");
        Assert.Empty(result.Capability.ModelServers!);
        Assert.Equal(1, result.Slots);
        Assert.Contains(result.Notes, note => note.Contains("--model-url", StringComparison.Ordinal));
        Assert.Equal(OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsLinux() ? "linux" : result.Os, result.Os);
    }

    [Fact]
    public async Task A_cancelled_probe_ends()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => HostProbe.ProbeAsync(new ProbeOptions { Ports = [1], ModelUrls = [new Uri("http://127.0.0.1:1")] }, TimeProvider.System, cancelled.Token));
    }
}
