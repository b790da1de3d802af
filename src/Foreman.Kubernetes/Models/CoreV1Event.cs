using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>Something that happened to an object, for people (core/v1 Event).</summary>
public sealed record CoreV1Event : IResource<CoreV1Event>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("", "v1", "Event", "events", Namespaced: true);

    /// <inheritdoc/>
    public static JsonTypeInfo<CoreV1Event> TypeInfo => KubernetesJson.Default.CoreV1Event;

    /// <inheritdoc/>
    public static JsonTypeInfo<ResourceList<CoreV1Event>> ListTypeInfo => KubernetesJson.Default.ResourceListCoreV1Event;

    /// <inheritdoc/>
    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    /// <inheritdoc/>
    public string Kind { get => field ?? Type.Kind; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>The object that the event is about.</summary>
    public V1ObjectReference? InvolvedObject { get; init; }

    /// <summary>CamelCase reason.</summary>
    public string? Reason { get; init; }

    /// <summary>What happened; at most 1024 bytes.</summary>
    public string? Message { get; init; }

    /// <summary>Program that reports.</summary>
    public V1EventSource? Source { get; init; }

    /// <summary>When it happened first.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it happened last.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often it happened.</summary>
    public int? Count { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("type")]
    public string? EventType { get; init; }

    /// <summary>Name of the reporting controller.</summary>
    public string? ReportingComponent { get; init; }

    /// <summary>Identity of the reporting instance.</summary>
    public string? ReportingInstance { get; init; }
}

/// <summary>Program and host that report an event.</summary>
public sealed record V1EventSource
{
    /// <summary>Program.</summary>
    public string? Component { get; init; }

    /// <summary>Host.</summary>
    public string? Host { get; init; }
}

