using System.Text.Json.Nodes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Requests and limits of a container (core/v1 ResourceRequirements).</summary>
public sealed record ResourceRequirements
{
    /// <summary>Most that may be used, as quantities.</summary>
    [IntOrString]
    public IReadOnlyDictionary<string, JsonNode>? Limits { get; init; }

    /// <summary>Least that is set aside, as quantities.</summary>
    [IntOrString]
    public IReadOnlyDictionary<string, JsonNode>? Requests { get; init; }

    /// <summary>Devices that the container uses.</summary>
    [ListMap("name")]
    public IReadOnlyList<ResourceClaim>? Claims { get; init; }
}
