using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>The kind of accelerator a task asks for.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<RequiredAccelerator>))]
public readonly record struct RequiredAccelerator(string Value) : IOpenEnumeration<RequiredAccelerator>
{
    /// <summary>An Apple GPU.</summary>
    public static RequiredAccelerator Metal { get; } = new("metal");

    /// <summary>An NVIDIA GPU.</summary>
    public static RequiredAccelerator Cuda { get; } = new("cuda");

    /// <summary>An AMD or Intel GPU.</summary>
    public static RequiredAccelerator Vulkan { get; } = new("vulkan");

    /// <summary>No wish: any host, with or without one.</summary>
    public static RequiredAccelerator Any { get; } = new("any");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<RequiredAccelerator> Known { get; } = [Metal, Cuda, Vulkan, Any];

    /// <inheritdoc/>
    public static RequiredAccelerator FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
