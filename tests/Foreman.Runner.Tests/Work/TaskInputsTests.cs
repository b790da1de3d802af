using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Tests.Scene;
using Foreman.Runner.Work;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Work;

public sealed class TaskInputsTests
{
    private const string Endpoint = "https://models.example/api";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_key_goes_to_the_endpoint_that_it_was_configured_for_and_to_no_other(IClusterUnderTest cluster)
    {
        using var stage = await Stage.SetAsync(cluster);
        await stage.Kubernetes.CreateAsync(new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "keys", NamespaceProperty = stage.Space },
            Data = new Dictionary<string, byte[]> { ["token"] = Encoding.UTF8.GetBytes("open sesame\n") },
        });
        var agent = CloudAgent(new SecretKeySelector { Name = "keys", Key = "token" });

        Assert.Equal("open sesame", (await ModelAsync(stage, agent, Endpoint)).ApiKey);
        Assert.Null((await ModelAsync(stage, agent, "https://elsewhere.example/api")).ApiKey);
        Assert.Null((await ModelAsync(stage, agent with { Provider = AgentProvider.Local }, Endpoint)).ApiKey);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_missing_key_is_named(IClusterUnderTest cluster)
    {
        using var stage = await Stage.SetAsync(cluster);
        var agent = CloudAgent(new SecretKeySelector { Name = "keys", Key = "token" });

        var refused = await Assert.ThrowsAsync<WorkException>(() => ModelAsync(stage, agent, Endpoint));

        Assert.Equal(FailureReason.AuthUnavailable, refused.Reason);
        Assert.Contains("Secret keys", refused.Message, StringComparison.Ordinal);
        Assert.Contains("token", refused.Message, StringComparison.Ordinal);
        Assert.Null((await ModelAsync(stage, CloudAgent(new SecretKeySelector { Name = "keys", Key = "token", Optional = true }), Endpoint)).ApiKey);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("file:///etc/passwd")]
    [InlineData("localhost:8080")]
    public async Task A_promise_without_a_usable_URL_is_refused(string? url)
    {
        using var nowhere = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.0.1:1") });
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        var attempt = new Attempt(task with { Status = task.Status with { Model = new PromisedModel { Name = "m", Url = url } } }, Tasks.Me);

        var refused = await Assert.ThrowsAsync<WorkException>(() => Inputs(nowhere).ModelAsync(attempt, null, CancellationToken.None));

        Assert.Equal(FailureReason.InferenceServiceUnavailable, refused.Reason);
        Assert.Contains("status.model.url", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_window_is_what_the_node_found_out_about_the_promised_model(IClusterUnderTest cluster)
    {
        using var stage = await Stage.SetAsync(cluster);
        var name = stage.Space;
        await stage.Kubernetes.CreateAsync(new FleetNode { Metadata = new V1ObjectMeta { Name = name }, Spec = new FleetNodeSpec { NodeName = name } });
        await stage.Kubernetes.PatchAsync<FleetNode>(
            V1Patch.Merge(new() { ["status"] = new System.Text.Json.Nodes.JsonObject { ["capability"] = System.Text.Json.Nodes.JsonNode.Parse("""{"models":[{"name":"big","contextTokens":65536},{"name":"small","contextTokens":4096}]}""") } }),
            name, options: new PatchOptions { Subresource = "status" });
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        Attempt Promised(string node, string model) => new(task with { Status = task.Status with { AssignedNode = node, Model = new PromisedModel { Name = model } } }, Tasks.Me);

        Assert.Equal(4096, await Inputs(stage.Kubernetes).ContextTokensAsync(Promised(name, "small"), CancellationToken.None));
        Assert.Null(await Inputs(stage.Kubernetes).ContextTokensAsync(Promised(name, "unknown"), CancellationToken.None));
        Assert.Null(await Inputs(stage.Kubernetes).ContextTokensAsync(Promised("no-such-node", "small"), CancellationToken.None));
        await stage.Kubernetes.DeleteAsync<FleetNode>(name);
    }

    private static AgentSpec CloudAgent(SecretKeySelector key) => BuiltInAgent.Spec with
    {
        Provider = AgentProvider.CloudProxy,
        ProviderConfig = new ProviderConfig { BaseURL = Endpoint, Model = "m", ApiKeySecretRef = key },
    };

    private static Task<Foreman.AgentLoop.ModelEndpoint> ModelAsync(Stage stage, AgentSpec agent, string url)
    {
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        var attempt = new Attempt(
            task with
            {
                Metadata = task.Metadata with { NamespaceProperty = stage.Space },
                Status = task.Status with { Model = new PromisedModel { Name = "m", Url = url } },
            },
            Tasks.Me);
        return Inputs(stage.Kubernetes).ModelAsync(attempt, agent, CancellationToken.None);
    }

    private static TaskInputs Inputs(IKubernetes kubernetes) => new(kubernetes, TimeProvider.System, new Jitter(1));
}
