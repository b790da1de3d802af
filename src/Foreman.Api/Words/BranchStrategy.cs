using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What to do with an existing branch.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<BranchStrategy>))]
public readonly record struct BranchStrategy(string Value) : IOpenEnumeration<BranchStrategy>
{
    /// <summary>Start again from the base.</summary>
    public static BranchStrategy Reset { get; } = new("reset");

    /// <summary>Go on from it.</summary>
    public static BranchStrategy Rebase { get; } = new("rebase");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<BranchStrategy> Known { get; } = [Reset, Rebase];

    /// <inheritdoc/>
    public static BranchStrategy FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
