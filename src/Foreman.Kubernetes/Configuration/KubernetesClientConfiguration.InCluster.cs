namespace Foreman.Kubernetes;

public sealed partial record KubernetesClientConfiguration
{
    /// <summary>True when the process runs in a pod with a service account.</summary>
    public static bool IsInCluster() => InClusterFiles.IsAvailable(KubeConfigEnvironment.OfProcess);

    /// <summary>The configuration that Kubernetes gives to a pod: its service account's token, CA and namespace.</summary>
    /// <exception cref="KubeConfigException">The process does not run in a pod, or the pod has no token.</exception>
    public static KubernetesClientConfiguration InClusterConfig() => InClusterFiles.Read(KubeConfigEnvironment.OfProcess);
}
