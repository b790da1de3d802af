using Foreman.Primitives;
using Foreman.Probes.Tests.Support;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Hardware;

public sealed class NvidiaProbeTests : IDisposable
{
    private readonly TempFolder _host = new();
    private readonly HelperPrograms _commands = new(TimeSpan.FromSeconds(10), TimeProvider.System);

    [Fact]
    public async Task Nvidia_smi_is_asked_for_the_devices()
    {
        var smi = _host.WriteScript("nvidia-smi", "echo 'NVIDIA L4, 550.54.15, 23034, 22000'");

        var device = Assert.Single(await ReadAsync(smi));

        Assert.Equal(("NVIDIA L4", 23034L), (device.Name, device.MemoryTotalMB!.Value));
    }

    [Fact]
    public async Task A_driver_that_nvidia_smi_cannot_reach_leaves_the_device_listed_as_unhealthy()
    {
        KernelModule();
        var smi = _host.WriteScript("nvidia-smi", "echo 'Unable to determine the device handle for GPU0: Unknown Error'; exit 15");

        var device = Assert.Single(await ReadAsync(smi));

        Assert.Equal(("NVIDIA GeForce RTX 4090", "570.86.15", false), (device.Name, device.Driver, device.Healthy));
        Assert.Contains("exit code 15", device.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_nvidia_smi_the_kernel_module_shows_the_device()
    {
        KernelModule();

        var device = Assert.Single(await ReadAsync(null));

        Assert.True(device.Healthy);
        Assert.Equal("NVIDIA GeForce RTX 4090", device.Name);
    }

    [Fact]
    public async Task A_host_without_either_has_none() => Assert.Empty(await ReadAsync(null));

    public void Dispose() => _host.Dispose();

    private Task<IReadOnlyList<Api.AcceleratorDevice>> ReadAsync(string? smi) => NvidiaProbe.ReadAsync(
        new HostRoots(_host["proc"], _host["sys"]), smi, _commands, HostMemory.Unknown, TestContext.Current.CancellationToken);

    private void KernelModule()
    {
        _host.Write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   \t\t 150\n");
        _host.Write("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Fri Jan 10 2025\nGCC version: 13.2\n");
    }
}
