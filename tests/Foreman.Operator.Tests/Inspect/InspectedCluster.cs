using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Tests.Cli;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Inspect;

/// <summary>A cluster of its own with hosts as an operator has left them, for commands that look at it.</summary>
internal sealed class InspectedCluster : IAsyncDisposable
{
    private readonly string _kubeconfig;
    private readonly IAsyncDisposable _server;

    private InspectedCluster(string kubeconfig, IAsyncDisposable server) => (_kubeconfig, _server, Client) =
        (kubeconfig, server, new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)));

    public KubernetesClient Client { get; }

    /// <summary>On an embedded dev cluster.</summary>
    public static async Task<InspectedCluster> StartAsync(params FleetNode[] nodes) => await OfAsync(await EmbeddedDevCluster.StartAsync(), nodes);

    /// <summary>On a kube-apiserver; skips the running test when there is none to be had.</summary>
    public static async Task<InspectedCluster> StartOnKubeApiServerAsync(params FleetNode[] nodes)
    {
        Assert.SkipWhen(KubeApiServer.OwnSkipReason is not null, KubeApiServer.OwnSkipReason ?? "");
        return await OfAsync(await KubeApiServer.StartAsync(), nodes);
    }

    /// <summary>A host that an operator has seen.</summary>
    public static FleetNode Node(string name, int slots = 1, int ram = 64, string ready = Conditions.True) => Sample.Node(name) with
    {
        Status = Sample.Node(name).Status! with
        {
            Slots = slots,
            Instance = new() { Holder = $"{name}/1" },
            Capability = Sample.Node(name).Status!.Capability! with { TotalRAMGB = ram, AvailableRAMGB = ram, Accelerator = Accelerator.Metal },
            Conditions =
            [
                new()
                {
                    Type = ConditionTypes.Ready,
                    Status = ready,
                    Reason = ready == Conditions.True ? Reasons.HeartbeatFresh : Reasons.HeartbeatStale,
                    Message = "m",
                    LastTransitionTime = DateTimeOffset.UnixEpoch,
                },
            ],
        },
    };

    public Task<AgenticTask> CreateAsync(string name, Func<AgenticTaskSpec, AgenticTaskSpec>? change = null)
    {
        var spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } };
        return Client.CreateAsync(new AgenticTask { Metadata = new() { Name = name, NamespaceProperty = "default" }, Spec = change?.Invoke(spec) ?? spec });
    }

    /// <summary>Writes the file of quotas.</summary>
    public async Task QuotasAsync(string text)
    {
        if (await Client.TryReadAsync<V1Namespace>("foreman-system") is null)
        {
            await Client.CreateAsync(new V1Namespace { Metadata = new() { Name = "foreman-system" } });
        }

        await Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = QuotaFile.ConfigMap, NamespaceProperty = "foreman-system" }, Data = new Dictionary<string, string> { [QuotaFile.Key] = text } });
    }

    public Task StatusAsync<T>(string name, string? space, JsonObject status)
        where T : class, IResource<T> => Client.PatchAsync<T>(V1Patch.Merge(new() { ["status"] = status }), name, space, new PatchOptions { Subresource = "status" });

    /// <summary>Writes what the operator does once it has seen that a host is cordoned or drained.</summary>
    public async Task SeeClosedAsync(string name)
    {
        var node = await Client.ReadAsync<FleetNode>(name, null, TestContext.Current.CancellationToken);
        await StatusAsync<FleetNode>(name, null, new()
        {
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Schedulable",
                ["status"] = "False",
                ["reason"] = "Cordoned",
                ["message"] = "m",
                ["lastTransitionTime"] = "2026-01-01T00:00:00Z",
                ["observedGeneration"] = node.Metadata.Generation,
            }),
        });
    }

    public Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => RunAsync("", arguments);

    public Task<(int Code, string Out, string Error)> RunAsync(string input, string[] arguments) =>
        CommandRunner.RunAsync(input, [.. arguments, "--kubeconfig", _kubeconfig]);

    /// <summary>Runs a command that waits, and changes something once it has said a text.</summary>
    public Task<(int Code, string Out)> RunUntilAsync(string said, Func<Task> change, params string[] arguments) =>
        RunUntilAsync([(said, change)], arguments);

    /// <summary>Runs a command that waits, and changes one thing after the other, each once it has said a text.</summary>
    public async Task<(int Code, string Out)> RunUntilAsync((string Said, Func<Task> Change)[] steps, params string[] arguments)
    {
        using var text = new StringWriter();
        var output = TextWriter.Synchronized(text);
        var run = OperatorCommandLine.RunAsync([.. arguments, "--kubeconfig", _kubeconfig], new ConsoleStreams(output, output, _ => null));
        foreach (var (said, change) in steps)
        {
            await Eventually.TrueAsync(() => Task.FromResult(Text().Contains(said, StringComparison.Ordinal) || run.IsCompleted), said);
            await change();
        }

        return (await run.WaitAsync(TimeSpan.FromMinutes(1)), Text());

        string Text()
        {
            lock (output)
            {
                return text.ToString();
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return _server.DisposeAsync();
    }

    private static async Task<InspectedCluster> OfAsync<T>(T server, FleetNode[] nodes)
        where T : IClusterUnderTest, IAsyncDisposable
    {
        await ForemanDefinitions.InstallAsync(server);
        var cluster = new InspectedCluster(server.AdminKubeconfigPath, server);
        foreach (var node in nodes)
        {
            await cluster.Client.CreateAsync(node with { Metadata = new() { Name = node.Name() }, Status = null });
            await cluster.StatusAsync<FleetNode>(node.Name(), null, (JsonObject)JsonSerializer.SerializeToNode(node.Status, ApiJson.Default.FleetNodeStatus)!);
        }

        return cluster;
    }
}
