using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>How a long conversation is kept within the window.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ContextStrategy>))]
public readonly record struct ContextStrategy(string Value) : IOpenEnumeration<ContextStrategy>
{
    /// <summary>Old observations are masked.</summary>
    public static ContextStrategy Window { get; } = new("window");

    /// <summary>The conversation only grows until it must be compacted.</summary>
    public static ContextStrategy Session { get; } = new("session");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ContextStrategy> Known { get; } = [Window, Session];

    /// <inheritdoc/>
    public static ContextStrategy FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
