using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.DevClusters;

/// <summary>Applies this release's CRDs, and waits until they are established.</summary>
internal static class CrdInstaller
{
    private static readonly TimeSpan EstablishTimeout = TimeSpan.FromSeconds(10);

    public static async Task InstallAsync(IKubernetes client, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var yaml in CustomResources.All.Values)
        {
            await client.Dynamic.ApplyAsync(
                YamlToJson.Convert(yaml), new PatchOptions { FieldManager = ApiGroup.FieldManager, Force = true }, cancellationToken);
        }

        using var deadline = new CancellationTokenSource(EstablishTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        foreach (var name in CustomResources.All.Keys)
        {
            while (!await IsEstablishedAsync(client, name, both.Token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, both.Token);
            }
        }
    }

    private static async Task<bool> IsEstablishedAsync(IKubernetes client, string name, CancellationToken cancellationToken)
    {
        var type = new ResourceType("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);
        var definition = await client.Dynamic.TryReadAsync(type, name, null, cancellationToken);
        return definition?["status"]?["conditions"] is JsonArray conditions
            && conditions.Any(c => (string?)c?["type"] == "Established" && (string?)c["status"] == "True");
    }
}
