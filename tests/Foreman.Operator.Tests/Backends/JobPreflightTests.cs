using Foreman.Jobs;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using JobObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Job, Foreman.Jobs.JobFormat>;
using PodObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Pod, Foreman.Jobs.PodFormat>;

namespace Foreman.Operator.Tests.Backends;

public sealed class JobPreflightTests
{
    [Theory, KubeApiServer]
    public async Task O15_O17_A_Job_that_gets_a_pod_proves_that_Jobs_can_be_made_and_is_gone_afterwards(IClusterUnderTest cluster)
    {
        using var client = Client(cluster.AdminKubeconfigPath);
        var space = await cluster.NewNamespaceAsync("preflight");
        var check = Preflight(client).CheckAsync(space, CancellationToken.None);
        var job = await Eventually.GetAsync(async () => (await client.ListAsync<JobObject>(space)).Items.FirstOrDefault(), "the Job to be there");

        await CreatePodAsync(client, job, space);

        Assert.Equal(new(true, ""), await check.WaitAsync(TestDeadline.Default));
        Assert.InRange(job.Model.Spec.TtlSecondsAfterFinished ?? 0, 1, 300);
        Assert.InRange(job.Model.Spec.ActiveDeadlineSeconds ?? 0, 1, 60);
        Assert.Empty((await client.ListAsync<JobObject>(space)).Items);
    }

    [Theory, KubeApiServer]
    public async Task O15_Missing_rights_are_named_with_what_to_grant(IClusterUnderTest cluster)
    {
        var space = await cluster.NewNamespaceAsync("preflight");
        using var client = Client(await cluster.KubeconfigForAsync("nobody", space));

        var verdict = await Preflight(client).CheckAsync(space, CancellationToken.None);

        Assert.False(verdict.IsGood);
        Assert.Contains("cannot create resource \"jobs\"", verdict.Message, StringComparison.Ordinal);
        Assert.Contains("grant the operator what it lacks in this namespace", verdict.Message, StringComparison.Ordinal);
    }

    private static KubernetesClient Client(string kubeconfig) => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));

    private static JobPreflight Preflight(IKubernetes client) => new(client, JobsConfig.Default, TimeProvider.System, NullLogger.Instance);

    // As the Job's controller would.
    private static async Task CreatePodAsync(KubernetesClient client, JobObject job, string space)
    {
        if (await client.TryReadAsync<V1ServiceAccount>("default", space) is null)
        {
            await client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = "default", NamespaceProperty = space } });
        }

        var labels = new Dictionary<string, string> { ["batch.kubernetes.io/job-name"] = job.Name() };
        await client.CreateAsync(new PodObject(new k8s.Models.V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new() { Name = job.Name() + "-x", NamespaceProperty = space, Labels = labels },
            Spec = job.Model.Spec.Template.Spec,
        }));
    }
}
