using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The kind of accelerator a host has, in one word.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<Accelerator>))]
public readonly record struct Accelerator(string Value) : IOpenEnumeration<Accelerator>
{
    /// <summary>Apple GPU.</summary>
    public static Accelerator Metal { get; } = new("metal");

    /// <summary>NVIDIA GPU.</summary>
    public static Accelerator Cuda { get; } = new("cuda");

    /// <summary>AMD or Intel GPU.</summary>
    public static Accelerator Vulkan { get; } = new("vulkan");

    /// <summary>No accelerator.</summary>
    public static Accelerator None { get; } = new("none");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<Accelerator> Known { get; } = [Metal, Cuda, Vulkan, None];

    /// <inheritdoc/>
    public static Accelerator FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
