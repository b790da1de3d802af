using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>How one attempt ended.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<AttemptOutcome>))]
public readonly record struct AttemptOutcome(string Value) : IOpenEnumeration<AttemptOutcome>
{
    /// <summary>It ended the task with a verdict.</summary>
    public static AttemptOutcome Succeeded { get; } = new("Succeeded");

    /// <summary>It failed.</summary>
    public static AttemptOutcome Failed { get; } = new("Failed");

    /// <summary>Its holder gave the task back.</summary>
    public static AttemptOutcome GivenBack { get; } = new("GivenBack");

    /// <summary>The host declined the assignment.</summary>
    public static AttemptOutcome Declined { get; } = new("Declined");

    /// <summary>Its holder was lost.</summary>
    public static AttemptOutcome Lost { get; } = new("Lost");

    /// <summary>Nobody claimed the assignment in time.</summary>
    public static AttemptOutcome Unclaimed { get; } = new("Unclaimed");

    /// <summary>It made way for a more important task.</summary>
    public static AttemptOutcome Preempted { get; } = new("Preempted");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<AttemptOutcome> Known { get; } = [Succeeded, Failed, GivenBack, Declined, Lost, Unclaimed, Preempted];

    /// <inheritdoc/>
    public static AttemptOutcome FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
