using System.Collections.Concurrent;
using System.Net;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Loop;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Loop;

public sealed class DecisionExecutorTests : IDisposable
{
    private readonly FakeKubernetes _client = new();
    private readonly ManualTimeProvider _time = new();
    private readonly AssumeCache _assumed;
    private int _failures;

    public DecisionExecutorTests() => _assumed = new AssumeCache(_time);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_decision_is_written_confirmed_and_then_recorded_as_an_event()
    {
        var task = Sample.Task("t");
        await using (var executor = Executor())
        {
            executor.Execute(Sample.Plan(Sample.Assign(task)), TestContext.Current.CancellationToken);
        }

        Assert.Equal(("AgenticTask", "t"), (_client.Patches[0].Kind, _client.Patches[0].Name));
        Assert.Equal(["Scheduled"], _client.EventReasons);
        var readBack = task with { Metadata = task.Metadata with { ResourceVersion = "101" } };
        Assert.Equal(TaskPhase.Pending, _assumed.Overlay(readBack).Status.Phase);
    }

    [Fact]
    public async Task An_assignment_is_sent_before_500_explanations_that_were_queued_earlier()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.OnPatch = _ => answer.Task;
        await using (var executor = Executor())
        {
            executor.Execute(
                Sample.Plan([.. Enumerable.Range(0, 500).Select(i => Sample.Explain(Sample.Task($"waits-{i}")))]), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => _client.Patches.Count == Backpressure.AtOnceBelowFirst, "the explanations that may be under way");

            executor.Execute(Sample.Plan(Sample.Assign(Sample.Task("urgent"))), TestContext.Current.CancellationToken);

            await Eventually.TrueAsync(() => _client.Patches.Count == Backpressure.AtOnceBelowFirst + 1, "the next write");
            Assert.Equal("urgent", _client.PatchedNames[^1]);
            answer.SetResult();
        }

