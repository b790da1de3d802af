using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Language whose gate commands apply; empty counts as go.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<GateLanguage>))]
public readonly record struct GateLanguage(string Value) : IOpenEnumeration<GateLanguage>
{
    /// <summary>Go.</summary>
    public static GateLanguage Go { get; } = new("go");

    /// <summary>Python.</summary>
    public static GateLanguage Python { get; } = new("python");

    /// <summary>Rust.</summary>
    public static GateLanguage Rust { get; } = new("rust");

    /// <summary>Node.js.</summary>
    public static GateLanguage Node { get; } = new("node");

    /// <summary>Commands as given.</summary>
    public static GateLanguage Generic { get; } = new("generic");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<GateLanguage> Known { get; } = [Go, Python, Rust, Node, Generic];

    /// <inheritdoc/>
    public static GateLanguage FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
