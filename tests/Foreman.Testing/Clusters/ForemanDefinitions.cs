using System.Collections.Concurrent;
using Foreman.Api;

namespace Foreman.Testing;

/// <summary>Puts Foreman's CustomResourceDefinitions into a cluster, once for each cluster of a test run.</summary>
public static class ForemanDefinitions
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installed = new();

    /// <summary>Applies the definitions that the programs carry and waits until their kinds are served.</summary>
    public static Task InstallAsync(IClusterUnderTest cluster) =>
        Installed.GetOrAdd(cluster.AdminKubeconfigPath, _ => new Lazy<Task>(() => ApplyAsync(cluster))).Value;

    private static async Task ApplyAsync(IClusterUnderTest cluster)
    {
        if (cluster is EmbeddedDevCluster embedded)
        {
            foreach (var definition in CustomResources.All.Values)
            {
                await embedded.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
            }

            return;
        }

        await cluster.Kubectl.ApplyAsync(string.Join("---\n", CustomResources.All.Values));
        await cluster.Kubectl.RunAsync(
            ["wait", "--for=condition=Established", "--timeout=30s", .. CustomResources.All.Keys.Select(name => $"crd/{name}")]);
    }
}
