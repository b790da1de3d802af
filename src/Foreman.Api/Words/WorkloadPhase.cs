using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where a Workload stands.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<WorkloadPhase>))]
public readonly record struct WorkloadPhase(string Value) : IOpenEnumeration<WorkloadPhase>
{
    /// <summary>Being planned.</summary>
    public static WorkloadPhase Planning { get; } = new("Planning");

    /// <summary>Planned, not started.</summary>
    public static WorkloadPhase Planned { get; } = new("Planned");

    /// <summary>Its tasks run.</summary>
    public static WorkloadPhase Dispatched { get; } = new("Dispatched");

    /// <summary>All of its tasks ended well.</summary>
    public static WorkloadPhase Completed { get; } = new("Completed");

    /// <summary>It could not be planned or done.</summary>
    public static WorkloadPhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<WorkloadPhase> Known { get; } = [Planning, Planned, Dispatched, Completed, Failed];

    /// <inheritdoc/>
    public static WorkloadPhase FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
