using Foreman.Api;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Operator.Runs;
using Foreman.Operator.Tests.Fakes;
using Foreman.Runner;
using Foreman.Runner.Stages;
using Foreman.Runner.Supervision;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Backends;

public sealed class ExecutionBackendsTests : IDisposable
{
    private static readonly Placement Here = Placement.Operator;
    private static readonly AgenticTask Task = Sample.Task("t");

    private readonly RecordingBackend _here = new(OperatorPlacement.Instance);
    private readonly RecordingBackend _there = new(NodePlacement.Instance);
    private readonly ExecutionBackends _backends;

    public ExecutionBackendsTests() => _backends = new(_here, _there);

    public void Dispose() => _backends.Dispose();

    [Fact]
    public void An_assignment_is_started_by_the_backend_of_its_placement()
    {
        Change(Task, Task.Scheduled(Here));

        Assert.Equal(["update 1", "start 1"], _here.Calls);
        Assert.Equal(["update 1"], _there.Calls);
    }

    [Fact]
    public void What_was_assigned_before_the_operator_came_is_started_too()
    {
        _backends.Apply(new(ResourceEventType.Added, Task.Scheduled(Here)));

        Assert.Contains("start 1", _here.Calls);
    }

    [Fact]
    public void A_run_that_goes_on_is_neither_started_nor_released()
    {
        Change(Task.Scheduled(Here), Task.Scheduled(Here).Running());

        Assert.Equal(["update 1"], _here.Calls);
    }

    [Fact]
    public void A_task_that_was_taken_back_is_released_where_it_was()
    {
        Change(Task.Scheduled(Here).Running(), Task with { Status = new() { Phase = TaskPhase.Pending, Attempt = 1 } });

        Assert.Equal(["update 1", "release 1 Left"], _here.Calls);
        Assert.Equal(["update 1"], _there.Calls);
    }

    [Fact]
    public void A_task_that_was_assigned_elsewhere_unseen_is_released_and_started()
    {
        Change(Task.Scheduled(Here).Running(), Task.Scheduled(Placement.Node, attempt: 2));

        Assert.Contains("release 1 Left", _here.Calls);
        Assert.Contains("start 2", _there.Calls);
    }

    [Fact]
    public void Of_a_deleted_task_everybody_is_told()
    {
        _backends.Apply(new(ResourceEventType.Deleted, Task));

        Assert.Equal(["release 0 Deleted"], _here.Calls);
        Assert.Equal(["release 0 Deleted"], _there.Calls);
    }

    [Fact]
    public void An_unknown_placement_starts_nothing()
    {
        Change(Task, Task.Scheduled(Placement.Job));

        Assert.Equal(["update 1"], _here.Calls);
        Assert.Equal(["update 1"], _there.Calls);
        Assert.Null(_backends.Placements.Find(Placement.Job));
    }

    [Fact]
    public void Holders_are_observed_by_the_backend_of_their_placement()
    {
        var observation = new Observation();
        _here.Observation = observation;
        var other = Sample.Task("u").Scheduled(Placement.Node).Running();

        var observed = _backends.Observe([Task, Task.Scheduled(Here).Running(), other]);

        Assert.Equal([new("uid-t", observation)], observed);
    }

    [Fact]
    public async Task The_operator_has_the_placements_that_commands_decide_by()
    {
        using var nowhere = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.0.1:1") });
        using var folder = new TempFolder();
        var options = new RunnerOptions
        {
            Holder = "operator/1",
            NodeName = "the operator",
            Placement = Here,
            Program = RunnerProgram.Operator,
            WorkspaceRoot = folder["work"],
            StateDirectory = folder["state"],
        };
        var runner = new TaskRunner(nowhere, options, TimeProvider.System, NullLogger.Instance, StageRegistry.Stub(TimeSpan.Zero, TimeProvider.System, NullLogger.Instance));
        using var supervisor = new RunSupervisor(runner, TimeProvider.System, NullLogger.Instance);
        await using var runs = new OperatorRuns(supervisor, new Store<AgenticTask>(), options.Holder, TimeProvider.System, NullLogger.Instance);
        await using var jobs = new JobBackend(nowhere, new Store<AgenticTask>(), new Store<Agent>(), JobsConfig.Default, TimeProvider.System, NullLogger.Instance);
        using var backends = ExecutionBackends.OfRelease(jobs, runs);

        Assert.Equal(PlacementRegistry.Default.Rules, backends.Placements.Rules);
    }

    private void Change(AgenticTask before, AgenticTask after) => _backends.Apply(new(ResourceEventType.Modified, after, before));

    private sealed record Observation : HolderObservation;

    private sealed class RecordingBackend(IPlacementRules rules) : IExecutionBackend
    {
        public List<string> Calls { get; } = [];

        public HolderObservation? Observation { get; set; }

        public IPlacementRules Rules => rules;

        public void Start(AgenticTask task) => Calls.Add($"start {task.Status.Attempt}");

        public void Update(AgenticTask task) => Calls.Add($"update {task.Status.Attempt}");

        public HolderObservation? Observe(AgenticTask task) => Observation;

        public void Release(AgenticTask task, ReleaseCause cause) => Calls.Add($"release {task.Status.Attempt} {cause}");
    }
}
