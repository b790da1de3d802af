using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>NVIDIA devices, from <c>nvidia-smi</c>, else from the kernel module's files.</summary>
internal static class NvidiaProbe
{
    private const int MostDevices = 64;

    /// <summary>
    /// Every row that <c>nvidia-smi</c> prints counts, whatever its exit code: it ends with an error when one device of several is lost,
    /// or when all work and a checksum is wrong.
    /// </summary>
    public static async Task<NvidiaFindings> ReadAsync(
        HostRoots roots, string? nvidiaSmi, HelperPrograms commands, HostMemory host, CancellationToken cancellationToken)
    {
        if (nvidiaSmi is null)
        {
            return FromKernel(roots, "nvidia-smi is not installed, so the memory of the device is not known; CUDA programs may still work", healthy: true);
        }

        var result = await commands.RunAsync(nvidiaSmi, NvidiaSmi.Arguments, cancellationToken);
        var devices = NvidiaSmi.Parse(result.Output, host);
        var messages = NvidiaSmi.Messages(result.Output);
        if (devices.Count == 0)
        {
            var why = result.Failure ?? $"nvidia-smi ended with exit code {result.ExitCode}: {(messages.Count > 0 ? messages[0] : "no output")}";
            return FromKernel(roots, $"{why}. Check the driver, for example with `dmesg | grep -i nvrm`", healthy: false);
        }

        return new NvidiaFindings(devices, [.. Remarks(result, messages, devices.Count, KernelDevices(roots).Count)]);
    }

    private static IEnumerable<string> Remarks(CommandOutput result, IReadOnlyList<string> messages, int rows, int known)
    {
        if (known > rows)
        {
            yield return $"the NVIDIA driver has {known} devices, nvidia-smi reports {rows}: the others can't be used; see `dmesg | grep -i nvrm`";
        }

        foreach (var message in messages)
        {
            yield return $"nvidia-smi says: {message}";
        }

        if (!result.Succeeded && messages.Count == 0)
        {
            yield return $"nvidia-smi reports {rows} device{(rows == 1 ? "" : "s")} and ended with exit code {result.ExitCode}";
        }
    }

    private static IReadOnlyList<string> KernelDevices(HostRoots roots) => [.. KernelFile.Folders(roots.ProcPath("driver/nvidia/gpus")).Take(MostDevices)];

    /// <summary>One device per folder of <c>/proc/driver/nvidia/gpus</c>, named by the line <c>Model: …</c>.</summary>
    private static NvidiaFindings FromKernel(HostRoots roots, string reason, bool healthy)
    {
        var driver = ParseDriverVersion(KernelFile.Text(roots.ProcPath("driver/nvidia/version")));
        AcceleratorDevice[] devices = [.. KernelDevices(roots).Select(gpu => new AcceleratorDevice
        {
            Name = ParseModel(KernelFile.Text(Path.Combine(gpu, "information"))) ?? "NVIDIA GPU " + Path.GetFileName(gpu),
            Kind = Accelerator.Cuda,
            Driver = driver,
            Healthy = healthy,
            Reason = reason,
        })];
        return new NvidiaFindings(devices, []);
    }

    /// <summary>A line such as <c>Model: 		 NVIDIA GeForce RTX 4090</c>.</summary>
    public static string? ParseModel(string? information) => (information ?? "").Split('\n')
        .Where(line => line.StartsWith("Model:", StringComparison.Ordinal))
        .Select(line => Printable.Line(line["Model:".Length..].Trim(), 120))
        .FirstOrDefault(name => name.Length > 0);

    /// <summary>A line such as <c>NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Tue …</c>: the first word of digits and dots.</summary>
    public static string? ParseDriverVersion(string? text) => (text ?? "").Split('\n')[0]
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(word => word.Length <= 64 && char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal) && word.All(c => char.IsAsciiDigit(c) || c == '.'));
}

/// <summary>The NVIDIA devices, and what is wrong beside what stands at each of them.</summary>
internal sealed record NvidiaFindings(IReadOnlyList<AcceleratorDevice> Devices, IReadOnlyList<string> Notes);
