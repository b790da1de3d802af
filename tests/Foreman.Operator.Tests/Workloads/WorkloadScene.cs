using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Workloads.Following;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Workloads;

/// <summary>Controllers act on all Workloads of a cluster, so only one test at a time has some on those that tests share.</summary>
[CollectionDefinition(nameof(OneLeader))]
public class OneLeader;

/// <summary>How a task ends.</summary>
/// <param name="Verdict">Its verdict.</param>
internal sealed record TaskEnd(Verdict Verdict)
{
    public TaskPhase Phase { get; init; } = TaskPhase.Succeeded;

    public FailureReason? Reason { get; init; }

    public string Summary { get; init; } = "done";

    public JsonObject Extra { get; init; } = [];
}

/// <summary>Workloads on a real API server, whose tasks a test brings to their ends. Nothing else acts on them.</summary>
internal sealed class WorkloadScene : IAsyncDisposable
{
    private const int MaxRounds = 300;

    private WorkloadScene(KubernetesClient client, string space) => (Client, Space) = (client, space);

    public KubernetesClient Client { get; }

    public string Space { get; }

    /// <summary>Clock of the controllers.</summary>
    public ManualTimeProvider Time { get; } = new();

    /// <summary>Starts one with the Agents coder, strong, verifier and reviewer.</summary>
    public static async Task<WorkloadScene> StartAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var scene = new WorkloadScene(
            new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath)), await cluster.NewNamespaceAsync("wl"));
        foreach (var agent in (string[])["coder", "strong", "verifier", "reviewer"])
        {
            await scene.CreateAgentAsync(agent);
        }

        return scene;
    }

    public Task<Agent> CreateAgentAsync(string name) => Client.CreateAsync(new Agent
    {
        Metadata = new() { Name = name, NamespaceProperty = Space },
        Spec = new() { Role = AgentRole.Coder, SystemPrompt = "You work.", Tools = ["submit_result"] },
    });

    public Task<Workload> CreateAsync(string name, WorkloadSpec spec) =>
        Client.CreateAsync(new Workload { Metadata = new() { Name = name, NamespaceProperty = Space }, Spec = spec });

    public Task<Workload> CreateAsync(string name, params PipelineStep[] steps) => CreateAsync(name, new WorkloadSpec { Intent = "x", Pipeline = steps });

    public Task<Workload> ReadAsync(string name) => Client.ReadAsync<Workload>(name, Space);

    /// <summary>Merges into the spec of a Workload.</summary>
    public Task<Workload> ChangeAsync(string name, JsonObject spec) =>
        Client.PatchAsync<Workload>(V1Patch.Merge(new JsonObject { ["spec"] = spec }), name, Space);

    /// <summary>A process that leads.</summary>
    public Task<Lead> LeadAsync(IKubernetes? watching = null, IKubernetes? writing = null, PullRequestFollower? follower = null) =>
        Lead.StartAsync(Client, Time, watching, writing, follower);

    /// <summary>The tasks of the namespace, by name.</summary>
    public async Task<Dictionary<string, AgenticTask>> TasksAsync() => (await Client.ListAsync<AgenticTask>(Space)).Items.ToDictionary(t => t.Name());

    /// <summary>A task that is nobody's.</summary>
    public Task<AgenticTask> CreateForeignTaskAsync(string name) => Client.CreateAsync(new AgenticTask
    {
        Metadata = new() { Name = name, NamespaceProperty = Space },
        Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } },
    });

    /// <summary>Brings a task to its end.</summary>
    public Task<AgenticTask> EndAsync(AgenticTask task, TaskEnd end)
    {
        var step = task.GetLabel(Labels.Step) ?? "";
        var isGood = end is { Phase.Value: "Succeeded", Verdict.Value: "GO" };
        var status = new AgenticTaskStatus
        {
            Phase = end.Phase,
            Verdict = end.Verdict,
            FailureReason = end.Reason,
            Attempt = Math.Max(task.Status.Attempt, end.Reason == FailureReason.Cancelled || end.Reason == FailureReason.UpstreamFailed ? 0 : 1),
            Branch = isGood ? task.Spec.Payload.Branch : null,
            CommitSHA = isGood && task.Spec.Kind == TaskKind.IssueFix ? $"commit-of-{step}" : null,
            Usage = new() { PromptTokens = 100, CompletionTokens = 10, Turns = 1, Seconds = 5 },
            Result = new() { ["summary"] = end.Summary, ["extra"] = end.Extra.DeepClone() },
        };
        var body = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, ApiJson.Default.AgenticTaskStatus) };
        return Client.PatchAsync<AgenticTask>(V1Patch.Merge(body), task.Name(), task.Namespace(), new PatchOptions { Subresource = "status" });
    }

    /// <summary>Brings all tasks to their ends that could run now, as the scheduler has them run, and returns how many.</summary>
    public async Task<int> PlayAsync(Func<string, TaskEnd> script)
    {
        var tasks = await TasksAsync();
        var due = tasks.Values.OrderBy(t => t.Name(), StringComparer.Ordinal).Where(t => !t.IsTerminal() && IsDue(t)).ToList();
        foreach (var task in due)
        {
            await EndAsync(task, EndOf(task));
        }

        return due.Count;

        IEnumerable<AgenticTask?> Before(AgenticTask task) => (task.Spec.DependsOn ?? []).Select(d => tasks.GetValueOrDefault(d));

        bool IsDue(AgenticTask task) =>
            task.Spec.Cancel == true
            || Before(task).Any(b => b?.IsTerminal() == true && !b.SucceededOnTarget())
            || (task.Spec.Suspend != true && Before(task).All(b => b?.IsTerminal() == true));

        TaskEnd EndOf(AgenticTask task) =>
            task.Spec.Cancel == true ? new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.Cancelled }
            : Before(task).Any(b => b?.IsTerminal() == true && !b.SucceededOnTarget() && !b.HadNothingToDo()) ? new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.UpstreamFailed }
            : Before(task).Any(b => b?.IsTerminal() == true && b.HadNothingToDo()) ? new(Verdict.Skipped)
            : script(task.GetLabel(Labels.Step) ?? "");
    }

    /// <summary>Brings a Workload to its end. A process that dies is followed by the next one.</summary>
    /// <param name="name">The Workload.</param>
    /// <param name="script">How the task of a step ends.</param>
    /// <param name="lastWriteOf">The write with which a process dies, by its number from 0.</param>
    /// <returns>The Workload, and how many writes there were.</returns>
    public async Task<(Workload Ended, int Writes)> RunAsync(string name, Func<string, TaskEnd> script, Func<int, int> lastWriteOf)
    {
        var (written, number) = ("", 0);
        var (lead, writes) = (await StartedAsync(), 0);
        try
        {
            for (var round = 0; round < MaxRounds; round++)
            {
                try
                {
                    var workload = await lead.SettleAsync(name, Space);
                    if (workload.Status?.Conditions.IsTrue(ConditionTypes.Completed) == true)
                    {
                        return (workload, writes + lead.Client.Writes);
                    }

                    Assert.True(await PlayAsync(script) > 0, $"nothing moves:\n{JsonSerializer.Serialize(workload, Workload.TypeInfo)}\n{written}{lead.Client.Written}");
                }
                catch (CrashException)
                {
                    writes += lead.Client.LastWrite;
                    written += lead.Client.Written + "\n";
                    number++;
                    await lead.DisposeAsync();
                    lead = await StartedAsync();
                }
            }
        }
        finally
        {
            await lead.DisposeAsync();
        }

        throw new InvalidOperationException($"{name} does not end:\n{written}");

        async Task<Lead> StartedAsync()
        {
            var started = await LeadAsync();
            started.Client.LastWrite = lastWriteOf(number);
            return started;
        }
    }

    /// <summary>Everything that is stored of a Workload and its tasks, but for times and what the API server gives.</summary>
    public async Task<string> EndStateAsync(string name)
    {
        var workload = await ReadAsync(name);
        var status = JsonSerializer.SerializeToNode(workload, Workload.TypeInfo)!["status"]!.AsObject();
        foreach (var condition in status["conditions"]!.AsArray())
        {
            condition!.AsObject().Remove("lastTransitionTime");
        }

        var conditions = status["conditions"]!.AsArray().Select(c => c!.ToJsonString()).Order(StringComparer.Ordinal);
        status.Remove("conditions");
        var tasks = (await TasksAsync()).Values.Where(t => t.IsOwnedBy(workload)).OrderBy(t => t.Name(), StringComparer.Ordinal).Select(t => string.Join(
            ' ',
            t.Name(),
            t.Status.Phase,
            t.Status.Verdict,
            string.Join(',', (t.Metadata.Annotations ?? new Dictionary<string, string>()).Where(a => a.Key != Labels.QueuedSince).OrderBy(a => a.Key, StringComparer.Ordinal)),
            JsonSerializer.SerializeToNode(t, AgenticTask.TypeInfo)!["spec"]!.ToJsonString()));
        return string.Join('\n', [status.ToJsonString(), .. conditions, .. tasks]).Replace(Space, "SPACE", StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        // An operator of a later test would go on with them.
        await Client.DeleteCollectionAsync<Workload>(Space);
        await Client.DeleteCollectionAsync<AgenticTask>(Space);
        Client.Dispose();
    }
}
