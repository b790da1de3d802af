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
        using var bed = await TestBed.StartAsync(cluster);
        var assigned = await bed.AssignedAsync("task", model: ModelOf(server));

        var outcome = await RunNativeAsync(bed, assigned);

        var task = await bed.ReadAsync("task");
        Assert.Equal((RunOutcomeKind.Ended, Verdict.Go), (outcome.Kind, task.Status.Verdict));
        var workspace = task.Status.Result!["extra"]!["workspace"]!["path"]!.GetValue<string>();
        Assert.Equal("good morning", (await File.ReadAllTextAsync(Path.Combine(workspace, "hello.txt"))).Trim());
        Assert.True(task.Status.Usage!.PromptTokens > 0);
        Assert.Equal(2, task.Status.Usage.Turns);
        var onDisk = await File.ReadAllTextAsync(bed.Folder[$"host-a/state/transcripts/{task.Uid()}-1.jsonl"]);
        Assert.Equal(onDisk, await InClusterAsync(bed, task));
        Assert.Equal("end", JsonDocument.Parse(onDisk.Trim().Split('\n')[^1]).RootElement.GetProperty("type").GetString());
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_Agent_that_does_not_exist_fails_the_task_by_name(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var created = await bed.CreateAsync("task", s => s with { AgentRef = new LocalObjectReference { Name = "nobody" } });

        var outcome = await RunNativeAsync(bed, await bed.AssignAsync(created));

        Assert.Equal((RunOutcomeKind.Ended, "AgentNotFound"), (outcome.Kind, outcome.Reason));
        var task = await bed.ReadAsync("task");
        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.AgentNotFound), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Contains("Agent nobody does not exist", task.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_model_server_that_does_not_answer_gives_the_task_back(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await bed.Kubernetes.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = "impatient", NamespaceProperty = bed.Space },
            Spec = BuiltInAgent.Spec with { MaxRetries = 0 },
        });
        var created = await bed.CreateAsync("task", s => s with { AgentRef = new LocalObjectReference { Name = "impatient" } });
        var nowhere = new PromisedModel { Name = "tiny", Server = ModelServerKind.LlamaCpp, Url = $"http://127.0.0.1:{FreePort.NextClosed()}" };

        var outcome = await RunNativeAsync(bed, await bed.AssignAsync(created, model: nowhere));

        Assert.Equal((RunOutcomeKind.GivenBack, "InferenceServiceUnavailable"), (outcome.Kind, outcome.Reason));
        Assert.Equal(TaskPhase.Pending, (await bed.ReadAsync("task")).Status.Phase);
        Assert.False(Directory.Exists(bed.Folder[$"host-a/work/{bed.Space}/task-1"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_that_waits_for_the_model_is_given_back_when_its_host_drains(IClusterUnderTest cluster)
    {
        await using var server = await LlamaServer.StartAsync();
        using var bed = await TestBed.StartAsync(cluster);
        var signals = new RunSignals();
        var assigned = await bed.AssignedAsync("task", model: ModelOf(server));
        server.Hold();
        var run = RunNativeAsync(bed, assigned, signals);
        await bed.InPhaseAsync("task", TaskPhase.Running);
        signals.Drain(DateTimeOffset.UtcNow);

        Assert.Equal((RunOutcomeKind.GivenBack, "Draining"), (await run.WaitAsync(TestDeadline.Default)) is var o ? (o.Kind, o.Reason) : default);
        server.Release();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_key_of_a_model_appears_nowhere_that_a_run_leaves_behind(IClusterUnderTest cluster)
    {
        const string Canary = "canary-6c1f0c52";
        var server = await LlamaServer.SharedAsync();
        using var bed = await TestBed.StartAsync(cluster);
        await bed.Kubernetes.CreateAsync(new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "keys", NamespaceProperty = bed.Space },
            Data = new Dictionary<string, byte[]> { ["token"] = System.Text.Encoding.UTF8.GetBytes(Canary) },
        });
        var provider = new ProviderConfig { BaseURL = server.Url, Model = server.ModelName, ApiKeySecretRef = new SecretKeySelector { Name = "keys", Key = "token" } };
        await bed.Kubernetes.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = "keyed", NamespaceProperty = bed.Space },
            Spec = BuiltInAgent.Spec with { Provider = AgentProvider.CloudProxy, ProviderConfig = provider },
        });
        var created = await bed.CreateAsync("task", s => s with { AgentRef = new LocalObjectReference { Name = "keyed" } });

        Assert.Equal(RunOutcomeKind.Ended, (await RunNativeAsync(bed, await bed.AssignAsync(created, model: ModelOf(server)))).Kind);

        var task = await bed.ReadAsync("task");
        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.DoesNotContain(Canary, JsonSerializer.Serialize(task, ApiJson.Default.AgenticTask), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, await InClusterAsync(bed, task), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(bed.Folder.Path, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Canary, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }
    }

    private static PromisedModel ModelOf(LlamaServer server) => new() { Name = server.ModelName, Server = ModelServerKind.LlamaCpp, Url = server.Url };

    private static Task<RunOutcome> RunNativeAsync(TestBed bed, AgenticTask assigned, RunSignals? signals = null) =>
        bed.NativeRunner("host-a/1").RunAsync(assigned, signals ?? new RunSignals(), CancellationToken.None);

    private static async Task<string> InClusterAsync(TestBed bed, AgenticTask task)
    {
        var logs = await bed.Kubernetes.ListAsync<RunLog>(bed.Space, new ListOptions { LabelSelector = $"{Labels.TranscriptUid}={task.Uid()}" });
        Assert.All(logs.Items, l => Assert.Equal((task.Uid(), "host-a/1"), (l.Metadata.OwnerReferences![0].Uid, l.Spec.Writer)));
        return string.Concat(logs.Items.OrderBy(l => l.Spec.Seq).Select(l => RunLogPacker.Unpack(l.Spec.Codec, l.Spec.Data)));
    }
}
