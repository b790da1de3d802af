extern alias aot;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using aot::k8s.Models;
using TheirSecret = aot::k8s.Models.V1Secret;
using Job = Foreman.Kubernetes.ModelObject<aot::k8s.Models.V1Job, Foreman.Kubernetes.Interop.Tests.Carrying.JobFormat>;
using Pod = Foreman.Kubernetes.ModelObject<aot::k8s.Models.V1Pod, Foreman.Kubernetes.Interop.Tests.Carrying.PodFormat>;
using Secret = Foreman.Kubernetes.ModelObject<aot::k8s.Models.V1Secret, Foreman.Kubernetes.Interop.Tests.Carrying.SecretFormat>;

namespace Foreman.Kubernetes.Interop.Tests.Carrying;

/// <summary>Objects of another library's model types, carried by this library's client and stores.</summary>
public sealed class ModelObjectTests
{
    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task A_secret_is_created_read_listed_patched_and_deleted(IClusterUnderTest cluster)
    {
        using var client = Connect(cluster);
        var space = await cluster.NewNamespaceAsync();
        var secret = new TheirSecret
        {
            Metadata = new() { Name = "one", NamespaceProperty = space, Labels = new Dictionary<string, string> { ["team"] = "a" } },
            Data = new Dictionary<string, byte[]> { ["bytes"] = [0, 255, 10] },
        };
        var created = await client.CreateAsync(new Secret(secret));
        Assert.Equal(("one", space, "a"), (created.Name(), created.Namespace(), created.GetLabel("team")));
        Assert.Equal(created.Uid(), created.Model.Metadata.Uid);
        Assert.Equal([0, 255, 10], (await client.ReadAsync<Secret>("one", space)).Model.Data["bytes"]);

        var listed = await client.ListAsync<Secret>(space, new ListOptions { LabelSelector = "team=a" });
        Assert.Equal(["one"], listed.Items.Select(s => s.Model.Metadata.Name));

        var patched = await client.PatchAsync<Secret>(V1Patch.Merge(Merge("""{"stringData":{"text":"tea"}}""")), "one", space);
        Assert.Equal("tea", Encoding.UTF8.GetString(patched.Model.Data["text"]));
        await client.DeleteAsync<Secret>("one", space);
        Assert.Null(await client.TryReadAsync<Secret>("one", space));
    }

    [Theory, DevCluster, KubeApiServer, K3s]
    public async Task A_reflector_keeps_carried_objects_in_its_store(IClusterUnderTest cluster)
    {
        using var client = Connect(cluster);
        var space = await cluster.NewNamespaceAsync();
        await client.CreateAsync(SecretNamed("before", space));
        using var stop = new CancellationTokenSource();
        var reflector = new Reflector<Secret>(client, new() { Namespaces = [space] });
        var following = reflector.RunAsync(stop.Token);
        await reflector.Ready;
        await client.CreateAsync(SecretNamed("after", space));
        await Eventually.TrueAsync(() => reflector.Store.Snapshot().Count == 2, "both Secrets to be in the store");
        Assert.Equal(["after", "before"], reflector.Store.Snapshot().Values.Select(s => s.Model.Metadata.Name).Order());
        await stop.CancelAsync();
        await following;
    }

    [Theory, KubeApiServer, K3s]
    public async Task A_job_and_its_pod_are_carried_by_a_real_server(IClusterUnderTest cluster)
    {
        using var client = Connect(cluster);
        var space = await cluster.NewNamespaceAsync();
        if (await client.TryReadAsync<V1ServiceAccount>("default", space) is null)
        {
            await client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = "default", NamespaceProperty = space } });
        }

        var job = await client.CreateAsync(new Job(NewJob(space)));
        Assert.Equal(0, job.Model.Spec.BackoffLimit);
        Assert.Equal("250m", job.Model.Spec.Template.Spec.Containers[0].Resources.Limits["cpu"].ToString());

        var patch = V1Patch.Merge(Merge("""{"spec":{"suspend":true}}"""));
        Assert.True((await client.PatchAsync<Job>(patch, "one", space)).Model.Spec.Suspend);
        Assert.Equal(["one"], (await client.ListAsync<Job>(space)).Items.Select(j => j.Name()));

        var pod = await client.CreateAsync(new Pod(new V1Pod
        {
            Metadata = new() { Name = "one-pod", NamespaceProperty = space, OwnerReferences = [new() { ApiVersion = "batch/v1", Kind = "Job", Name = "one", Uid = job.Uid(), Controller = true }] },
            Spec = NewJob(space).Spec.Template.Spec,
        }));
        Assert.Equal(job.Uid(), pod.Metadata.OwnerReferences![0].Uid);
        var status = V1Patch.Merge(Merge("""{"status":{"phase":"Failed","reason":"Evicted"}}"""));
        var evicted = await client.PatchAsync<Pod>(status, "one-pod", space, new() { Subresource = "status" });
        Assert.Equal(("Failed", "Evicted"), (evicted.Model.Status.Phase, evicted.Model.Status.Reason));
    }

    [Theory, DevCluster]
    public async Task A_server_without_the_kind_says_so(IClusterUnderTest cluster)
    {
        using var client = Connect(cluster);
        var space = await cluster.NewNamespaceAsync();
        var refusal = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(new Job(NewJob(space))));
        Assert.True(refusal.IsNotFound, refusal.Message);
        refusal = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync<Pod>(space));
        Assert.True(refusal.IsNotFound, refusal.Message);
    }

    [Fact]
    public void Fields_that_the_model_does_not_know_are_refused_by_name()
    {
        var refusal = Assert.Throws<JsonException>(() => Parse("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},
             "spec":{"containers":[{"name":"a","nmae":"b"}],"fancy":{"x":1},"hostname":null}}
            """));
        Assert.Equal("these fields of a Pod are not known here and would be lost: spec.containers[0].nmae, spec.fancy", refusal.Message);
        Assert.Equal("a", Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"b","resources":{"limits":{"cpu":"1"}}}]}}""").Model.Metadata.Name);
    }

    [Fact]
    public void What_does_not_fit_the_model_fails_as_JSON()
    {
        Assert.Throws<JsonException>(() => Parse("""{"spec":{"containers":"none"}}"""));
        Assert.Throws<JsonException>(() => Parse("[]"));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"items":[{"spec":7}]}""", Pod.ListTypeInfo));
    }

    private static Pod Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ModelObject.Parse<V1Pod, PodFormat>(document.RootElement);
    }

    private static JsonObject Merge(string json) => JsonNode.Parse(json)!.AsObject();

    private static KubernetesClient Connect(IClusterUnderTest cluster) =>
        new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath), new() { FieldManager = "tester" });

    private static Secret SecretNamed(string name, string space) => new(new TheirSecret { Metadata = new() { Name = name, NamespaceProperty = space } });

    private static V1Job NewJob(string space) => new()
    {
        Metadata = new() { Name = "one", NamespaceProperty = space },
        Spec = new()
        {
            BackoffLimit = 0,
            Template = new()
            {
                Spec = new()
                {
                    RestartPolicy = "Never",
                    Containers =
                    [
                        new()
                        {
                            Name = "main",
                            Image = "example.com/none",
                            Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("250m") } },
                        },
                    ],
                },
            },
        },
    };
}
