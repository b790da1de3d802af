using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Cli;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>Files that come into tasks and go out of them, with a real operator and a real runner.</summary>
public sealed class FilesTests : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_task_gets_the_file_that_the_one_before_it_made_and_a_person_fetches_it(IClusterUnderTest cluster)
    {
        var model = await LlamaServer.SharedAsync();
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", model);
        await CreateAsync(fleet, space, "second", new()
        {
            Kind = TaskKind.Freeform,
            DependsOn = ["first"],
            Payload = new()
            {
                Prompt = "Read the file in.txt and report its text.",
                Inputs = [new() { Path = "in.txt", FromTask = new() { Name = "first", Path = "hello.txt" } }],
            },
        });
        await CreateAsync(fleet, space, "first", new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Write a file named hello.txt with the text: good morning" } });

        var second = await EndOfAsync(fleet, space, "second");

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (second.Status.Phase, second.Status.Verdict));
        Assert.Contains("good morning", (string?)second.Status.Result!["summary"], StringComparison.Ordinal);
        Assert.Equal("good morning", Encoding.UTF8.GetString(Assert.Single(second.Spec.Payload.Inputs!).Content!));
        Assert.Empty(ResultFiles.Read(second.Status.Result).Files);

        var fetched = await ResultAsync(cluster, "first", space, "--files", _folder["out"]);
        Assert.Equal(0, fetched.Code);
        Assert.Contains("hello.txt: written, 12 bytes", fetched.Error, StringComparison.Ordinal);
        Assert.Contains("first: Succeeded, verdict GO, attempt 1", fetched.Out, StringComparison.Ordinal);
        Assert.Equal("good morning", await File.ReadAllTextAsync(_folder["out/hello.txt"]));

        await File.WriteAllTextAsync(_folder["out/hello.txt"], "mine");
        Assert.Equal(1, (await ResultAsync(cluster, "first", space, "--files", _folder["out"])).Code);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder["out/hello.txt"]));
        var forced = await ResultAsync(cluster, "first", space, "--files", _folder["out"], "--force", "-o", "json");
        Assert.Equal((0, "written"), (forced.Code, (string?)JsonNode.Parse(forced.Out)!["files"]![0]!["state"]));
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_task_waits_for_a_ConfigMap_and_its_key_by_name_and_then_gets_the_file(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", TimeSpan.Zero);
        await CreateAsync(fleet, space, "t", WithInputs(
            new() { Path = "conf/a.yaml", ConfigMapKeyRef = new() { Name = "conf", Key = "a" } },
            new() { Path = "b.bin", ConfigMapKeyRef = new() { Name = "conf", Key = "b" } }));

        await WaitsAsync(fleet, space, "t", "spec.payload.inputs[0] (\"conf/a.yaml\"): ConfigMap conf does not exist");
        await fleet.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "conf", NamespaceProperty = space }, Data = new Dictionary<string, string> { ["a"] = "x: ü" } });
        fleet.Time.Skip(BetweenTries);
        await WaitsAsync(fleet, space, "t", $"spec.payload.inputs[1] (\"b.bin\"): ConfigMap conf in namespace {space} has no key b");
        await fleet.Client.PatchAsync<V1ConfigMap>(V1Patch.Merge(new() { ["binaryData"] = new JsonObject { ["b"] = "AAH/" } }), "conf", space);
        fleet.Time.Skip(BetweenTries);

        var task = await EndOfAsync(fleet, space, "t");

        Assert.Equal((TaskPhase.Succeeded, 1L), (task.Status.Phase, task.Status.Attempt));
        Assert.Equal(["x: ü"u8.ToArray(), [0, 1, 255]], task.Spec.Payload.Inputs!.Select(i => i.Content!));
    }

    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_file_that_its_task_did_not_deliver_and_one_that_is_too_large_are_named(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await using var host = await StubHost.StartAsync(fleet, $"a-{space}", TimeSpan.Zero);
        await EndedAsync(fleet, space, "first", "host-z", new JsonObject
        {
            ["files"] = new JsonArray(new JsonObject { ["path"] = "big.bin", ["sha256"] = new string('a', 64), ["bytes"] = 5_000_000 }),
            ["workspace"] = new JsonObject { ["host"] = "host-z", ["path"] = "/ws/first-1" },
        });
        await CreateAsync(fleet, space, "none", WithInputs(new TaskInput { Path = "a", FromTask = new() { Name = "first", Path = "none.txt" } }) with { DependsOn = ["first"] });
        await CreateAsync(fleet, space, "far", WithInputs(new TaskInput { Path = "a", FromTask = new() { Name = "first", Path = "big.bin" } }) with { DependsOn = ["first"] });

        await WaitsAsync(fleet, space, "none", "spec.payload.inputs[0] (\"a\"): task first delivered no file \"none.txt\"");
        await Eventually.PassesAsync(
            async () =>
            {
                var scheduled = (await ReadAsync(fleet, space, "far")).Status.Conditions.Find(ConditionTypes.Scheduled);
                Assert.Equal(Reasons.NoMatchingNode, scheduled?.Reason);
                Assert.Contains("\"big.bin\" of task \"first\" is on host-z", scheduled!.Message, StringComparison.Ordinal);
            },
            "the task to say where its file is");

        var result = await ResultAsync(cluster, "first", space, "--files", _folder["out"]);
        Assert.Equal(1, result.Code);
        Assert.Contains("it is at /ws/first-1/big.bin on host-z", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["out"]));
    }

    [Theory, DevCluster]
    public async Task The_result_of_a_task_that_is_not_there_or_has_not_ended_is_refused_with_what_to_do(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        await client.CreateAsync(new AgenticTask { Metadata = new() { Name = "t", NamespaceProperty = space }, Spec = new() { Kind = TaskKind.Freeform, Suspend = true, Payload = new() { Prompt = "p" } } });

        var gone = await ResultAsync(cluster, "none", space);
        var waiting = await ResultAsync(cluster, "t", space);

        Assert.Equal((1, 1), (gone.Code, waiting.Code));
        Assert.Contains("task none does not exist in namespace", gone.Error, StringComparison.Ordinal);
        Assert.Contains("kubectl wait", waiting.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await ResultAsync(cluster, "t", space, "-o", "yaml")).Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Two_sources_none_and_paths_that_lead_out_are_never_stored(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var key = new ConfigMapKeySelector { Name = "cm", Key = "k" };
        foreach (var (input, why) in ((TaskInput, string)[])
        [
            (new() { Path = "a" }, "exactly one of"),
            (new() { Path = "a", ConfigMapKeyRef = key, Url = "https://x.example/" }, "exactly one of"),
            (new() { Path = "a/../../b", ConfigMapKeyRef = key }, "holds no .."),
            (new() { Path = "..", ConfigMapKeyRef = key }, "holds no .."),
            (new() { Path = "/etc/passwd", ConfigMapKeyRef = key }, "relative to the workspace"),
        ])
        {
            var refused = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(new AgenticTask
            {
                Metadata = new() { Name = "t", NamespaceProperty = space },
                Spec = WithInputs(input) with { Suspend = true },
            }));

            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        }
    }

    private static AgenticTaskSpec WithInputs(params TaskInput[] inputs) => new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "p", Inputs = inputs } };

    private static Task<AgenticTask> CreateAsync(TestOperator fleet, string space, string name, AgenticTaskSpec spec) =>
        fleet.Client.CreateAsync(new AgenticTask { Metadata = new() { Name = name, NamespaceProperty = space }, Spec = spec });

    private static async Task EndedAsync(TestOperator fleet, string space, string name, string node, JsonObject extra)
    {
        await CreateAsync(fleet, space, name, new() { Kind = TaskKind.Freeform, Suspend = true, Payload = new() { Prompt = "p" } });
        var status = new JsonObject
        {
            ["phase"] = "Succeeded",
            ["verdict"] = "GO",
            ["attempt"] = 1,
            ["assignedNode"] = node,
            ["placement"] = "Node",
            ["result"] = new JsonObject { ["summary"] = "made it", ["extra"] = extra },
        };
        await fleet.Client.PatchAsync<AgenticTask>(V1Patch.Merge(new() { ["status"] = status }), name, space, new PatchOptions { Subresource = "status" });
    }

    private static Task<AgenticTask> ReadAsync(TestOperator fleet, string space, string name) => fleet.Client.ReadAsync<AgenticTask>(name, space);

    private static async Task<AgenticTask> EndOfAsync(TestOperator fleet, string space, string name)
    {
        AgenticTask? task = null;
        await Eventually.PassesAsync(
            async () =>
            {
                task = await ReadAsync(fleet, space, name);
                Assert.True(task.IsTerminal(), $"{task.Status.Phase}: {string.Join("; ", (task.Status.Conditions ?? []).Select(c => $"{c.Type} {c.Status} {c.Reason} {c.Message}"))}");
            },
            $"task {name} to end",
            TimeSpan.FromSeconds(60));
        return task!;
    }

    private static Task WaitsAsync(TestOperator fleet, string space, string name, string message) => Eventually.PassesAsync(
        async () =>
        {
            var scheduled = (await ReadAsync(fleet, space, name)).Status.Conditions.Find(ConditionTypes.Scheduled);
            Assert.Equal((Conditions.False, Reasons.WaitingForInputs), (scheduled?.Status, scheduled?.Reason));
            Assert.StartsWith(message, scheduled!.Message, StringComparison.Ordinal);
        },
        $"task {name} to wait for {message}",
        TimeSpan.FromSeconds(30));

    private static Task<(int Code, string Out, string Error)> ResultAsync(IClusterUnderTest cluster, string task, string space, params string[] more) =>
        CommandRunner.RunAsync(["result", task, "-n", space, "--kubeconfig", cluster.AdminKubeconfigPath, .. more]);
}
