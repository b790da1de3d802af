using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Testing.Tests.Servers;

public class EmbeddedDevClusterTests
{
    [Theory, DevCluster]
    public async Task Foremans_kinds_can_be_served_without_kubectl(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync();

        await ((EmbeddedDevCluster)cluster).CreateAsync(
            $"apis/foreman.llmkube.dev/v1alpha1/namespaces/{space}/agentictasks",
            """
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: AgenticTask
            metadata: {name: hello}
            spec: {kind: freeform, payload: {prompt: Say hello}}
            """);

        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("host-1", space)));
        Assert.Equal("Say hello", (await client.ReadAsync<AgenticTask>("hello", space)).Spec.Payload.Prompt);
    }
}
