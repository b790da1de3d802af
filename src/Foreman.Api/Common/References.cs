using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A reference to an object in the same namespace.</summary>
public sealed record LocalObjectReference
{
    /// <summary>Name of the object; empty refers to nothing.</summary>
    [Default("\"\"")]
    public string Name { get => field ?? ""; init; }
}

/// <summary>One key of a Secret in the same namespace.</summary>
public sealed record SecretKeySelector
{
    /// <summary>Name of the Secret.</summary>
    [Default("\"\"")]
    public string Name { get => field ?? ""; init; }

    /// <summary>Key in the Secret.</summary>
    [Required]
    public string Key { get => field ?? ""; init; }

    /// <summary>True when the Secret or the key may be absent.</summary>
    public bool? Optional { get; init; }
}
