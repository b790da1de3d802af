using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.RunLogs;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>The whole way of a task with a real model.</summary>
public sealed class NativeRunTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_task_without_an_Agent_writes_its_file_with_a_real_model(IClusterUnderTest cluster)
    {
        var server = await LlamaServer.SharedAsync();
        using var stage = await Stage.SetAsync(cluster);
        var assigned = await stage.AssignedAsync("task", model: ModelOf(server));

        var outcome = await RunNativeAsync(stage, assigned);

        var task = await stage.ReadAsync("task");
        Assert.Equal((RunOutcomeKind.Ended, Verdict.Go), (outcome.End, task.Status.Verdict));
        var workspace = task.Status.Result!["extra"]!["workspace"]!["path"]!.GetValue<string>();
        Assert.Equal("good morning", (await File.ReadAllTextAsync(Path.Combine(workspace, "hello.txt"))).Trim());
        Assert.True(task.Status.Usage!.PromptTokens > 0);
        Assert.Equal(2, task.Status.Usage.Turns);
        var onDisk = await File.ReadAllTextAsync(stage.Folder[$"host-a/state/transcripts/{task.Uid()}-1.jsonl"]);
        Assert.Equal(onDisk, await InClusterAsync(stage, task));
        Assert.Equal("end", JsonDocument.Parse(onDisk.Trim().Split('\n')[^1]).RootElement.GetProperty("type").GetString());
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_Agent_that_does_not_exist_fails_the_task_by_name(IClusterUnderTest cluster)
    {
        using var stage = await Stage.SetAsync(cluster);
        var created = await stage.CreateAsync("task", s => s with { AgentRef = new LocalObjectReference { Name = "nobody" } });

        var outcome = await RunNativeAsync(stage, await stage.AssignAsync(created));

        Assert.Equal((RunOutcomeKind.Ended, "AgentNotFound"), (outcome.End, outcome.Reason));
        var task = await stage.ReadAsync("task");
        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.AgentNotFound), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Contains("Agent nobody does not exist", task.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_model_server_that_does_not_answer_gives_the_task_back(IClusterUnderTest cluster)
    {
        using var stage = await Stage.SetAsync(cluster);
        await stage.Kubernetes.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = "impatient", NamespaceProperty = stage.Space },
            Spec = BuiltInAgent.Spec with { MaxRetries = 0 },
        });
        var created = await stage.CreateAsync("task", s => s with { AgentRef = new LocalObjectReference { Name = "impatient" } });
        var nowhere = new PromisedModel { Name = "tiny", Server = ModelServerKind.LlamaCpp, Url = $"http://127.0.0.1:{FreePort.Next()}" };

        var outcome = await RunNativeAsync(stage, await stage.AssignAsync(created, model: nowhere));

        Assert.Equal((RunOutcomeKind.GivenBack, "InferenceServiceUnavailable"), (outcome.End, outcome.Reason));
        Assert.Equal(TaskPhase.Pending, (await stage.ReadAsync("task")).Status.Phase);
        Assert.False(Directory.Exists(stage.Folder[$"host-a/work/{stage.Space}/task-1"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_that_waits_for_the_model_is_given_back_when_its_host_drains(IClusterUnderTest cluster)
    {
        await using var server = await LlamaServer.StartAsync();
        using var stage = await Stage.SetAsync(cluster);
        var signals = new RunSignals();
        var assigned = await stage.AssignedAsync("task", model: ModelOf(server));
        server.Hold();
        var run = RunNativeAsync(stage, assigned, signals);
        await stage.InPhaseAsync("task", TaskPhase.Running);
        signals.Drain(DateTimeOffset.UtcNow);

        Assert.Equal((RunOutcomeKind.GivenBack, "Draining"), (await run.WaitAsync(TestDeadline.Default)) is var o ? (o.End, o.Reason) : default);
        server.Release();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_key_of_a_model_appears_nowhere_that_a_run_leaves_behind(IClusterUnderTest cluster)
    {
        const string Canary = "canary-6c1f0c52";
        var server = await LlamaServer.SharedAsync();
        using var stage = await Stage.SetAsync(cluster);
        await stage.Kubernetes.CreateAsync(new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "keys", NamespaceProperty = stage.Space },
            Data = new Dictionary<string, byte[]> { ["token"] = System.Text.Encoding.UTF8.GetBytes(Canary) },
        });
        var provider = new ProviderConfig { BaseURL = server.Url, Model = server.ModelName, ApiKeySecretRef = new SecretKeySelector { Name = "keys", Key = "token" } };
        await stage.Kubernetes.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = "keyed", NamespaceProperty = stage.Space },
            Spec = BuiltInAgent.Spec with { Provider = AgentProvider.CloudProxy, ProviderConfig = provider },
        });
        var created = await stage.CreateAsync("task", s => s with { AgentRef = new LocalObjectReference { Name = "keyed" } });

        Assert.Equal(RunOutcomeKind.Ended, (await RunNativeAsync(stage, await stage.AssignAsync(created, model: ModelOf(server)))).End);

        var task = await stage.ReadAsync("task");
        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.DoesNotContain(Canary, JsonSerializer.Serialize(task, ApiJson.Default.AgenticTask), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, await InClusterAsync(stage, task), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(stage.Folder.Path, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Canary, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }
    }

    private static PromisedModel ModelOf(LlamaServer server) => new() { Name = server.ModelName, Server = ModelServerKind.LlamaCpp, Url = server.Url };

    private static Task<RunOutcome> RunNativeAsync(Stage stage, AgenticTask assigned, RunSignals? signals = null) =>
        stage.Runner("host-a/1", o => o with { Mode = RunnerMode.Native }).RunAsync(assigned, signals ?? new RunSignals(), CancellationToken.None);

    private static async Task<string> InClusterAsync(Stage stage, AgenticTask task)
    {
        var logs = await stage.Kubernetes.ListAsync<RunLog>(stage.Space, new ListOptions { LabelSelector = $"{Labels.TranscriptUid}={task.Uid()}" });
        Assert.All(logs.Items, l => Assert.Equal((task.Uid(), "host-a/1"), (l.Metadata.OwnerReferences![0].Uid, l.Spec.Writer)));
        return string.Concat(logs.Items.OrderBy(l => l.Spec.Seq).Select(l => RunLogPacker.Unpack(l.Spec.Codec, l.Spec.Data)));
    }
}
