using System.Text.Json;
using Foreman.Kubernetes;
using k8s.Models;

namespace Foreman.UserDeployments;

/// <summary>How Deployments are carried by the Kubernetes library.</summary>
public abstract class DeploymentFormat : IModelFormat<V1Deployment>
{
    /// <inheritdoc/>
    public static ResourceType Type { get; } = new("apps", "v1", "Deployment", "deployments", Namespaced: true);

    /// <inheritdoc/>
    public static V1Deployment Read(JsonElement json) => k8s.KubernetesJson.Deserialize<V1Deployment>(json);

    /// <inheritdoc/>
    public static void Write(Utf8JsonWriter writer, V1Deployment model) => writer.WriteRawValue(k8s.KubernetesJson.Serialize(model));
}