        Assert.Equal(501, _client.Patches.Count);
    }

    [Fact]
    public async Task When_room_comes_free_rescue_goes_before_explanations_and_events_go_last()
    {
        var answers = new ConcurrentDictionary<string, TaskCompletionSource>(StringComparer.Ordinal);
        TaskCompletionSource Answer(string name) => answers.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        _client.OnPatch = p => Answer(p.Name).Task;
        var lost = Sample.Task("lost").Scheduled(Placement.Node);
        await using (var executor = Executor())
        {
            executor.Execute(
                Sample.Plan([.. Enumerable.Range(0, Backpressure.AtOnce).Select(i => Sample.Assign(Sample.Task($"first-{i}")))]), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => _client.Patches.Count == Backpressure.AtOnce, "all room taken");
            executor.Execute(
                Sample.Plan(
                    Sample.Explain(Sample.Task("waits")),
                    new TakeBackTask { Task = lost, After = lost with { Status = new() { Phase = TaskPhase.Pending } }, Attempt = new() }),
                TestContext.Current.CancellationToken);

            Answer("first-0").SetResult();
            await Eventually.TrueAsync(() => _client.PatchedNames[^1] == "lost", "the rescue");
            Answer("first-1").SetResult();
            await Eventually.TrueAsync(() => _client.PatchedNames[^1] == "waits", "the explanation");
            Assert.Empty(_client.Created);
            Answer("first-2").SetResult();
            await Eventually.TrueAsync(() => _client.EventReasons.Count > 0, "the first event");
            foreach (var name in _client.PatchedNames)
            {
                Answer(name).TrySetResult();
            }
        }

        Assert.Equal(Backpressure.AtOnce + 2, _client.Patches.Count);
    }

    [Fact]
    public async Task An_assumption_counts_from_the_send_however_long_it_was_queued()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.OnPatch = _ => answer.Task;
        var task = Sample.Task("late");
        await using (var executor = Executor())
        {
            executor.Execute(
                Sample.Plan([.. Enumerable.Range(0, Backpressure.AtOnce).Select(i => Sample.Assign(Sample.Task($"first-{i}"))), Sample.Assign(task)]),
                TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => _client.Patches.Count == Backpressure.AtOnce, "all room taken");
            _time.Advance(TimeSpan.FromSeconds(600));
            Assert.Equal(TaskPhase.Scheduled, _assumed.Overlay(task).Status.Phase);
            answer.SetResult();
        }

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(TaskPhase.Scheduled, _assumed.Overlay(task).Status.Phase);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TaskPhase.Pending, _assumed.Overlay(task).Status.Phase);
    }

    [Theory]
    [InlineData(HttpStatusCode.UnprocessableEntity, 200)]
    [InlineData(HttpStatusCode.NotFound, 200)]
    [InlineData(HttpStatusCode.InternalServerError, 2000)]
    public async Task A_refused_write_is_forgotten_after_a_pause_and_decided_again_without_an_event(HttpStatusCode code, int milliseconds)
    {
        _client.OnPatch = _ => Task.FromException(FakeKubernetes.Answer(code));
        var task = Sample.Task("t");
        await using (var executor = Executor())
        {
            executor.Execute(Sample.Plan(Sample.Assign(task)), TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, _failures);
        Assert.Empty(_client.Created);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(TaskPhase.Scheduled, _assumed.Overlay(task).Status.Phase);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TaskPhase.Pending, _assumed.Overlay(task).Status.Phase);
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_leaves_no_task_assumed()
    {
        _client.OnPatch = _ => Task.FromException(new InvalidOperationException("a bug"));
        var task = Sample.Task("t");
        await using (var executor = Executor())
        {
            executor.Execute(Sample.Plan(Sample.Assign(task)), TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, _failures);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TaskPhase.Pending, _assumed.Overlay(task).Status.Phase);
    }

    [Fact]
    public async Task A_write_after_the_lead_was_lost_is_left_to_the_next_leader()
    {
        _client.OnPatch = _ => Task.FromException(new LeadershipLostException("lost"));
        await using (var executor = Executor())
        {
            executor.Execute(Sample.Plan(Sample.Assign(Sample.Task("t"))), TestContext.Current.CancellationToken);
        }

        Assert.Equal((1, 0), (_failures, _client.Created.Count));
    }

    [Fact]
    public async Task What_is_queued_is_given_up_when_the_operator_stops()
    {
        using var stop = new CancellationTokenSource();
        _client.OnPatch = _ => Task.Delay(Timeout.Infinite, CancellationToken.None);
        await using (var executor = Executor())
        {
            executor.Execute(Sample.Plan([.. Enumerable.Range(0, 100).Select(i => Sample.Assign(Sample.Task($"t{i}")))]), stop.Token);
            await Eventually.TrueAsync(() => _client.Patches.Count == Backpressure.AtOnce, "all room taken");
            await stop.CancelAsync();
        }

        Assert.Equal(Backpressure.AtOnce, _client.Patches.Count);
    }

    [Fact]
    public async Task A_hosts_status_is_merged_and_a_failure_of_it_disturbs_nothing()
    {
        _client.OnPatch = _ => Task.FromException(FakeKubernetes.Answer(HttpStatusCode.InternalServerError));
        var node = Sample.Node("a");
        await using (var executor = Executor())
        {
            executor.Execute(
                Sample.Plan(new ChangeNodeStatus { Node = node, After = node.Status! with { UsedSlots = 1 } }), TestContext.Current.CancellationToken);
        }

        Assert.Equal(("FleetNode", "a"), (_client.Patches[0].Kind, _client.Patches[0].Name));
        Assert.Equal(0, _failures);
    }

    [Fact]
    public async Task An_event_alone_writes_no_status()
    {
        await using (var executor = Executor())
        {
            executor.Execute(
                Sample.Plan(new RecordEvent { About = Sample.Task("t"), Event = new(Warning: true, "Unsupported", "left alone") }), TestContext.Current.CancellationToken);
        }

        Assert.Empty(_client.Patches);
        Assert.Equal(["Unsupported"], _client.EventReasons);
    }

    [Fact]
    public async Task Deletions_name_the_version_that_was_decided_upon_and_go_after_events()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.OnPatch = _ => first.Task;
        var (task, node) = (Sample.Task("t"), Sample.Node("a"));
        var gone = new DeleteNode { Node = node with { Metadata = node.Metadata with { ResourceVersion = "7" } }, Event = new DecisionEvent(Warning: false, "CleanedUp", "It is gone.") };
        await using (var executor = Executor())
        {
            executor.Execute(
                Sample.Plan([.. Enumerable.Range(0, Backpressure.AtOnce).Select(i => Sample.Assign(Sample.Task($"first-{i}"))), new DeleteTask { Task = task }, gone]),
                TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => _client.Patches.Count == Backpressure.AtOnce, "all room taken");
            Assert.Empty(_client.Deletions);
            first.SetResult();
        }

        Assert.Equal(
            new HashSet<FakeKubernetes.Deleted>
            {
                new("AgenticTask", "t", new() { PropagationPolicy = PropagationPolicy.Background, PreconditionUid = "uid-t", PreconditionResourceVersion = "10" }),
                new("FleetNode", "a", new() { PropagationPolicy = PropagationPolicy.Background, PreconditionUid = "uid-a", PreconditionResourceVersion = "7" }),
            },
            _client.Deletions.ToHashSet());
        Assert.Contains("CleanedUp", _client.EventReasons);
        Assert.Equal(0, _failures);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, 0)]
    [InlineData(HttpStatusCode.NotFound, 0)]
    [InlineData(HttpStatusCode.Forbidden, 1)]
    [InlineData(HttpStatusCode.InternalServerError, 3)]
    public async Task A_refused_deletion_has_no_event_and_what_is_forbidden_is_said_once(HttpStatusCode code, int warnings)
    {
        _client.OnDelete = _ => Task.FromException(FakeKubernetes.Answer(code));
        var log = new RecordingLogger();
        await using (var executor = new DecisionExecutor(_client, new EventRecorder(_client, new() { Time = _time }), _assumed, log))
        {
            executor.Execute(
                Sample.Plan([.. Enumerable.Range(0, 3).Select(i => new DeleteNode { Node = Sample.Node($"n{i}"), Event = new DecisionEvent(Warning: false, "CleanedUp", "gone") })]),
                TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, _client.Deletions.Count);
        Assert.Empty(_client.EventReasons);
        Assert.Equal(warnings, log.Entries.Count(e => e.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task While_deletions_are_forbidden_none_is_tried_for_a_minute()
    {
        _client.OnDelete = _ => Task.FromException(FakeKubernetes.Answer(HttpStatusCode.Forbidden));
        var (plan, log) = (Sample.Plan(new DeleteTask { Task = Sample.Task("t") }), new RecordingLogger());
        await using (var executor = new DecisionExecutor(_client, new EventRecorder(_client, new() { Time = _time }), _assumed, log) { Time = _time })
        {
            executor.Execute(plan, TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => log.Entries.Any(e => e.Level == LogLevel.Warning), "the answer");
            executor.Execute(plan, TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMinutes(1));
            executor.Execute(plan, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, _client.Deletions.Count);
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_stops_all_lanes_and_nothing_is_lost()
    {
        var busy = true;
        _client.OnPatch = _ => busy ? Task.FromException(Overloaded(TimeSpan.FromSeconds(5))) : Task.CompletedTask;
        var task = Sample.Task("first");
        using var stop = new CancellationTokenSource();
        await using (var executor = Executor())
        {
            try
            {
                executor.Execute(Sample.Plan(Sample.Assign(task)), stop.Token);
                await Eventually.TrueAsync(() => _client.Patches.Count == 1 && executor.IsPaused, "the answer");
                executor.Execute(Sample.Plan(Sample.Explain(Sample.Task("waits")), Sample.Assign(Sample.Task("second"))), stop.Token);
                _time.Advance(TimeSpan.FromSeconds(4.9));
                Assert.Single(_client.Patches);
                Assert.Equal(TaskPhase.Scheduled, _assumed.Overlay(task).Status.Phase);

                busy = false;
                _time.Advance(TimeSpan.FromSeconds(0.1));
                await Eventually.TrueAsync(() => _client.Patches.Count == 4, "the writes");
            }
            finally
            {
                // An assertion that fails leaves the clock standing, and the executor would wait for the end of the pause.
                await stop.CancelAsync();
            }
        }

        Assert.Equal(["first", "first", "second", "waits"], _client.PatchedNames.Order(StringComparer.Ordinal));
        Assert.Equal(0, _failures);
    }

    [Fact]
    public async Task Told_to_stop_while_the_server_asks_to_wait_it_stops_at_once()
    {
        _client.OnPatch = _ => Task.FromException(Overloaded(TimeSpan.FromMinutes(10)));
        using var stop = new CancellationTokenSource();
        var executor = Executor();
        executor.Execute(Sample.Plan(Sample.Assign(Sample.Task("t"))), stop.Token);
        await Eventually.TrueAsync(() => executor.IsPaused, "the answer");

        await stop.CancelAsync();
        await executor.DisposeAsync();

        Assert.Single(_client.Patches);
    }

    [Fact]
    public async Task There_is_room_for_so_many_explanations_and_when_half_are_written_that_is_told()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.OnPatch = _ => answer.Task;
        var told = 0;
        await using (var executor = Executor(onRoom: () => Interlocked.Increment(ref told)))
        {
            var most = executor.ExplanationRoom;
            Assert.Equal(Backpressure.MostQueued(WriteLane.Explanation), most);
            executor.Execute(
                Sample.Plan([.. Enumerable.Range(0, most).Select(i => Sample.Explain(Sample.Task($"t{i}")))]), TestContext.Current.CancellationToken);
            Assert.InRange(executor.ExplanationRoom, 0, Backpressure.AtOnceBelowFirst);
            Assert.Equal(0, told);
            answer.SetResult();
        }

        Assert.Equal(1, told);
    }

    private static KubernetesException Overloaded(TimeSpan wait) => new(new V1Status { Message = "too many requests" }, HttpStatusCode.TooManyRequests, retryAfter: wait);

    private DecisionExecutor Executor(Action? onRoom = null) => new(_client, new EventRecorder(_client, new() { Time = _time }), _assumed, NullLogger.Instance)
    {
        Time = _time,
        OnRoom = onRoom ?? (static () => { }),
        OnFailed = () => Interlocked.Increment(ref _failures),
    };
}
