using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Kinds of change for which a coder's own GO suffices.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<VerdictItem>))]
public readonly record struct VerdictItem(string Value) : IOpenEnumeration<VerdictItem>
{
    /// <summary>A fix in code.</summary>
    public static VerdictItem CodeFix { get; } = new("code-fix");

    /// <summary>Documentation.</summary>
    public static VerdictItem Docs { get; } = new("docs");

    /// <summary>Packaging.</summary>
    public static VerdictItem Packaging { get; } = new("packaging");

    /// <summary>Configuration.</summary>
    public static VerdictItem Config { get; } = new("config");

    /// <summary>Rules of CI.</summary>
    public static VerdictItem CiPolicy { get; } = new("ci-policy");

    /// <summary>Rules of releases.</summary>
    public static VerdictItem ReleasePolicy { get; } = new("release-policy");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<VerdictItem> Known { get; } = [CodeFix, Docs, Packaging, Config, CiPolicy, ReleasePolicy];

    /// <inheritdoc/>
    public static VerdictItem FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
