using System.Net;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchAccessTests
{
    [Theory]
    [InlineData("agentictasks.foreman.llmkube.dev is forbidden: User \"pat\" cannot create resource \"agentictasks\"", "lacks rights in namespace team")]
    [InlineData("agentictasks \"t\" is forbidden: exceeded quota: tasks", "the cluster refuses the task: agentictasks")]
    [InlineData("admission webhook \"x\" denied the request: tasks cannot be big", "the cluster refuses the task: admission webhook")]
    public void A_refusal_is_a_lack_of_rights_only_where_it_says_so(string message, string told) => Assert.Contains(
        told, DispatchAccess.Tasks.Forbidden(new KubernetesException(new V1Status { Message = message }, HttpStatusCode.Forbidden), "team").Message, StringComparison.Ordinal);

    [Fact]
    public void A_lack_of_rights_names_those_that_are_needed()
    {
        var refused = Refusal("workloads is forbidden: User \"pat\" cannot list resource \"workloads\"", HttpStatusCode.Forbidden);

        Assert.Contains("it needs get, list, watch and create of workloads.foreman.llmkube.dev", DispatchAccess.Workloads.Refused(refused, "team").Message, StringComparison.Ordinal);
        Assert.Contains("patch of workloads.foreman.llmkube.dev to hold or end one", DispatchAccess.ExistingWorkloads.Refused(refused, "team").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "namespace team does not exist: create it")]
    [InlineData(HttpStatusCode.BadRequest, "its definitions may be older than this program: helm upgrade")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "the cluster refuses the Workload: no (422)")]
    public void Each_refusal_says_what_to_do(HttpStatusCode code, string told) =>
        Assert.Contains(told, DispatchAccess.Workloads.Refused(Refusal("no", code), "team").Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_cluster_without_our_kinds_is_told_and_a_list_that_is_not_there_is_none()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));

        var refused = await Assert.ThrowsAsync<ExitException>(() => DispatchAccess.Workloads.CheckAsync<Workload>(client, "default", TestContext.Current.CancellationToken));

        Assert.Contains("does not serve foreman.llmkube.dev/v1alpha1: install Foreman there", refused.Message, StringComparison.Ordinal);
        Assert.Null(await DispatchAccess.TryListAsync<Agent>(client, "default", TestContext.Current.CancellationToken));
    }

    private static KubernetesException Refusal(string message, HttpStatusCode code) => new(new V1Status { Message = message }, code);
}
