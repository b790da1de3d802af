extern alias aot;
using System.Text.Json;
using aot::k8s.Models;

namespace Foreman.Kubernetes.Interop.Tests.Carrying;

internal abstract class JobFormat : IModelFormat<V1Job>
{
    public static ResourceType Type { get; } = new("batch", "v1", "Job", "jobs", Namespaced: true);

    public static V1Job Read(JsonElement json) => aot::k8s.KubernetesJson.Deserialize<V1Job>(json);

    public static void Write(Utf8JsonWriter writer, V1Job model) => writer.WriteRawValue(aot::k8s.KubernetesJson.Serialize(model));
}

internal abstract class PodFormat : IModelFormat<V1Pod>
{
    public static ResourceType Type { get; } = new("", "v1", "Pod", "pods", Namespaced: true);

    public static V1Pod Read(JsonElement json) => aot::k8s.KubernetesJson.Deserialize<V1Pod>(json);

    public static void Write(Utf8JsonWriter writer, V1Pod model) => writer.WriteRawValue(aot::k8s.KubernetesJson.Serialize(model));
}

internal abstract class SecretFormat : IModelFormat<aot::k8s.Models.V1Secret>
{
    public static ResourceType Type { get; } = new("", "v1", "Secret", "secrets", Namespaced: true);

    public static aot::k8s.Models.V1Secret Read(JsonElement json) => aot::k8s.KubernetesJson.Deserialize<aot::k8s.Models.V1Secret>(json);

    public static void Write(Utf8JsonWriter writer, aot::k8s.Models.V1Secret model) => writer.WriteRawValue(aot::k8s.KubernetesJson.Serialize(model));
}
