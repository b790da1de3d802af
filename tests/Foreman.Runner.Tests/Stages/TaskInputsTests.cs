using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Tests.Scene;
using Foreman.Runner.Stages;
using Foreman.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Stages;

public sealed class TaskInputsTests
{
    private const string Endpoint = "https://models.example/api";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_key_goes_to_the_endpoint_that_it_was_configured_for_and_to_no_other(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await bed.Kubernetes.CreateAsync(new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "keys", NamespaceProperty = bed.Space },
            Data = new Dictionary<string, byte[]> { ["token"] = Encoding.UTF8.GetBytes("open sesame\n") },
        });
        var agent = CloudAgent(new SecretKeySelector { Name = "keys", Key = "token" });

        Assert.Equal("open sesame", (await ModelAsync(bed, agent, Endpoint)).ApiKey);
        Assert.Null((await ModelAsync(bed, agent, "https://elsewhere.example/api")).ApiKey);
        Assert.Null((await ModelAsync(bed, agent with { Provider = AgentProvider.Local }, Endpoint)).ApiKey);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_missing_key_is_named(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var agent = CloudAgent(new SecretKeySelector { Name = "keys", Key = "token" });

        var refused = await Assert.ThrowsAsync<StageException>(() => ModelAsync(bed, agent, Endpoint));

        Assert.Equal(FailureReason.AuthUnavailable, refused.Reason);
        Assert.Contains("Secret keys", refused.Message, StringComparison.Ordinal);
        Assert.Contains("token", refused.Message, StringComparison.Ordinal);
        Assert.Null((await ModelAsync(bed, CloudAgent(new SecretKeySelector { Name = "keys", Key = "token", Optional = true }), Endpoint)).ApiKey);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_Agent_that_the_payload_names_gives_its_settings_where_no_other_is_named(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        foreach (var name in new[] { "brisk", "calm" })
        {
            await bed.Kubernetes.CreateAsync(new Agent { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = bed.Space }, Spec = BuiltInAgent.Spec with { SystemPrompt = $"Be {name}." } });
        }

        async Task<string?> PromptAsync(string? reference, string? payload)
        {
            var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
            var spec = task.Spec with { AgentRef = reference is null ? null : new LocalObjectReference { Name = reference }, Payload = task.Spec.Payload with { Agent = payload } };
            var named = task with { Metadata = new V1ObjectMeta { Name = "task", NamespaceProperty = bed.Space }, Spec = spec };
            return (await Inputs(bed.Kubernetes).AgentAsync(new Attempt(named, Tasks.Me), CancellationToken.None))?.SystemPrompt;
        }

        Assert.Equal("Be brisk.", await PromptAsync(null, "brisk"));
        Assert.Equal("Be brisk.", await PromptAsync("", "brisk"));
        Assert.Equal("Be calm.", await PromptAsync("calm", "brisk"));
        Assert.Null(await PromptAsync(null, ""));
        Assert.Equal(FailureReason.AgentNotFound, (await Assert.ThrowsAsync<StageException>(() => PromptAsync(null, "nobody"))).Reason);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_profile_that_an_Agent_refers_to_is_read_and_a_reference_that_leads_nowhere_is_noted(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var name = $"profile-{bed.Space}";
        await bed.Kubernetes.CreateAsync(new ModelProfile
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new ModelProfileSpec { SystemPromptAddendum = "Be brief.", RestrictReadsInForcingPhase = true },
        });
        var log = new RecordingLogger();
        var inputs = Inputs(bed.Kubernetes, log);

        var read = await inputs.ProfileAsync(Tasks.Held(), BuiltInAgent.Spec with { ModelProfileRef = name }, CancellationToken.None);

        Assert.Equal(("Be brief.", true), (read?.SystemPromptAddendum, read?.RestrictReadsInForcingPhase));
        Assert.Null(await inputs.ProfileAsync(Tasks.Held(), BuiltInAgent.Spec, CancellationToken.None));
        Assert.Empty(log.Entries);
        Assert.Null(await inputs.ProfileAsync(Tasks.Held(), BuiltInAgent.Spec with { ModelProfileRef = "nothing-there" }, CancellationToken.None));
        Assert.Contains(log.Entries, e => e.Message.Contains("modelProfileRef names nothing-there", StringComparison.Ordinal));
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

        var refused = await Assert.ThrowsAsync<StageException>(() => Inputs(nowhere).ModelAsync(attempt, null, CancellationToken.None));

        Assert.Equal(FailureReason.InferenceServiceUnavailable, refused.Reason);
        Assert.Contains("status.model.url", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "15")]
    public async Task A_server_that_this_host_neither_probed_nor_was_given_is_not_called()
    {
        using var nowhere = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.0.1:1") });
        var inputs = new TaskInputs(nowhere, Options with { MayCallModel = url => url.Port == 8080 }, TimeProvider.System, new Jitter(1), NullLogger.Instance);

        Assert.Equal("http://127.0.0.1:8080/", (await inputs.ModelAsync(Promised("http://127.0.0.1:8080"), null, CancellationToken.None)).Url.ToString());
        var refused = await Assert.ThrowsAsync<StageException>(() => inputs.ModelAsync(Promised("http://169.254.169.254"), null, CancellationToken.None));
        Assert.Contains("--model-url http://169.254.169.254", refused.Message, StringComparison.Ordinal);

        var cloud = CloudAgent(new SecretKeySelector()) with { ProviderConfig = new ProviderConfig { BaseURL = Endpoint, Model = "m" } };
        Assert.Equal(Endpoint, (await inputs.ModelAsync(Promised(Endpoint), cloud, CancellationToken.None)).Url.ToString());
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Headers_of_MCP_servers_come_from_Secrets_and_only_if_the_task_allows_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await bed.Kubernetes.CreateAsync(new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "keys", NamespaceProperty = bed.Space },
            Data = new Dictionary<string, byte[]> { ["token"] = Encoding.UTF8.GetBytes("open sesame"), ["lines"] = Encoding.UTF8.GetBytes("a\r\nX: y") },
        });

        var found = await McpAsync(bed, "token");
        Assert.Equal("web", Assert.Single(found!.Value.Plan.Servers).Name);
        Assert.DoesNotContain("sesame", $"{found}", StringComparison.Ordinal);
        Assert.Null(await McpAsync(bed, "token", allowed: false));
        Assert.Contains("does not exist", (await Assert.ThrowsAsync<StageException>(() => McpAsync(bed, "token", "gone"))).Message, StringComparison.Ordinal);
        var split = await Assert.ThrowsAsync<StageException>(() => McpAsync(bed, "lines"));
        Assert.Equal(FailureReason.AuthUnavailable, split.Reason);
        Assert.Contains("control characters", split.Message, StringComparison.Ordinal);
    }

    [Theory]
    [KubeApiServer]
    public async Task A_Secret_that_may_not_be_read_is_answered_with_the_command_that_grants_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var nobody = KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("nobody", bed.Space));
        var agent = CloudAgent(new SecretKeySelector { Name = "keys", Key = "token" });

        var refused = await Assert.ThrowsAsync<StageException>(() => Inputs(bed.Client(nobody)).ModelAsync(In(bed, Endpoint), agent, CancellationToken.None));

        Assert.Equal(FailureReason.AuthUnavailable, refused.Reason);
        Assert.Equal($"This host may not read Secret {bed.Space}/keys. Grant it: foreman-operator enroll gpu-1 --secret {bed.Space}/keys", refused.Message);
    }

    private static Task<(Foreman.Tools.Mcp.McpPlan Plan, Foreman.Tools.Mcp.McpCredentials Credentials)?> McpAsync(TestBed bed, string key, string secret = "keys", bool? allowed = null)
    {
        var header = new McpHeader { Name = "Authorization", ValueFrom = new SecretKeySelector { Name = secret, Key = key } };
        var mcp = new AgentMcp { Enabled = true, Servers = [new() { Name = "web", Transport = McpTransport.Http, Url = "https://x", Headers = [header] }] };
        var attempt = In(bed, Endpoint);
        attempt = attempt with { Task = attempt.Task with { Spec = attempt.Task.Spec with { McpEnabled = allowed } } };
        return Inputs(bed.Kubernetes).McpAsync(attempt, BuiltInAgent.Spec with { Mcp = mcp }, CancellationToken.None);
    }

    private static Attempt Promised(string url)
    {
        var held = Tasks.Held();
        return held with { Task = held.Task with { Status = held.Task.Status with { Model = new PromisedModel { Name = "m", Url = url } } } };
    }

    private static AgentSpec CloudAgent(SecretKeySelector key) => BuiltInAgent.Spec with
    {
        Provider = AgentProvider.CloudProxy,
        ProviderConfig = new ProviderConfig { BaseURL = Endpoint, Model = "m", ApiKeySecretRef = key },
    };

    private static Task<Foreman.AgentLoop.ModelEndpoint> ModelAsync(TestBed bed, AgentSpec agent, string url) =>
        Inputs(bed.Kubernetes).ModelAsync(In(bed, url), agent, CancellationToken.None);

    private static Attempt In(TestBed bed, string url)
    {
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        return new Attempt(
            task with
            {
                Metadata = task.Metadata with { NamespaceProperty = bed.Space },
                Status = task.Status with { Model = new PromisedModel { Name = "m", Url = url } },
            },
            Tasks.Me);
    }

    private static RunnerOptions Options { get; } = new() { Holder = Tasks.Me, NodeName = "gpu-1", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = "w", StateDirectory = "s" };

    private static TaskInputs Inputs(IKubernetes kubernetes, ILogger? logger = null) => new(kubernetes, Options, TimeProvider.System, new Jitter(1), logger ?? NullLogger.Instance);
}
