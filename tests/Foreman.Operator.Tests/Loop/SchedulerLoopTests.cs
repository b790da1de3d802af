using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Backends;
using Foreman.Operator.Loop;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Loop;

public sealed class SchedulerLoopTests : IAsyncDisposable
{
    private readonly FakeKubernetes _client = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ExecutionBackends _backends = new(new NodeBackend());
    private readonly DecisionExecutor _executor;
    private readonly SchedulerLoop _loop;
    private volatile ClusterSnapshot _cluster = new() { Nodes = [Sample.Node("a")], Leases = [Sample.Lease("a")] };
    private int _decisions;
    private Task _run = Task.CompletedTask;

    public SchedulerLoopTests()
    {
        var assumed = new AssumeCache(_time);
        _executor = new DecisionExecutor(_client, new EventRecorder(_client, new() { Time = _time }), assumed, NullLogger.Instance)
        {
            OnFailed = () => _loop!.Wake(),
            OnRoom = () => _loop!.Wake(),
        };
        _loop = new SchedulerLoop(Read, _backends, _executor, assumed, new SchedulerSettings { Placements = _backends.Placements }, _time, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _executor.DisposeAsync();
        _backends.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task It_decides_at_once_and_again_when_it_is_woken()
    {
        Assert.False(_loop.HasDecided);
        await StartAsync();
        Assert.True(_loop.HasDecided);
        _cluster = _cluster with { Tasks = [Sample.Task("t")] };

        _loop.Wake();

        await AdvanceUntilAsync(() => _client.PatchedNames.Contains("t"), RoundPace.ShortestRest, "the assignment");
    }

    [Fact]
    public async Task What_was_assigned_is_not_assigned_again_before_it_is_read_back()
    {
        _cluster = _cluster with { Tasks = [Sample.Task("t")] };
        await StartAsync();
        await Eventually.TrueAsync(() => _client.PatchedNames.Contains("t"), "the assignment");

        await DecideAgainAsync();

        Assert.Single(_client.PatchedNames, "t");
    }

    [Fact]
    public async Task No_task_is_assigned_again_before_its_rescue_was_answered_however_slow_the_server()
    {
        var names = Enumerable.Range(0, 100).Select(i => $"t{i}").ToArray();
        var host = Sample.Node("a");
        _cluster = new()
        {
            Nodes = [host with { Status = host.Status! with { Slots = names.Length } }],
            Leases = [Sample.Lease("a")],
            Tasks = [.. names.Select(n => OnLostHost(Sample.Task(n)))],
        };
        // The newest call is answered first, so that the oldest ones are under way for long.
        var unanswered = new ConcurrentStack<TaskCompletionSource>();
        var underWay = new ConcurrentDictionary<string, bool>();
        var overtaken = new ConcurrentQueue<string>();
        _client.OnPatch = async p =>
        {
            if (!names.Contains(p.Name))
            {
                return;
            }

            if (!underWay.TryAdd(p.Name, true))
            {
                overtaken.Enqueue(p.Name);
            }

            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            unanswered.Push(answer);
            await answer.Task;
            underWay.TryRemove(p.Name, out _);
        };
        await StartAsync();
        await AdvanceUntilAsync(() => _client.PatchedNames.Count(names.Contains) >= Backpressure.AtOnce, TimeSpan.FromSeconds(1), "the first rescues");

        while (_client.PatchedNames.Count(names.Contains) < 2 * names.Length)
        {
            if (unanswered.TryPop(out var answer))
            {
                answer.SetResult();
            }

            await DecideAgainAsync();
        }

        Assert.Empty(overtaken);
        Assert.All(names, n => Assert.Equal(["rescue", "assignment"], _client.Patches.Where(p => p.Name == n).Select(Purpose)));
        while (unanswered.TryPop(out var answer))
        {
            answer.SetResult();
        }
    }

    [Fact]
    public async Task A_write_that_failed_is_decided_again_after_its_pause()
    {
        var refusals = 1;
        _client.OnPatch = p => p.Name == "t" && Interlocked.Decrement(ref refusals) >= 0
            ? Task.FromException(FakeKubernetes.Answer(System.Net.HttpStatusCode.InternalServerError))
            : Task.CompletedTask;
        _cluster = _cluster with { Tasks = [Sample.Task("t")] };
        await StartAsync();

        await AdvanceUntilAsync(() => _client.PatchedNames.Count(n => n == "t") == 2, TimeSpan.FromMilliseconds(100), "the second try");
    }

    [Fact]
    public async Task A_timer_falls_due_without_any_change()
    {
        _cluster = _cluster with { Tasks = [Sample.Task("t").Scheduled(Placement.Node)] };
        await StartAsync();

        await AdvanceUntilAsync(
            () => _client.Patches.Any(p => p.Name == "t" && p.Patch.Content.ToJsonString().Contains(Reasons.Unclaimed, StringComparison.Ordinal)),
            TimeSpan.FromSeconds(1),
            "the unclaimed task being taken back");
        Assert.InRange(_time.Elapsed, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(39));
    }

    [Fact]
    public async Task Assignments_that_find_no_room_follow_when_those_before_them_are_sent()
    {
        var names = Enumerable.Range(0, Backpressure.MostQueued(WriteLane.Assignment)!.Value + 50).Select(i => $"t{i}").ToArray();
        var host = Sample.Node("a");
        _cluster = _cluster with { Nodes = [host with { Status = host.Status! with { Slots = names.Length } }], Tasks = [.. names.Select(n => Sample.Task(n))] };
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.OnPatch = p => p.Kind == "AgenticTask" ? answer.Task : Task.CompletedTask;
        await StartAsync();
        Assert.Equal(Backpressure.AtOnce, _executor.AssignmentRoom);

        answer.SetResult();
        await AdvanceUntilAsync(() => _client.Patches.Count(p => p.Kind == "AgenticTask") >= names.Length, RoundPace.ShortestRest, "all assignments");

        Assert.Equal(names.Order(StringComparer.Ordinal), _client.Patches.Where(p => p.Kind == "AgenticTask").Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_renewal_counts_from_when_it_was_noted_and_not_from_the_next_round()
    {
        await StartAsync();
        await AdvanceUntilAsync(() => _time.Elapsed >= TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), "some time to pass");
        var renewed = Sample.Lease("a", renewal: 20);
        var before = _cluster.Leases[0];
        _cluster = _cluster with { Leases = [renewed] };

        _loop.Note(new(ResourceEventType.Modified, renewed, before));
        await AdvanceUntilAsync(IsToldDead, TimeSpan.FromSeconds(1), "the host being found dead");

        // Counted from the next round, which comes at 31 s, it would be 86 s.
        Assert.InRange(_time.Elapsed, TimeSpan.FromSeconds(75), TimeSpan.FromSeconds(84));
    }

    [Fact]
    public async Task A_renewal_after_silence_starts_a_round()
    {
        await StartAsync();
        await AdvanceUntilAsync(IsToldDead, TimeSpan.FromSeconds(1), "the host being found dead");
        var renewed = Sample.Lease("a", renewal: 60);
        var before = _cluster.Leases[0];
        _cluster = _cluster with { Leases = [renewed], Tasks = [Sample.Task("t")] };
        var noted = _time.Elapsed;

        _loop.Note(new(ResourceEventType.Modified, renewed, before));

        await AdvanceUntilAsync(() => _client.PatchedNames.Contains("t"), RoundPace.ShortestRest, "the assignment");
        Assert.InRange(_time.Elapsed - noted, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Changes_that_come_in_the_rest_after_a_round_are_looked_at_in_one_further_round()
    {
        await StartAsync();
        var before = Volatile.Read(ref _decisions);
        _cluster = _cluster with { Tasks = [Sample.Task("t"), Sample.Task("u")] };
        _loop.Wake();
        _loop.Wake();
        _loop.Wake();
        Assert.Equal(before, Volatile.Read(ref _decisions));

        await AdvanceUntilAsync(() => _client.PatchedNames.Contains("t") && _client.PatchedNames.Contains("u"), RoundPace.ShortestRest, "both assignments");

        Assert.Equal(before + 1, Volatile.Read(ref _decisions));
    }

    [Fact]
    public async Task What_a_backend_observes_of_a_holder_reaches_its_rules()
    {
        var backend = new ObservingBackend();
        using var backends = new ExecutionBackends(backend);
        var cluster = _cluster with { Tasks = [Sample.Task("t").Scheduled(ObservingBackend.Name).Running()] };
        var loop = new SchedulerLoop(
            () => cluster, backends, _executor, new AssumeCache(_time), new SchedulerSettings { Placements = backends.Placements }, _time, NullLogger.Instance);

        _run = loop.RunAsync(_stop.Token);

        await Eventually.TrueAsync(
            () => _client.Patches.Any(p => p.Name == "t" && p.Patch.Content.ToJsonString().Contains("PodGone", StringComparison.Ordinal)), "the run being taken back");
    }

    [Fact]
    public async Task It_ends_when_it_is_cancelled()
    {
        await StartAsync();

        await _stop.CancelAsync();

        await _run.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static AgenticTask OnLostHost(AgenticTask task)
    {
        var running = task.Scheduled(Placement.Node).Running();
        return running with { Status = running.Status with { AssignedNode = "lost" } };
    }

    private static string Purpose(FakeKubernetes.Patched patched) =>
        patched.Patch.Content.ToJsonString().Contains("""{"op":"remove","path":"/status/assignedNode"}""", StringComparison.Ordinal) ? "rescue" : "assignment";

    private bool IsToldDead() => _client.Patches.Any(p => p.Kind == "FleetNode" && p.Patch.Content.ToJsonString().Contains("NotReady", StringComparison.Ordinal));

    private ClusterSnapshot Read()
    {
        Interlocked.Increment(ref _decisions);
        return _cluster;
    }

    private async Task StartAsync()
    {
        _run = _loop.RunAsync(_stop.Token);
        await Eventually.TrueAsync(() => _loop.HasDecided, "the first decision");
    }

    private async Task DecideAgainAsync()
    {
        var before = Volatile.Read(ref _decisions);
        _loop.Wake();
        await AdvanceUntilAsync(() => Volatile.Read(ref _decisions) > before, RoundPace.ShortestRest, "another decision");
        before = Volatile.Read(ref _decisions);
        _loop.Wake();
        await AdvanceUntilAsync(() => Volatile.Read(ref _decisions) > before, RoundPace.ShortestRest, "the end of that decision");
    }

    // The clock moves only while the loop sleeps on it.
    private Task AdvanceUntilAsync(Func<bool> condition, TimeSpan step, string what) => Eventually.TrueAsync(
        () =>
        {
            if (!condition() && _time.PendingTimers > 0)
            {
                _time.Advance(step);
            }

            return condition();
        },
        what);

    private sealed record PodObservation(bool Exists) : HolderObservation;

    /// <summary>A backend whose holders live by something that only it sees.</summary>
    private sealed class ObservingBackend : IExecutionBackend, IPlacementRules
    {
        public static Placement Name { get; } = new("Pod");

        public IPlacementRules Rules => this;

        public Placement Placement => Name;

        public string Where => "in a Pod";

        public ConstraintViolation? Check(Demand demand, NodeView node) => null;

        public bool IsAutomaticFor(Demand demand, NodeView node) => false;

        public string? ModelUrl(ServedModel model, Api.ModelServer? server) => null;

        public HolderDecision JudgeAssignment(HolderView view) => HolderDecision.Keep;

        public HolderDecision JudgeRun(HolderView view) => view.Observation is PodObservation { Exists: false }
            ? HolderDecision.TakeBack(new(AttemptOutcome.Lost, "PodGone", "its pod is gone"))
            : HolderDecision.Keep;

        public HolderObservation? Observe(AgenticTask task) => new PodObservation(Exists: false);

        public void Start(AgenticTask task)
        {
        }

        public void Update(AgenticTask task)
        {
        }

        public void Release(AgenticTask task, ReleaseCause cause)
        {
        }
    }
}
