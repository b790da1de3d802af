using System.Runtime.InteropServices;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>The GPU of a Mac. On Apple silicon its memory is the host's, up to the limit that the admin may have set.</summary>
internal static class MetalProbe
{
    public static async Task<IReadOnlyList<AcceleratorDevice>> ReadAsync(HelperPrograms commands, HostMemory host, CancellationToken cancellationToken)
    {
        var chip = await commands.RunAsync("/usr/sbin/sysctl", ["-n", "machdep.cpu.brand_string"], cancellationToken);
        var limit = await commands.RunAsync("/usr/sbin/sysctl", ["-n", "iogpu.wired_limit_mb"], cancellationToken);
        var unified = RuntimeInformation.OSArchitecture == Architecture.Arm64;
        return [Device(chip.Output.Trim(), KernelFile.ParseNumber(limit.Output.Trim()), unified, host)];
    }

    /// <param name="chip">Name of the processor, for example <c>Apple M3 Max</c>.</param>
    /// <param name="wiredLimitMB">What the GPU may wire; 0 leaves it to the system.</param>
    /// <param name="unified">True on Apple silicon.</param>
    /// <param name="host">Memory of the host.</param>
    public static AcceleratorDevice Device(string chip, long? wiredLimitMB, bool unified, HostMemory host) => new()
    {
        Name = chip.Length > 0 ? Printable.Line(chip, 120) : "Metal",
        Kind = Accelerator.Metal,
        Unified = unified,
        MemoryTotalMB = !unified ? null : wiredLimitMB is > 0 ? wiredLimitMB : Units.ToMB(host.Total),
        MemoryFreeMB = unified ? Units.ToMB(host.Available) : null,
        Healthy = true,
    };
}
