using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Processor of an artifact.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ReleaseArch>))]
public readonly record struct ReleaseArch(string Value) : IOpenEnumeration<ReleaseArch>
{
    /// <summary>x86-64.</summary>
    public static ReleaseArch Amd64 { get; } = new("amd64");

    /// <summary>64-bit Arm.</summary>
    public static ReleaseArch Arm64 { get; } = new("arm64");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ReleaseArch> Known { get; } = [Amd64, Arm64];

    /// <inheritdoc/>
    public static ReleaseArch FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
