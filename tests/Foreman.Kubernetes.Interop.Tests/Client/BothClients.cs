using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using k8s;

namespace Foreman.Kubernetes.Interop.Tests.Client;

/// <summary>The independent client, and ours, on one namespace of one cluster.</summary>
internal sealed class BothClients : IDisposable
{
    private BothClients(IClusterUnderTest cluster, string space)
    {
        Ours = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath), new() { FieldManager = "ours" });
        Theirs = new k8s.Kubernetes(k8s.KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        Space = space;
    }

    public KubernetesClient Ours { get; }

    public k8s.Kubernetes Theirs { get; }

    public string Space { get; }

    public static async Task<BothClients> OpenAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        return new BothClients(cluster, await cluster.NewNamespaceAsync("interop"));
    }

    public static AgenticTask NewTask(string name, string space) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = space },
        Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "say \"tea\" – näch 1 ☕" } },
    };

    public async Task<JsonObject> TheirsReadsAsync(string name)
    {
        var read = await Theirs.CustomObjects.GetNamespacedCustomObjectAsync<JsonElement>(ApiGroup.Name, ApiGroup.Version, Space, "agentictasks", name);
        return JsonNode.Parse(read.GetRawText())!.AsObject();
    }

    public void Dispose()
    {
        Ours.Dispose();
        Theirs.Dispose();
    }
}
