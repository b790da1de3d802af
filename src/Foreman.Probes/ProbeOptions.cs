using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>What to probe, and timeouts.</summary>
public sealed record ProbeOptions
{
    /// <summary>
    /// Ports at which model servers usually listen: llama-server (8080, and 9931 in newer releases), Ollama, vLLM, LM Studio,
    /// SGLang. What listens on a port is identified by its responses.
    /// </summary>
    public static IReadOnlyList<int> UsualPorts { get; } = [8080, 9931, 11434, 8000, 1234, 30000];

    /// <summary>Ports of this host to probe.</summary>
    public IReadOnlyList<int> Ports { get; init; } = UsualPorts;

    /// <summary>Configured model servers: always reported, with a reason when they do not serve.</summary>
    public IReadOnlyList<Uri> ModelUrls { get; init; } = [];

    /// <summary>How other hosts reach this one.</summary>
    public ReachableHosts Reachable { get; init; } = new();

    /// <summary>Concurrent tasks, if configured; null takes it from the model servers.</summary>
    public int? MaxConcurrentTasks { get; init; }

    /// <summary>The proxies between this host and model servers; the calls of runs use the same.</summary>
    public EnvironmentProxy Proxies { get; init; } = EnvironmentProxy.OfProcess;

    /// <summary>Timeout of one request to a model server. Default 2 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Timeout of one helper program such as nvidia-smi. Default 5 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the kernel's files are.</summary>
    public HostRoots Roots { get; init; } = new();

    /// <summary>Operating system whose probes run.</summary>
    public HostPlatform Platform { get; init; } = HostPlatforms.Current;

    /// <summary>The program nvidia-smi; null when there is none.</summary>
    public string? NvidiaSmi { get; init; } = HelperPrograms.Find("nvidia-smi", "/usr/bin", "/usr/local/bin", "/usr/lib/wsl/lib");
}
