using Foreman.Primitives;
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

        var device = Assert.Single((await ReadAsync(smi)).Devices);

        Assert.Equal(("NVIDIA L4", 23034L), (device.Name, device.MemoryTotalMB!.Value));
    }

    [Fact]
    public async Task A_driver_that_nvidia_smi_cannot_reach_leaves_the_device_listed_as_unhealthy()
    {
        KernelModule();
        var smi = _host.WriteScript("nvidia-smi", "echo 'Unable to determine the device handle for GPU0: Unknown Error'; exit 15");

        var device = Assert.Single((await ReadAsync(smi)).Devices);

        Assert.Equal(("NVIDIA GeForce RTX 4090", "570.86.15", false), (device.Name, device.Driver, device.Healthy));
        Assert.Contains("exit code 15", device.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "8")]
    public async Task A_warning_and_an_exit_code_do_not_take_a_working_device_away()
    {
        KernelModule();
        var smi = _host.WriteScript("nvidia-smi", "echo 'Tesla P100-PCIE-16GB, 470.82.01, 16280, 16280'; echo 'WARNING: infoROM is corrupted at gpu 0000:0B:00.0'; exit 14");

        var found = await ReadAsync(smi);

        Assert.Equal((true, 16280L), (Assert.Single(found.Devices).Healthy!.Value, found.Devices[0].MemoryTotalMB!.Value));
        Assert.Contains("infoROM is corrupted", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "8")]
    public async Task Of_four_devices_one_that_is_lost_leaves_three()
    {
        foreach (var gpu in new[] { "01", "41", "81", "c1" })
        {
            _host.Write($"proc/driver/nvidia/gpus/0000:{gpu}:00.0/information", "Model: \t\t NVIDIA L4\n");
        }

        var smi = _host.WriteScript("nvidia-smi", """
            for i in 1 2 3; do echo 'NVIDIA L4, 550.54.15, 23034, 22000'; done
            echo 'Unable to determine the device handle for GPU0000:41:00.0: GPU is lost.  Reboot the system to recover this GPU'
            exit 15
            """);

        var found = await ReadAsync(smi);

        Assert.Equal(3, found.Devices.Count(d => d.Healthy == true));
        Assert.Contains(found.Notes, n => n.Contains("has 4 devices, nvidia-smi reports 3", StringComparison.Ordinal));
        Assert.Contains(found.Notes, n => n.Contains("GPU is lost", StringComparison.Ordinal));
        Assert.Equal(Api.Accelerator.Cuda, CapabilitySummary.Summarize(found.Devices));
    }

    [Fact]
    [Trait("Kind", "8")]
    public async Task An_exit_code_without_a_word_is_noted_beside_the_devices()
    {
        var found = await ReadAsync(_host.WriteScript("nvidia-smi", "echo 'NVIDIA L4, 550.54.15, 23034, 22000'; exit 14"));

        Assert.Contains("exit code 14", Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_nvidia_smi_the_kernel_module_shows_the_device()
    {
        KernelModule();

        var device = Assert.Single((await ReadAsync(null)).Devices);

        Assert.True(device.Healthy);
        Assert.Equal("NVIDIA GeForce RTX 4090", device.Name);
    }

    [Fact]
    public async Task A_host_without_either_has_none() => Assert.Empty((await ReadAsync(null)).Devices);

    public void Dispose() => _host.Dispose();

    private Task<NvidiaFindings> ReadAsync(string? smi) => NvidiaProbe.ReadAsync(
        new HostRoots(_host["proc"], _host["sys"]), smi, _commands, HostMemory.Unknown, TestContext.Current.CancellationToken);

    private void KernelModule()
    {
        _host.Write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   \t\t 150\n");
        _host.Write("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Fri Jan 10 2025\nGCC version: 13.2\n");
    }
}
