using System.Text.Json;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Scenarios;

/// <summary>Hosts as their own programs and kernel files told of them.</summary>
public sealed class RecordedHostTests : IDisposable
{
    private static readonly string Recorded = Path.Combine(AppContext.BaseDirectory, "Recorded");

    private readonly TempFolder _host = new();

    [Theory]
    [InlineData("nvidia-h100")]
    [InlineData("nvidia-h200")]
    public async Task A_device_is_told_as_it_was_on_the_machine(string host)
    {
        var result = await ProbeAsync(host, "nvidia-smi.txt", exitCode: 0);

        using var recorded = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Recorded, host, "accelerators.json"), TestContext.Current.CancellationToken));
        var there = Assert.Single(recorded.RootElement.EnumerateArray());
        var device = Assert.Single(result.Capability.Accelerators!);
        Assert.Equal(Accelerator.Cuda, result.Capability.Accelerator);
        Assert.Equal(
            (there.GetProperty("name").GetString(), there.GetProperty("driver").GetString(), there.GetProperty("unified").GetBoolean(), there.GetProperty("healthy").GetBoolean()),
            (device.Name, device.Driver, device.Unified!.Value, device.Healthy!.Value));
        Assert.Equal((there.GetProperty("memoryTotalMB").GetInt64(), there.GetProperty("memoryFreeMB").GetInt64()), (device.MemoryTotalMB!.Value, device.MemoryFreeMB!.Value));
        Assert.Equal(125, result.Capability.TotalRAMGB);
    }

    [Theory]
    [InlineData("nvidia-h100", 81559, 19113)]
    [InlineData("nvidia-h200", 143771, 81190)]
    public async Task Memory_that_another_program_took_is_not_free(string host, long total, long free)
    {
        var device = Assert.Single((await ProbeAsync(host, "nvidia-smi-60-gib-taken.txt", exitCode: 0)).Capability.Accelerators!);

        Assert.Null(device.Reason);
        Assert.Equal((total, free), (device.MemoryTotalMB!.Value, device.MemoryFreeMB!.Value));
    }

    [Theory]
    [InlineData("nvidia-h100", "NVIDIA H100 80GB HBM3")]
    [InlineData("nvidia-h200", "NVIDIA H200")]
    public async Task A_driver_without_its_device_leaves_it_listed_as_unhealthy(string host, string name)
    {
        var result = await ProbeAsync(host, "nvidia-smi-absent.txt", exitCode: 6);

        var device = Assert.Single(result.Capability.Accelerators!);
        Assert.Equal((name, "580.159.04", false), (device.Name, device.Driver, device.Healthy!.Value));
        Assert.Contains("No devices were found", device.Reason, StringComparison.Ordinal);
        Assert.Equal(Accelerator.None, result.Capability.Accelerator);
    }

    public void Dispose() => _host.Dispose();

    private Task<ProbeResult> ProbeAsync(string host, string printed, int exitCode) => HostProbe.ProbeAsync(
        new ProbeOptions
        {
            Ports = [],
            Platform = HostPlatform.Linux,
            Roots = new HostRoots(Path.Combine(Recorded, host, "proc"), _host["sys"]),
            CommandTimeout = TimeSpan.FromMinutes(1),
            NvidiaSmi = _host.WriteScript("nvidia-smi", $"cat '{Path.Combine(Recorded, host, printed)}'; exit {exitCode}"),
        },
        TimeProvider.System,
        TestContext.Current.CancellationToken);
}
