using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Loop;
using Foreman.Operator.Tests.Fakes;
using Foreman.Runner;
using Foreman.Runner.Stages;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>The scheduler's decisions and a real runner's writes against one API server, whose fence decides between them.</summary>
[Trait("Kind", "1")]
public class LiveHolderTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_holder_that_lives_and_never_writes_loses_its_run_and_its_late_result_is_refused(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateAsync(new() { Kind = TaskKind.Freeform, TimeoutSeconds = 60, Payload = new() { Prompt = "Say hello" } });
        Assert.IsType<AssignTask>(await scene.DecideAsync(0));
        var run = scene.RunAsync();
        await scene.WhenAsync(t => t.Status.Phase == TaskPhase.Running);
        Assert.Null(await scene.DecideAsync(1));
        Assert.Null(await scene.DecideAsync(145));

        Assert.IsType<TakeBackTask>(await scene.DecideAsync(155));
        Assert.IsType<CompleteTask>(await scene.DecideAsync(156));

        var ended = await scene.ReadAsync();
        Assert.Equal((TaskPhase.Failed, FailureReason.Timeout), (ended.Status.Phase, ended.Status.FailureReason));
        Assert.True(ended.Status.Conditions.IsTrue(ConditionTypes.Completed));
        Assert.Null(ended.Status.Claim);
        await scene.EndRunAsync();
        Assert.Equal(RunOutcomeKind.Fenced, (await run.WaitAsync(TestDeadline.Default)).Kind);
        Assert.Equal(ended.Metadata.ResourceVersion, (await scene.ReadAsync()).Metadata.ResourceVersion);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_run_that_was_cancelled_ends_when_its_holder_does_not_obey(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateAsync(new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello" } });
        Assert.IsType<AssignTask>(await scene.DecideAsync(0));
        var run = scene.RunAsync();
        await scene.WhenAsync(t => t.Status.Phase == TaskPhase.Running);
        await scene.PatchAsync(new() { ["spec"] = new JsonObject { ["cancel"] = true } }, subresource: null);
        Assert.Null(await scene.DecideAsync(1));

        Assert.IsType<TakeBackTask>(await scene.DecideAsync(92));
        Assert.IsType<CompleteTask>(await scene.DecideAsync(93));

        var ended = await scene.ReadAsync();
        var completed = ended.Status.Conditions.Find(ConditionTypes.Completed)!;
        Assert.Equal((TaskPhase.Failed, "Cancelled", ended.Metadata.Generation), (ended.Status.Phase, completed.Reason, completed.ObservedGeneration));
        await scene.EndRunAsync();
        Assert.Equal(RunOutcomeKind.Fenced, (await run.WaitAsync(TestDeadline.Default)).Kind);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_task_that_LLMKube_left_running_is_placed_again(IClusterUnderTest cluster)
    {
        foreach (var status in (string[])
        [
            """{"phase":"Running","assignedNode":"mac-studio-3","claimedAt":"2026-01-31T08:30:00Z","startedAt":"2026-01-31T08:30:01Z"}""",
            """{"phase":"Verifying","assignedNode":"host-a"}""",
            """{"phase":"Scheduled","assignedNode":"never-there"}""",
            """{"phase":"Running","assignedNode":"host-a","placement":"Node","attempt":1,"claim":{}}""",
        ])
        {
            await using var scene = await Scene.StartAsync(cluster);
            await scene.CreateAsync(new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello" } });
            await scene.PatchAsync(new() { ["status"] = JsonNode.Parse(status) }, "status");
            Assert.Null(await scene.DecideAsync(0));

            Assert.IsType<TakeBackTask>(await scene.DecideAsync(56));
            Assert.IsType<AssignTask>(await scene.DecideAsync(57));

            var placed = (await scene.ReadAsync()).Status;
            Assert.Equal((TaskPhase.Scheduled, "host-a", Placement.Node), (placed.Phase, placed.AssignedNode, placed.Placement));
            Assert.Equal(AttemptOutcome.Unclaimed, Assert.Single(placed.Attempts).Outcome);
            Assert.Null(placed.Claim);
        }
    }

    [Fact, Trait("Kind", "15")]
    public async Task A_task_with_an_absurd_attempt_ends()
    {
        // A rule refuses such a number, which may have been stored before there was one.
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        foreach (var definition in CustomResources.All.Values)
        {
            await cluster.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.Replace("self.attempt - oldSelf.attempt <= 1", "true", StringComparison.Ordinal));
        }

        foreach (var attempt in (long[])[int.MaxValue, (long)int.MaxValue + 1, long.MaxValue])
        {
            await using var scene = await Scene.StartAsync(cluster, hasDefinitions: true);
            await scene.CreateAsync(new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello" } });
            await scene.PatchAsync(new() { ["status"] = new JsonObject { ["attempt"] = attempt } }, "status");

            Assert.IsType<CompleteTask>(await scene.DecideAsync(0));

            Assert.Equal((TaskPhase.Failed, attempt), ((await scene.ReadAsync()).Status.Phase!.Value, (await scene.ReadAsync()).Status.Attempt));
        }
    }

    /// <summary>One task, one host that renews its Lease, the scheduler by its own time, and a runner that hears of nothing.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private const string Name = "t";

        private readonly TempFolder _folder = new();
        private readonly ManualTimeProvider _time = new();
        private readonly CancellationTokenSource _end = new();
        private readonly KubernetesClient _client;
        private readonly string _space;
        private SchedulerState _state = SchedulerState.Empty;
        private Task _run = Task.CompletedTask;
        private int _second;

        private Scene(KubernetesClient client, string space) => (_client, _space) = (client, space);

        public static async Task<Scene> StartAsync(IClusterUnderTest cluster, bool hasDefinitions = false)
        {
            if (!hasDefinitions)
            {
                await ForemanDefinitions.InstallAsync(cluster);
            }

            var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
            return new Scene(client, await cluster.NewNamespaceAsync("live"));
        }

        public Task<AgenticTask> CreateAsync(AgenticTaskSpec spec) =>
            _client.CreateAsync(new AgenticTask { Metadata = new() { Name = Name, NamespaceProperty = _space }, Spec = spec });

        public Task<AgenticTask> ReadAsync() => _client.ReadAsync<AgenticTask>(Name, _space);

        public Task<AgenticTask> PatchAsync(JsonObject patch, string? subresource) =>
            _client.PatchAsync<AgenticTask>(V1Patch.Merge(patch), Name, _space, new PatchOptions { Subresource = subresource });

        public Task<AgenticTask> WhenAsync(Func<AgenticTask, bool> condition) => Eventually.GetAsync(
            async () => await ReadAsync() is var task && condition(task) ? task : null, "the task to run");

        /// <summary>Lets time pass, deciding every 20 s, and returns the first decision about the task once it is stored; null for none.</summary>
        public async Task<TaskDecision?> DecideAsync(int until)
        {
            TaskDecision? decision;
            do
            {
                _second = Math.Min(_second + 20, until);
                decision = await DecideNowAsync(_second);
            }
            while (decision is null && _second < until);

            return decision;
        }

        /// <summary>Runs the assigned task; its work takes a day.</summary>
        public Task<RunOutcome> RunAsync()
        {
            var options = new RunnerOptions
            {
                Holder = "host/1",
                NodeName = "host-a",
                Placement = Placement.Node,
                Program = RunnerProgram.Agent,
                WorkspaceRoot = _folder["work"],
                StateDirectory = _folder["state"],
            };
            var runner = new TaskRunner(_client, options, _time, NullLogger.Instance, StageRegistry.Stub(TimeSpan.FromDays(1), _time, NullLogger.Instance));
            var run = Task.Run(async () => await runner.RunAsync(await ReadAsync(), new RunSignals(), _end.Token));
            _run = run;
            return run;
        }

        /// <summary>The day is over.</summary>
        public async Task EndRunAsync()
        {
            await _time.WaitForTimersAsync(1);
            _time.Advance(TimeSpan.FromDays(1));
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Task.WhenAny(_run);
            _client.Dispose();
            _end.Dispose();
            _folder.Dispose();
        }

        private async Task<TaskDecision?> DecideNowAsync(int second)
        {
            var snapshot = new ClusterSnapshot
            {
                Uptime = TimeSpan.FromSeconds(second),
                Tasks = [await ReadAsync()],
                Nodes = [Sample.Node("host-a")],
                Leases = [Sample.Lease("host-a", second)],
                State = _state,
                Settings = new() { Identity = "operator/1" },
            };
            var plan = Scheduler.Decide(snapshot, DateTimeOffset.UnixEpoch.AddSeconds(second));
            _state = plan.State;
            if (plan.Decisions.OfType<TaskDecision>().SingleOrDefault() is { } decision)
            {
                await _client.PatchAsync<AgenticTask>(DecisionTranslator.ToPatch(decision)!, Name, _space, new PatchOptions { Subresource = "status" });
                return decision;
            }

            return null;
        }
    }
}
