using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Operator.Runs;
using Foreman.Runner;
using Foreman.Runner.Stages;
using Foreman.Runner.Supervision;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Runs;

public sealed class OperatorRunsTests
{
    [Theory, DevCluster]
    public async Task Only_a_scheduled_task_that_is_placed_in_the_operator_is_run(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.CreateAsync("pending");
        await scene.AssignAsync(await scene.CreateAsync("elsewhere"), Placement.Node);
        await scene.AssignAsync(await scene.CreateAsync("here"), Placement.Operator);

        await scene.WhenAsync("here", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        await Eventually.TrueAsync(() => scene.Tasks.Count == 3, "the store to know all three");
        Assert.Equal(["here 1"], scene.Started);
    }

    [Theory, DevCluster]
    public async Task A_change_and_a_deletion_reach_the_run(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync(await scene.CreateAsync("cancelled"), Placement.Operator);
        await scene.AssignAsync(await scene.CreateAsync("deleted"), Placement.Operator);
        await scene.WhenAsync("cancelled", t => t.Status.Phase == TaskPhase.Running, "the first task to run");
        await scene.WhenAsync("deleted", t => t.Status.Phase == TaskPhase.Running, "the second task to run");
        Assert.Equal(2, scene.Runs.SlotsInUse);

        await scene.Client.PatchAsync<AgenticTask>(V1Patch.Merge(new() { ["spec"] = new JsonObject { ["cancel"] = true } }), "cancelled", scene.Space);
        await scene.Client.DeleteAsync<AgenticTask>("deleted", scene.Space);

        var ended = await scene.WhenAsync("cancelled", t => t.IsTerminal(), "the cancelled task to end");
        Assert.Equal(FailureReason.Cancelled, ended.Status.FailureReason);
        await Eventually.TrueAsync(() => scene.Runs.SlotsInUse == 0, "both runs to end");
    }

    [Theory, DevCluster]
    public async Task A_run_that_breaks_off_frees_its_slot_and_the_next_attempt_is_run(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        scene.BreaksOff = "unlucky 1";
        var assigned = await scene.AssignAsync(await scene.CreateAsync("unlucky"), Placement.Operator);
        await Eventually.TrueAsync(() => scene.Started.Contains("unlucky 1") && scene.Runs.SlotsInUse == 0, "the first run to break off");

        await scene.AssignAsync(await scene.TakeBackAsync(assigned), Placement.Operator);

        await scene.WhenAsync("unlucky", t => t.Status is { Phase: { } phase, Attempt: 2 } && phase == TaskPhase.Running, "the second attempt to run");
    }

    [Theory, DevCluster]
    public async Task The_next_attempt_waits_for_the_end_of_the_one_before(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        scene.HoldEnds();
        await scene.AssignAsync(await scene.CreateAsync("twice"), Placement.Operator);
        var running = await scene.WhenAsync("twice", t => t.Status.Phase == TaskPhase.Running, "the first attempt to run");
        await scene.AssignAsync(await scene.TakeBackAsync(running), Placement.Operator);
        await Eventually.TrueAsync(() => scene.Tasks.Get("twice", scene.Space)?.Status.Attempt == 2, "the store to know the second attempt");
        Assert.Equal(["twice 1"], scene.Started);

        scene.ReleaseEnds();

        await scene.WhenAsync("twice", t => t.Status is { Phase: { } phase, Attempt: 2 } && phase == TaskPhase.Running, "the second attempt to run");
        Assert.Equal(["twice 1", "twice 2"], scene.Started);
    }

    [Theory, DevCluster]
    public async Task Nothing_starts_once_the_operator_stops_and_what_is_not_done_in_time_is_given_back(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync(await scene.CreateAsync("long"), Placement.Operator);
        await scene.WhenAsync("long", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        var stopped = scene.StopAsync();
        await scene.AssignAsync(await scene.CreateAsync("late"), Placement.Operator);
        await Eventually.TrueAsync(() => scene.Tasks.Get("late", scene.Space)?.Status.Phase == TaskPhase.Scheduled, "the store to know the late task");
        Assert.Equal(StartResult.Draining, scene.Runs.Start(scene.Tasks.Get("late", scene.Space)!));
        Assert.Equal((false, 1), (stopped.IsCompleted, scene.Runs.SlotsInUse));

        scene.Time.Advance(OperatorRuns.DrainTime);

        await stopped.WaitAsync(TestDeadline.Default);
        var given = await scene.Client.ReadAsync<AgenticTask>("long", scene.Space);
        Assert.Equal((TaskPhase.Pending, Reasons.Draining), (given.Status.Phase, Assert.Single(given.Status.Attempts).Reason));
        Assert.Equal(["long 1"], scene.Started);
    }

    [Theory, DevCluster]
    public async Task Runs_are_given_back_at_once_when_the_lead_is_lost(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        await scene.AssignAsync(await scene.CreateAsync("long"), Placement.Operator);
        await scene.WhenAsync("long", t => t.Status.Phase == TaskPhase.Running, "the task to run");

        scene.Leads = false;
        await scene.StopAsync().WaitAsync(TestDeadline.Default);

        var given = await scene.Client.ReadAsync<AgenticTask>("long", scene.Space);
        Assert.Equal((TaskPhase.Pending, Reasons.Draining), (given.Status.Phase, Assert.Single(given.Status.Attempts).Reason));
    }

    [Theory, DevCluster, Trait("Kind", "1")]
    public async Task An_attempt_that_this_process_holds_without_a_run_of_it_is_given_back(IClusterUnderTest cluster)
    {
        await using var scene = await Scene.StartAsync(cluster);
        var held = await scene.ClaimAsync(await scene.AssignAsync(await scene.CreateAsync("held"), Placement.Node), "operator/1");
        var others = await scene.ClaimAsync(await scene.AssignAsync(await scene.CreateAsync("others"), Placement.Node), "operator/2");
        await Eventually.TrueAsync(
            () => new[] { held, others }.All(t => scene.Tasks.Get(t.Name(), scene.Space)?.Status.Phase == TaskPhase.Running), "the store to know both claims");

        var given = await Eventually.GetAsync(
            async () =>
            {
                scene.Time.Advance(OperatorRuns.ReconcileInterval);
                return await scene.Client.ReadAsync<AgenticTask>("held", scene.Space) is { Status.Attempts.Count: > 0 } task ? task : null;
            },
            "the attempt to be given back");

        Assert.Equal(TaskPhase.Pending, given.Status.Phase);
        Assert.Equal(TaskPhase.Running, (await scene.Client.ReadAsync<AgenticTask>("others", scene.Space)).Status.Phase);
    }

    /// <summary>The runs of an operator over the tasks of one namespace, on a virtual clock that nobody moves by itself: runs last until they are stopped.</summary>
    private sealed class Scene : IAsyncDisposable, ITaskRunner
    {
        private readonly CancellationTokenSource _end = new();
        private readonly TempFolder _folder = new();
        private readonly TaskRunner _runner;
        private readonly Reflector<AgenticTask> _reflector;
        private readonly OperatorRuns _operator;
        private readonly ExecutionBackends _backends;
        private readonly Task _watching;
        private volatile TaskCompletionSource? _held;

        private Scene(IKubernetes client, string space)
        {
            (Client, Space) = (client, space);
            var options = new RunnerOptions
            {
                Holder = "operator/1",
                NodeName = "the operator",
                Placement = Placement.Operator,
                Program = RunnerProgram.Operator,
                WorkspaceRoot = _folder["work"],
                StateDirectory = _folder["state"],
            };
            _runner = new TaskRunner(client, options, Time, NullLogger.Instance, StageRegistry.Stub(TimeSpan.FromDays(1), Time, NullLogger.Instance));
            _reflector = new Reflector<AgenticTask>(client, new ReflectorOptions { Namespaces = [space] });
            Runs = new RunSupervisor(this, Time, NullLogger.Instance);
            _operator = new OperatorRuns(Runs, _reflector.Store, options.Holder, Time, NullLogger.Instance) { Leads = () => Leads };
            _backends = new ExecutionBackends(new OperatorBackend(_operator), new NodeBackend());
            _backends.Follow(_reflector.Store);
            _watching = _reflector.RunAsync(_end.Token);
        }

        public ManualTimeProvider Time { get; } = new();

        public IKubernetes Client { get; }

        public string Space { get; }

        public RunSupervisor Runs { get; }

        public Store<AgenticTask> Tasks => _reflector.Store;

        /// <summary>Whether the process of these runs leads.</summary>
        public bool Leads { get; set; } = true;

        public ConcurrentQueue<string> Started { get; } = [];

        /// <summary>The attempt whose run throws.</summary>
        public string? BreaksOff { get; set; }

        public static async Task<Scene> StartAsync(IClusterUnderTest cluster)
        {
            await ForemanDefinitions.InstallAsync(cluster);
            var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
            return new Scene(client, await cluster.NewNamespaceAsync("runs"));
        }

        /// <summary>From now on a run that is done does not return.</summary>
        public void HoldEnds() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void ReleaseEnds()
        {
            _held?.TrySetResult();
            _held = null;
        }

        public Task<AgenticTask> CreateAsync(string name) => Client.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = name, NamespaceProperty = Space },
            Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Say hello" } },
        });

