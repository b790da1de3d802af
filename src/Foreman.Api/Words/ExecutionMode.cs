using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>How an Agent's runs are hosted.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ExecutionMode>))]
public readonly record struct ExecutionMode(string Value) : IOpenEnumeration<ExecutionMode>
{
    /// <summary>In the agent or the operator.</summary>
    public static ExecutionMode InProcess { get; } = new("InProcess");

    /// <summary>In a Kubernetes Job per attempt.</summary>
    public static ExecutionMode Job { get; } = new("Job");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ExecutionMode> Known { get; } = [InProcess, Job];

    /// <inheritdoc/>
    public static ExecutionMode FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
