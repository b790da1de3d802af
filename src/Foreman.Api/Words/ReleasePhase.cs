using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where an AgentRelease stands.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ReleasePhase>))]
public readonly record struct ReleasePhase(string Value) : IOpenEnumeration<ReleasePhase>
{
    /// <summary>Seen.</summary>
    public static ReleasePhase Pending { get; } = new("Pending");

    /// <summary>Waits for spec.approved.</summary>
    public static ReleasePhase AwaitingApproval { get; } = new("AwaitingApproval");

    /// <summary>Rolling out.</summary>
    public static ReleasePhase InProgress { get; } = new("InProgress");

    /// <summary>Held by spec.paused.</summary>
    public static ReleasePhase Paused { get; } = new("Paused");

    /// <summary>Every node runs the version.</summary>
    public static ReleasePhase Succeeded { get; } = new("Succeeded");

    /// <summary>Halted.</summary>
    public static ReleasePhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ReleasePhase> Known { get; } = [Pending, AwaitingApproval, InProgress, Paused, Succeeded, Failed];

    /// <inheritdoc/>
    public static ReleasePhase FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