        public Task<AgenticTask> AssignAsync(AgenticTask task, Placement placement) =>
            PatchAsync(task, TaskWrites.Assign(task, new TaskAssignment("node", placement, null, null), []));

        public Task<AgenticTask> ClaimAsync(AgenticTask task, string holder) => PatchAsync(task, TaskWrites.Claim(task.Status.Attempt, new TaskClaim { Holder = holder }, first: true, []));

        public Task<AgenticTask> TakeBackAsync(AgenticTask task) => PatchAsync(task, TaskWrites.TakeBack(
            task, new TaskAttempt { Attempt = task.Status.Attempt, Outcome = AttemptOutcome.Lost, Reason = Reasons.HolderLost }, []));

        public Task<AgenticTask> WhenAsync(string name, Func<AgenticTask, bool> condition, string what) => Eventually.GetAsync(
            async () => await Client.ReadAsync<AgenticTask>(name, Space) is var task && condition(task) ? task : null, what);

        public Task StopAsync() => _operator.DisposeAsync().AsTask();

        public async Task<RunOutcome> RunAsync(AgenticTask assigned, RunSignals signals, CancellationToken hardStop)
        {
            var key = FormattableString.Invariant($"{assigned.Name()} {assigned.Status.Attempt}");
            Started.Enqueue(key);
            if (key == BreaksOff)
            {
                throw new InvalidOperationException("broke off");
            }

            var outcome = await _runner.RunAsync(assigned, signals, hardStop);
            await (_held?.Task ?? Task.CompletedTask);
            return outcome;
        }

        public Task<RunOutcome> DeclineAsync(AgenticTask assigned, string reason, string message, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RunOutcome> ReclaimAsync(AgenticTask running, CancellationToken cancellationToken) => _runner.ReclaimAsync(running, cancellationToken);

        public Task<RunOutcome> ReleaseAsync(AgenticTask task, string message, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async ValueTask DisposeAsync()
        {
            ReleaseEnds();
            var stopped = StopAsync();
            Time.Advance(OperatorRuns.DrainTime);
            await stopped;
            _backends.Dispose();
            await _end.CancelAsync();
            await _watching;
            Runs.Dispose();
            Client.Dispose();
            _end.Dispose();
            _folder.Dispose();
        }

        private Task<AgenticTask> PatchAsync(AgenticTask task, V1Patch patch) =>
            Client.PatchAsync<AgenticTask>(patch, task.Name(), Space, new PatchOptions { Subresource = "status" });
    }
}
