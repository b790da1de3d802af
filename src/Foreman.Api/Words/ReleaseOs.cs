using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Operating system of an artifact.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ReleaseOs>))]
public readonly record struct ReleaseOs(string Value) : IOpenEnumeration<ReleaseOs>
{
    /// <summary>macOS.</summary>
    public static ReleaseOs Darwin { get; } = new("darwin");

    /// <summary>Linux.</summary>
    public static ReleaseOs Linux { get; } = new("linux");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ReleaseOs> Known { get; } = [Darwin, Linux];

    /// <inheritdoc/>
    public static ReleaseOs FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
