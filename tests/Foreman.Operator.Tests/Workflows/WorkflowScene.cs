using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Workloads;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Workflows;

/// <summary>Workflows on a real API server, whose tasks a test brings to their ends. Nothing else acts on them.</summary>
internal sealed class WorkflowScene : IAsyncDisposable
{
    private const int MaxRounds = 300;

    private readonly WorkloadScene _scene;

    private WorkflowScene(WorkloadScene scene) => _scene = scene;

    public KubernetesClient Client => _scene.Client;

    public string Space => _scene.Space;

    /// <summary>Clock of the controllers.</summary>
    public ManualTimeProvider Time => _scene.Time;

    public static async Task<WorkflowScene> StartAsync(IClusterUnderTest cluster) => new(await WorkloadScene.StartAsync(cluster));

    public static WorkflowStep Step(string name, string prompt) =>
        new() { Name = name, Kind = TaskKind.Freeform, AgentRef = new() { Name = "coder" }, Payload = new() { Prompt = prompt } };

    /// <summary>The end of a run that gave this for later steps.</summary>
    public static TaskEnd Giving(string key, string value) => new(Verdict.Go) { Extra = new() { ["outputs"] = new JsonObject { [key] = value } } };

    public Task<Workflow> CreateAsync(string name, WorkflowSpec spec) =>
        Client.CreateAsync(new Workflow { Metadata = new() { Name = name, NamespaceProperty = Space }, Spec = spec });

    public Task<Workflow> CreateAsync(string name, params WorkflowStep[] steps) => CreateAsync(name, new WorkflowSpec { Steps = steps });

    public Task<Workflow> ReadAsync(string name) => Client.ReadAsync<Workflow>(name, Space);

    /// <summary>Merges into the spec of a Workflow.</summary>
    public Task<Workflow> ChangeAsync(string name, JsonObject spec) =>
        Client.PatchAsync<Workflow>(V1Patch.Merge(new JsonObject { ["spec"] = spec }), name, Space);

    /// <summary>A process that leads.</summary>
    public Task<WorkflowLead> LeadAsync(IKubernetes? watching = null, IKubernetes? writing = null) => WorkflowLead.StartAsync(Client, Time, watching, writing);

    /// <summary>The tasks of the namespace, by name.</summary>
    public Task<Dictionary<string, AgenticTask>> TasksAsync() => _scene.TasksAsync();

    public Task<AgenticTask> CreateForeignTaskAsync(string name) => _scene.CreateForeignTaskAsync(name);

    /// <summary>Brings a task to its end.</summary>
    public async Task EndAsync(string task, TaskEnd end) => await _scene.EndAsync((await TasksAsync())[task], end);

    /// <summary>Brings a Workflow to its end. A process that dies is followed by the next one.</summary>
    /// <param name="name">The Workflow.</param>
    /// <param name="script">How the task of a step ends.</param>
    /// <param name="lastWriteOf">The write with which a process dies, by its number from 0.</param>
    /// <returns>The Workflow, and how many writes there were.</returns>
    public async Task<(Workflow Ended, int Writes)> RunAsync(string name, Func<string, TaskEnd> script, Func<int, int> lastWriteOf)
    {
        var (written, number) = ("", 0);
        var (lead, writes) = (await StartedAsync(), 0);
        try
        {
            for (var round = 0; round < MaxRounds; round++)
            {
                try
                {
                    var workflow = await lead.SettleAsync(name, Space);
                    if (workflow.Status?.Phase is { IsTerminal: true })
                    {
                        return (workflow, writes + lead.Client.Writes);
                    }

                    Assert.True(await _scene.PlayAsync(script) > 0, $"nothing moves:\n{JsonSerializer.Serialize(workflow, Workflow.TypeInfo)}\n{written}{lead.Client.Written}");
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

        async Task<WorkflowLead> StartedAsync()
        {
            var started = await LeadAsync();
            started.Client.LastWrite = lastWriteOf(number);
            return started;
        }
    }

    /// <summary>Everything that is stored of a Workflow and its tasks, but for what the API server gives.</summary>
    public async Task<string> EndStateAsync(string name)
    {
        var workflow = await ReadAsync(name);
        var status = JsonSerializer.SerializeToNode(workflow, Workflow.TypeInfo)!["status"]!.ToJsonString();
        var tasks = (await TasksAsync()).Values.Where(t => t.IsOwnedBy(workflow)).OrderBy(t => t.Name(), StringComparer.Ordinal)
            .Select(t => $"{t.Name()} {t.Status.Phase} {JsonSerializer.SerializeToNode(t, AgenticTask.TypeInfo)!["spec"]!.ToJsonString()}");
        var outputs = (await Client.ListAsync<V1ConfigMap>(Space)).Items.Where(m => m.IsOwnedBy(workflow)).OrderBy(m => m.Name(), StringComparer.Ordinal)
            .Select(m => $"{m.Name()} {m.Data!["outputs.json"]}");
        return string.Join('\n', [status, .. tasks, .. outputs]);
    }

    public async ValueTask DisposeAsync()
    {
        // An operator of a later test would go on with them.
        await Client.DeleteCollectionAsync<Workflow>(Space);
        await _scene.DisposeAsync();
    }
}
