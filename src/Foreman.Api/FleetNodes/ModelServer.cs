namespace Foreman.Api;

/// <summary>A model server on a host.</summary>
public sealed record ModelServer
{
    /// <summary>Program, found by its answers and never by its port alone.</summary>
    public ModelServerKind? Kind { get; init; }

    /// <summary>Base URL as seen from the host, without /v1.</summary>
    public string Url { get => field ?? ""; init; }

    /// <summary>Base URL as seen from other hosts; absent when it listens on loopback only.</summary>
    public string? ReachableURL { get; init; }

    /// <summary>Version or build that the server gives.</summary>
    public string? Version { get; init; }

    /// <summary>False when it answers but cannot serve.</summary>
    public bool? Healthy { get; init; }

    /// <summary>Why it is unhealthy, for example that a model is loading.</summary>
    public string? Reason { get; init; }
}
