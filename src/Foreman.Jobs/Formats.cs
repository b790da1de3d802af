using System.Text.Json;
using Foreman.Kubernetes;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>How Jobs are carried by the Kubernetes library.</summary>
public abstract class JobFormat : IModelFormat<V1Job>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("batch", "v1", "Job", "jobs", Namespaced: true);

    /// <inheritdoc/>
    public static V1Job Read(JsonElement json) => k8s.KubernetesJson.Deserialize<V1Job>(json);

    /// <inheritdoc/>
    public static void Write(Utf8JsonWriter writer, V1Job model) => writer.WriteRawValue(k8s.KubernetesJson.Serialize(model));
}

/// <summary>How pods are carried by the Kubernetes library.</summary>
public abstract class PodFormat : IModelFormat<V1Pod>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("", "v1", "Pod", "pods", Namespaced: true);

    /// <inheritdoc/>
    public static V1Pod Read(JsonElement json) => k8s.KubernetesJson.Deserialize<V1Pod>(json);

    /// <inheritdoc/>
    public static void Write(Utf8JsonWriter writer, V1Pod model) => writer.WriteRawValue(k8s.KubernetesJson.Serialize(model));
}
