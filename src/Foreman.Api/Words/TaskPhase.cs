using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where a task stands. Terminal phases are written only when no retry is due.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<TaskPhase>))]
public readonly record struct TaskPhase(string Value) : IOpenEnumeration<TaskPhase>
{
    /// <summary>Waits for a host.</summary>
    public static TaskPhase Pending { get; } = new("Pending");

    /// <summary>Assigned; not yet claimed.</summary>
    public static TaskPhase Scheduled { get; } = new("Scheduled");

    /// <summary>Claimed by the holder in status.claim.</summary>
    public static TaskPhase Running { get; } = new("Running");

    /// <summary>Never written; kept for manifests that carry it.</summary>
    public static TaskPhase Verifying { get; } = new("Verifying");

    /// <summary>Ended with a verdict.</summary>
    public static TaskPhase Succeeded { get; } = new("Succeeded");

    /// <summary>Ended without a usable result; failureReason says why.</summary>
    public static TaskPhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<TaskPhase> Known { get; } = [Pending, Scheduled, Running, Verifying, Succeeded, Failed];

    /// <inheritdoc/>
    public static TaskPhase FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
