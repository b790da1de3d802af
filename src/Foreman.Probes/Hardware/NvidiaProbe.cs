using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>NVIDIA devices, from <c>nvidia-smi</c>, else from the kernel module's files.</summary>
internal static class NvidiaProbe
{
    public static async Task<IReadOnlyList<AcceleratorDevice>> ReadAsync(
        HostRoots roots, string? nvidiaSmi, HelperPrograms commands, HostMemory host, CancellationToken cancellationToken)
    {
        if (nvidiaSmi is null)
        {
            return FromKernel(roots, "nvidia-smi is not installed, so the memory of the device is not known; CUDA programs may still work", healthy: true);
        }

        var result = await commands.RunAsync(nvidiaSmi, NvidiaSmi.Arguments, cancellationToken);
        if (result.Succeeded && NvidiaSmi.Parse(result.Output, host) is { Count: > 0 } devices)
        {
            return devices;
        }

        var why = result.Failure ?? $"nvidia-smi ended with exit code {result.ExitCode}: {FirstLine(result.Output)}";
        return FromKernel(roots, $"{why}. Check the driver, for example with `dmesg | grep -i nvrm`", healthy: false);
    }

    /// <summary>One device per folder of <c>/proc/driver/nvidia/gpus</c>, named by the line <c>Model: …</c>.</summary>
    private static IReadOnlyList<AcceleratorDevice> FromKernel(HostRoots roots, string reason, bool healthy)
    {
        var driver = ParseDriverVersion(KernelFile.Text(roots.ProcPath("driver/nvidia/version")));
        return [.. KernelFile.Folders(roots.ProcPath("driver/nvidia/gpus")).Select(gpu => new AcceleratorDevice
        {
            Name = ParseModel(KernelFile.Text(Path.Combine(gpu, "information"))) ?? "NVIDIA GPU " + Path.GetFileName(gpu),
            Kind = Accelerator.Cuda,
            Driver = driver,
            Healthy = healthy,
            Reason = reason,
        })];
    }

    /// <summary>A line such as <c>Model: 		 NVIDIA GeForce RTX 4090</c>.</summary>
    public static string? ParseModel(string? information) => (information ?? "").Split('\n')
        .Where(line => line.StartsWith("Model:", StringComparison.Ordinal))
        .Select(line => line["Model:".Length..].Trim())
        .FirstOrDefault(name => name.Length > 0);

    /// <summary>A line such as <c>NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Tue …</c>: the first word of digits and dots.</summary>
    public static string? ParseDriverVersion(string? text) => (text ?? "").Split('\n')[0]
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(word => char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal) && word.All(c => char.IsAsciiDigit(c) || c == '.'));

    private static string FirstLine(string text) => text.Split('\n')[0].Trim() is { Length: > 0 } line ? line : "no output";
}
