using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>Runs the probes of the operating system.</summary>
internal static class HostFactsReader
{
    public static Task<HostFacts> ReadAsync(ProbeOptions options, HelperPrograms commands, CancellationToken cancellationToken) =>
        options.Platform switch
        {
            HostPlatform.Linux => LinuxAsync(options, commands, cancellationToken),
            HostPlatform.Darwin => DarwinAsync(commands, cancellationToken),
            _ => Task.FromResult(new HostFacts { CpuCores = Environment.ProcessorCount }),
        };

    private static async Task<HostFacts> LinuxAsync(ProbeOptions options, HelperPrograms commands, CancellationToken cancellationToken)
    {
        var roots = options.Roots;
        var memory = LinuxMemory.Read(roots);
        var nvidia = await NvidiaProbe.ReadAsync(roots, options.NvidiaSmi, commands, memory, cancellationToken);
        return new HostFacts
        {
            Memory = memory,
            CpuCores = LinuxCpu.Cores(roots),
            AgentMemoryLimit = CgroupLimit.Read(roots),
            OnBattery = LinuxPower.OnBattery(roots),
            Thermal = LinuxThermal.Read(roots),
            Accelerators = [.. nvidia.Devices, .. AmdProbe.Read(roots), .. IntelProbe.Read(roots)],
            Notes = nvidia.Notes,
        };
    }

    private static async Task<HostFacts> DarwinAsync(HelperPrograms commands, CancellationToken cancellationToken)
    {
        var memory = await MacMemory.ReadAsync(commands, cancellationToken);
        var (onBattery, thermal) = await MacPower.ReadAsync(commands, cancellationToken);
        return new HostFacts
        {
            Memory = memory,
            CpuCores = Environment.ProcessorCount,
            OnBattery = onBattery,
            Thermal = thermal,
            Accelerators = await MetalProbe.ReadAsync(commands, memory, cancellationToken),
        };
    }
}
