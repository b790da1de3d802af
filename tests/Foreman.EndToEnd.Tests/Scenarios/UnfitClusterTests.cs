using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Clusters that Foreman can't work in: each says what is missing and what to do.</summary>
public class UnfitClusterTests
{
    private const string OldDefinition =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: agentictasks.foreman.llmkube.dev}
        spec:
          group: foreman.llmkube.dev
          names: {kind: AgenticTask, listKind: AgenticTaskList, plural: agentictasks, singular: agentictask, shortNames: [at]}
          scope: Namespaced
          versions:
          - name: v1alpha1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {kind: {type: string}}}
                  status: {type: object, properties: {phase: {type: string}}}
        """;

    [Fact]
    public async Task The_dev_cluster_without_our_definitions_or_with_old_ones_is_refused()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        await RefusesAsync(cluster, () => cluster.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", OldDefinition));
    }

    [Fact]
    public async Task A_kube_apiserver_without_our_definitions_or_with_old_ones_is_refused()
    {
        await using var cluster = await KubeApiServer.StartAsync();
        await RefusesAsync(cluster, async () =>
        {
            await cluster.Kubectl.ApplyAsync(OldDefinition);
            await cluster.Kubectl.RunAsync("wait", "--for=condition=Established", "crd/agentictasks.foreman.llmkube.dev", "--timeout=30s");
            await Eventually.TrueAsync(
                async () => (await cluster.Kubectl.TryAsync("get", "--raw", $"/openapi/v3/apis/{ApiGroup.Name}/{ApiGroup.Version}")).ExitCode == 0,
                "the old definition's schema to be published");
        });
    }

    private static async Task RefusesAsync(IClusterUnderTest cluster, Func<Task> installOldDefinition)
    {
        var kubeconfig = cluster.AdminKubeconfigPath;
        using var folder = new TempFolder();
        var stranger = folder.Write("stranger.kubeconfig", WithToken(await File.ReadAllTextAsync(kubeconfig), "not-a-token"));

        await BothAsync(["does not accept this host's credentials", "foreman-operator enroll"], ["credentials"], stranger);
        await BothAsync(["has no AgenticTask", "helm install"], ["helm install"], kubeconfig);
        await installOldDefinition();
        string[] old = ["older than this binary", "status.attempt", "helm upgrade"];
        await BothAsync(old, old, kubeconfig);
    }

    private static Task BothAsync(string[] saidByAgent, string[] saidByOperator, string kubeconfig) => Task.WhenAll(
        Complaint.ExpectAsync(ReleasedBinaries.Agent, 78, saidByAgent, "--kubeconfig", kubeconfig, "--start-timeout", "20s"),
        Complaint.ExpectAsync(
            ReleasedBinaries.Operator, 78, saidByOperator,
            "--kubeconfig", kubeconfig, "--start-timeout", "20s", "--metrics-bind-address", "0", "--health-probe-bind-address", "0"));

    private static string WithToken(string kubeconfig, string token) =>
        System.Text.RegularExpressions.Regex.Replace(kubeconfig, @"(?m)\btoken: *""?[^""\s}]+""?", $"token: {token}");
}
