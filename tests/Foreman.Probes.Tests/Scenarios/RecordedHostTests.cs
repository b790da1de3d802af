using System.Text.Json;
using Foreman.Api;
using Foreman.Probes.Tests.Support;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Scenarios;

/// <summary>Hosts as their own programs and kernel files told of them.</summary>
public sealed class RecordedHostTests : IDisposable
{
    private static readonly string H200 = Path.Combine(AppContext.BaseDirectory, "Recorded", "nvidia-h200");

    private readonly TempFolder _host = new();

    [Fact]
    public async Task An_H200_is_told_as_it_was_on_the_machine()
    {
        var result = await ProbeAsync("nvidia-smi.txt", exitCode: 0);

        using var recorded = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(H200, "accelerators.json"), TestContext.Current.CancellationToken));
        var there = Assert.Single(recorded.RootElement.EnumerateArray());
        var device = Assert.Single(result.Capability.Accelerators!);
        Assert.Equal(Accelerator.Cuda, result.Capability.Accelerator);
        Assert.Equal(
            (there.GetProperty("name").GetString(), there.GetProperty("driver").GetString(), there.GetProperty("unified").GetBoolean(), there.GetProperty("healthy").GetBoolean()),
            (device.Name, device.Driver, device.Unified!.Value, device.Healthy!.Value));
        Assert.Equal((there.GetProperty("memoryTotalMB").GetInt64(), there.GetProperty("memoryFreeMB").GetInt64()), (device.MemoryTotalMB!.Value, device.MemoryFreeMB!.Value));
        Assert.Equal(125, result.Capability.TotalRAMGB);
    }

    [Fact]
    public async Task Memory_that_another_program_took_is_not_free()
    {
        var device = Assert.Single((await ProbeAsync("nvidia-smi-60-gib-taken.txt", exitCode: 0)).Capability.Accelerators!);

        Assert.Equal((143771L, 81190L), (device.MemoryTotalMB!.Value, device.MemoryFreeMB!.Value));
    }

    [Fact]
    public async Task A_driver_without_its_device_leaves_it_listed_as_unhealthy()
    {
        var result = await ProbeAsync("nvidia-smi-absent.txt", exitCode: 6);

        var device = Assert.Single(result.Capability.Accelerators!);
        Assert.Equal(("NVIDIA H200", "580.159.04", false), (device.Name, device.Driver, device.Healthy!.Value));
        Assert.Contains("No devices were found", device.Reason, StringComparison.Ordinal);
        Assert.Equal(Accelerator.None, result.Capability.Accelerator);
    }

    public void Dispose() => _host.Dispose();

    private Task<ProbeResult> ProbeAsync(string printed, int exitCode) => HostProbe.ProbeAsync(
        new ProbeOptions
        {
            Ports = [],
            Platform = HostPlatform.Linux,
            Roots = new HostRoots(Path.Combine(H200, "proc"), _host["sys"]),
            NvidiaSmi = _host.WriteScript("nvidia-smi", $"cat '{Path.Combine(H200, printed)}'; exit {exitCode}"),
        },
        TimeProvider.System,
        TestContext.Current.CancellationToken);
}
