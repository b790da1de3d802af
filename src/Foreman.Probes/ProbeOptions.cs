using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>What to look at and how long to wait.</summary>
public sealed record ProbeOptions
{
    /// <summary>
    /// Ports at which model servers usually listen: llama-server (8080, and 9931 in newer releases), Ollama, vLLM,
    /// LM Studio, SGLang. A port is only a place to look: what listens there is told by its answers.
    /// </summary>
    public static IReadOnlyList<int> UsualPorts { get; } = [8080, 9931, 11434, 8000, 1234, 30000];

    /// <summary>Ports of this host to look at.</summary>
    public IReadOnlyList<int> Ports { get; init; } = UsualPorts;

    /// <summary>Model servers that were named: these are always reported, with a reason when they do not serve.</summary>
    public IReadOnlyList<Uri> ModelUrls { get; init; } = [];

    /// <summary>How other hosts reach this one.</summary>
    public ReachableHosts Reachable { get; init; } = new();

    /// <summary>Tasks at once, when it was set; null takes it from the model servers.</summary>
    public int? MaxConcurrentTasks { get; init; }

    /// <summary>Bound on one request to a model server. Default 2 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bound on one helper program such as nvidia-smi. Default 5 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the kernel's files are.</summary>
    public HostRoots Roots { get; init; } = new();

    /// <summary>Operating system whose probes run.</summary>
    public HostPlatform Platform { get; init; } = HostPlatforms.Current;

    /// <summary>The program nvidia-smi; null when there is none.</summary>
    public string? NvidiaSmi { get; init; } = HelperPrograms.Find("nvidia-smi", "/usr/bin", "/usr/local/bin", "/usr/lib/wsl/lib");
}
