namespace Foreman.Kubernetes.Tests;

/// <summary>Clients for tests.</summary>
internal static class Connect
{
    public static KubernetesClient AsAdmin(IClusterUnderTest cluster, KubernetesClientOptions? options = null) =>
        new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath), options);

    /// <summary>An admin's client and a namespace of its own, with the kind Widget served.</summary>
    public static async Task<(KubernetesClient Client, string Namespace)> WithWidgetsAsync(IClusterUnderTest cluster, KubernetesClientOptions? options = null)
    {
        var client = AsAdmin(cluster, options);
        await Widget.InstallAsync(client);
        return (client, await cluster.NewNamespaceAsync());
    }
}
