using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where one node stands in a release.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<NodeUpdatePhase>))]
public readonly record struct NodeUpdatePhase(string Value) : IOpenEnumeration<NodeUpdatePhase>
{
    /// <summary>Not started.</summary>
    public static NodeUpdatePhase Pending { get; } = new("Pending");

    /// <summary>Asked to update.</summary>
    public static NodeUpdatePhase Updating { get; } = new("Updating");

    /// <summary>Runs the version.</summary>
    public static NodeUpdatePhase Updated { get; } = new("Updated");

    /// <summary>Did not come up with the version.</summary>
    public static NodeUpdatePhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<NodeUpdatePhase> Known { get; } = [Pending, Updating, Updated, Failed];

    /// <inheritdoc/>
    public static NodeUpdatePhase FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
