using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A reason why a host takes no work at present.</summary>
public sealed record NotAccepting
{
    /// <summary>CamelCase reason: Draining, DiskPressure, OnBattery, Thermal, OutOfHours, ByUser.</summary>
    [Pattern("^[A-Z][A-Za-z0-9]*$")]
    public string Reason { get => field ?? ""; init; }

    /// <summary>What, where, why and what to do.</summary>
    public string? Message { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }
}
