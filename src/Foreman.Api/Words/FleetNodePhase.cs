using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where a host stands. The agent writes Ready and Draining, the operator NotReady.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<FleetNodePhase>))]
public readonly record struct FleetNodePhase(string Value) : IOpenEnumeration<FleetNodePhase>
{
    /// <summary>The agent is alive and takes work.</summary>
    public static FleetNodePhase Ready { get; } = new("Ready");

    /// <summary>The agent finishes what it runs and takes nothing new.</summary>
    public static FleetNodePhase Draining { get; } = new("Draining");

    /// <summary>The agent has not been heard of, or has stopped.</summary>
    public static FleetNodePhase NotReady { get; } = new("NotReady");

    /// <summary>Never written; kept for manifests that carry it.</summary>
    public static FleetNodePhase Unknown { get; } = new("Unknown");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<FleetNodePhase> Known { get; } = [Ready, Draining, NotReady, Unknown];

    /// <inheritdoc/>
    public static FleetNodePhase FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
