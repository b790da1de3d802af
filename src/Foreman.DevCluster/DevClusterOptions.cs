namespace Foreman.DevCluster;

/// <summary>How to start a <see cref="DevClusterServer"/>.</summary>
public sealed record DevClusterOptions
{
    /// <summary>The folder for the kubeconfig; created if absent. Objects are kept in memory only.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Source of UIDs and generated names; null takes a random seed.</summary>
    public Random? Random { get; init; }

    /// <summary>How many changes of each kind are kept for watches; older ones get 410 Expired. At least 1.</summary>
    public int WatchHistory { get; init; } = 4096;

    /// <summary>Namespaces created at the start, besides default and kube-system.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["foreman-system"];
}
