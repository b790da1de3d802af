using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Runner.Stops;
using Foreman.Runner.Supervision;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Supervision;

public sealed class RunSupervisorTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestRunner _runner;
    private readonly RecordingLogger _logger = new();
    private readonly RunSupervisor _runs;

    public RunSupervisorTests() => _runs = new RunSupervisor(_runner = new TestRunner(_time), _time, _logger);

    public void Dispose() => _runs.Dispose();

    [Fact]
    public async Task A_run_takes_a_slot_until_it_has_ended()
    {
        Assert.Equal(StartResult.Started, _runs.Start(Assigned("a")));
        Assert.Equal(1, _runs.SlotsInUse);

        await _runner.FinishAsync("a");
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        Assert.Equal(0, _runs.SlotsInUse);
        Assert.Equal((null, 1L), _runs.AttemptsOf("a"));
    }

    [Fact]
    public async Task A_second_start_of_the_same_attempt_is_ignored_while_it_runs_and_afterwards()
    {
        _runs.Start(Assigned("a"));
        Assert.Equal(StartResult.Busy, _runs.Start(Assigned("a")));
        Assert.Equal(StartResult.Busy, _runs.Start(Assigned("a", attempt: 2)));

        await _runner.FinishAsync("a");
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        Assert.Equal(StartResult.Settled, _runs.Start(Assigned("a")));
        Assert.Equal(StartResult.Started, _runs.Start(Assigned("a", attempt: 2)));
        await Eventually.TrueAsync(() => _runner.Started == 2, "the second attempt to run");
    }

    [Fact]
    public async Task A_fault_of_a_run_is_logged_and_frees_its_slot()
    {
        var ended = new TaskCompletionSource<AgenticTask>();
        _runs.RunEnded += task => ended.TrySetResult(task);
        _runs.Start(Assigned("a"));
        _runs.Start(Assigned("b"));

        await _runner.FailAsync("a", new InvalidOperationException("out of luck"));

        Assert.Equal("a", (await ended.Task.WaitAsync(TestDeadline.Default)).Metadata.Uid);
        Assert.Equal(1, _runs.SlotsInUse);
        var (level, message, exception) = Assert.Single(_logger.Entries, e => e.Exception is not null);
        Assert.Equal((LogLevel.Error, "out of luck"), (level, exception!.Message));
        Assert.Contains("broke off", message, StringComparison.Ordinal);
        Assert.Equal(StartResult.Settled, _runs.Start(Assigned("a")));
    }

    [Fact]
    [Trait("Kind", "1")]
    public async Task A_run_that_breaks_off_gives_its_task_back_also_when_that_fails()
    {
        _runs.Start(Assigned("a"));
        await _runner.FailAsync("a", new InvalidOperationException("out of luck"));
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        _runner.ReleaseFails = true;
        _runs.Start(Assigned("b"));
        await _runner.FailAsync("b", new InvalidOperationException("again"));
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        Assert.Equal([("a", "InvalidOperationException: out of luck"), ("b", "InvalidOperationException: again")], _runner.Released);
        Assert.Equal(0, _runs.SlotsInUse);
    }

    [Fact]
    [Trait("Kind", "1")]
    public async Task An_attempt_that_is_held_without_a_run_is_settled_at_the_second_look()
    {
        var held = Assigned("a") with { Status = Tasks.With(TaskPhase.Running, 1, Tasks.Me).Status };
        _runs.Start(Assigned("a"));
        await _runner.FinishAsync("a");
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        _runs.Reconcile([held]);
        Assert.Equal(1, _runner.Started);
        _runs.Reconcile([]);
        _runs.Reconcile([held]);
        Assert.Equal(1, _runner.Started);
        _runs.Reconcile([held]);

        await Eventually.TrueAsync(() => _runner.Started == 2, "the attempt to be settled");
        await _runner.FinishAsync("a");
    }

    [Fact]
    [Trait("Kind", "1")]
    public async Task A_listener_that_fails_does_not_keep_a_slot()
    {
        _runs.RunEnded += _ => throw new InvalidOperationException("no listener");
        _runs.Start(Assigned("a"));
        await _runner.FinishAsync("a");
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        Assert.Equal(StartResult.Started, _runs.Start(Assigned("a", attempt: 2)));
    }

    [Fact]
    [Trait("Kind", "15")]
    public async Task A_shutdown_of_a_hundred_days_and_a_drain_of_a_hundred_years_are_no_fault()
    {
        using var runs = new RunSupervisor(_runner, TimeProvider.System, _logger);
        using var hurry = new CancellationTokenSource();
        runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");

        runs.Drain(DateTimeOffset.UtcNow.AddYears(100));
        var shutdown = runs.ShutdownAsync(TimeSpan.FromDays(100), hurry.Token);
        Assert.False(shutdown.IsCompleted);
        await _runner.FinishAsync("a");

        await shutdown.WaitAsync(TestDeadline.Default);
    }

    [Fact]
    public async Task Nothing_starts_after_a_shutdown_has_begun()
    {
        _runs.Start(Assigned("a"));
        var shutdown = _runs.ShutdownAsync(TimeSpan.FromMinutes(1), CancellationToken.None);

        Assert.Equal(StartResult.Draining, _runs.Start(Assigned("b")));
        _runs.CancelDrain();
        Assert.Equal(StartResult.Draining, _runs.Start(Assigned("b")));

        await _runner.FinishAsync("a");
        await shutdown.WaitAsync(TestDeadline.Default);
        Assert.Equal(StartResult.Draining, _runs.Start(Assigned("b")));
        Assert.Equal(1, _runner.Started);
    }

    [Fact]
    public async Task A_draining_host_starts_nothing_but_declines_and_settles()
    {
        _runs.Drain(null);

        Assert.Equal(StartResult.Draining, _runs.Start(Assigned("a")));
        Assert.Equal(StartResult.Started, _runs.Decline(Assigned("a"), "Draining", "the host drains"));
        Assert.Equal(StartResult.Started, _runs.Reclaim(Assigned("b")));
        Assert.Equal(0, _runs.SlotsInUse);

        await _runner.FinishAsync("a");
        await _runner.FinishAsync("b");
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);
    }

    [Fact]
    public async Task A_drain_stops_what_still_runs_at_its_deadline()
    {
        _runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");
        _runs.Drain(_time.GetUtcNow().AddSeconds(30));

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(_runner.IsStopped("a"));

        _time.Advance(TimeSpan.FromSeconds(1));
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);
        Assert.True(_runner.IsStopped("a"));
    }

    [Fact]
    public async Task A_drain_that_is_taken_back_under_load_lets_every_run_that_was_not_stopped_go_on()
    {
        string[] names = ["a", "b", "c", "d"];
        foreach (var name in names)
        {
            _runs.Start(Assigned(name));
            await _runner.BegunAsync(name);
        }

        _runs.Drain(_time.GetUtcNow().AddSeconds(30));
        Assert.Equal(StartResult.Draining, _runs.Start(Assigned("late")));
        _runs.CancelDrain();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.All(names, name => Assert.False(_runner.IsStopped(name)));
        Assert.Equal(StartResult.Started, _runs.Start(Assigned("late")));
        Assert.Equal(5, _runs.SlotsInUse);
    }

    [Fact]
    public async Task A_drain_with_a_later_deadline_gives_runs_more_time()
    {
        _runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");

        _runs.Drain(_time.GetUtcNow().AddSeconds(30));
        _runs.Drain(_time.GetUtcNow().AddSeconds(90));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(_runner.IsStopped("a"));

        _time.Advance(TimeSpan.FromSeconds(30));
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);
    }

    [Fact]
    public async Task A_shutdown_outlasts_a_drain_that_is_taken_back_or_put_off()
    {
        _runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");
        var shutdown = _runs.ShutdownAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

        _runs.Drain(_time.GetUtcNow().AddMinutes(5));
        _runs.CancelDrain();
        _time.Advance(TimeSpan.FromSeconds(30));

        await shutdown.WaitAsync(TestDeadline.Default);
        Assert.True(_runner.IsStopped("a"));
    }

    [Fact]
    public async Task A_shutdown_that_is_hurried_stops_runs_at_once()
    {
        using var hurry = new CancellationTokenSource();
        _runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");
        var shutdown = _runs.ShutdownAsync(TimeSpan.FromMinutes(10), hurry.Token);

        await hurry.CancelAsync();

        await shutdown.WaitAsync(TestDeadline.Default);
        Assert.True(_runner.IsStopped("a"));
    }

    [Fact]
    public async Task A_run_that_ignores_the_drain_is_hard_stopped_and_left_a_grace_later()
    {
        _runner.IgnoresDrain = true;
        _runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");

        var shutdown = _runs.ShutdownAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(_runner.HardStop.IsCancellationRequested);
        await _time.AdvanceUntilAsync(() => shutdown.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), "the shutdown to end");

        Assert.True(_runner.HardStop.IsCancellationRequested);
        Assert.Equal(1, _runs.SlotsInUse);
        Assert.Equal(StartResult.Draining, _runs.Reclaim(Assigned("b")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(14)]
    public async Task A_shutdown_returns_within_twice_the_short_grace_whenever_it_is_hurried(int secondsUntilHurry)
    {
        var timeout = TimeSpan.FromSeconds(5);
        using var hurry = new CancellationTokenSource();
        _runner.IgnoresDrain = true;
        _runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");

        var shutdown = _runs.ShutdownAsync(timeout, hurry.Token);
        _time.Advance(TimeSpan.FromSeconds(secondsUntilHurry));
        await hurry.CancelAsync();
        await Eventually.TrueAsync(() => _logger.Entries.Any(e => e.Message.StartsWith("Stopping now", StringComparison.Ordinal)), "the hurry to be heeded");
        var hurried = _time.Elapsed;
        var step = TimeSpan.FromMilliseconds(250);
        await _time.AdvanceUntilAsync(() => shutdown.IsCompleted, step, TimeSpan.FromMinutes(1), "the shutdown to end");

        Assert.True(_runner.HardStop.IsCancellationRequested);
        Assert.True(_time.Elapsed - hurried <= (2 * RunSupervisor.HurriedGrace) + step, $"it took {_time.Elapsed - hurried}");
    }

    [Fact]
    public async Task A_deletion_and_a_new_state_reach_the_run_of_their_task_and_no_other()
    {
        _runs.Start(Assigned("a"));
        _runs.Start(Assigned("b"));
        await _runner.BegunAsync("a");
        await _runner.BegunAsync("b");
        var suspended = Assigned("b");

        _runs.Deleted("a");
        _runs.Update(suspended with { Spec = suspended.Spec with { Suspend = true } });
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        Assert.Equal((StopKind.Fence, StopKind.Suspend), (_runner.StopOf("a"), _runner.StopOf("b")));
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_task_that_was_deleted_while_it_ran()
    {
        _runs.Start(Assigned("a"));
        await _runner.BegunAsync("a");

        _runs.Deleted("a");
        await _runs.WhenIdleAsync().WaitAsync(TestDeadline.Default);

        Assert.Equal((null, 0L), _runs.AttemptsOf("a"));
    }

    [Fact]
    public void An_idle_host_is_idle_at_once() => Assert.True(_runs.WhenIdleAsync().IsCompletedSuccessfully);

    private static AgenticTask Assigned(string uid, long attempt = 1)
    {
        var task = Tasks.With(TaskPhase.Scheduled, attempt);
        return task with { Metadata = task.Metadata with { Name = uid, Uid = uid } };
    }

    /// <summary>Runs that end when the test says so, or when their signals stop them.</summary>
    private sealed class TestRunner(TimeProvider time) : ITaskRunner
    {
        private readonly ConcurrentDictionary<string, TestRun> _runs = new();
        private int _started;

        public bool IgnoresDrain { get; set; }

        public bool ReleaseFails { get; set; }

        public ConcurrentQueue<(string Uid, string Message)> Released { get; } = [];

        public int Started => _started;

        public CancellationToken HardStop { get; private set; }

        public Task BegunAsync(string uid) => Run(uid).Begun.Task.WaitAsync(TestDeadline.Default);

        public async Task FinishAsync(string uid)
        {
            await BegunAsync(uid);
            Run(uid).End.TrySetResult();
        }

        public async Task FailAsync(string uid, Exception exception)
        {
            await BegunAsync(uid);
            Run(uid).End.TrySetException(exception);
        }

        public StopKind StopOf(string uid) => Run(uid).Monitor!.Plan.Kind;

        public bool IsStopped(string uid) => StopOf(uid) != StopKind.None;

        public async Task<RunOutcome> RunAsync(AgenticTask assigned, RunSignals signals, CancellationToken hardStop)
        {
            Interlocked.Increment(ref _started);
            HardStop = hardStop;
            var run = _runs.AddOrUpdate(assigned.Metadata.Uid!, _ => new TestRun(), (_, old) => old.Begun.Task.IsCompleted ? new TestRun() : old);
            run.Monitor = new StopMonitor(new Attempt(assigned, Tasks.Me), signals, null, time, NullLogger.Instance);
            var stopped = new TaskCompletionSource();
            if (!IgnoresDrain)
            {
                run.Monitor.Token.Register(() => stopped.TrySetResult());
            }

            run.Begun.TrySetResult();
            await await Task.WhenAny(run.End.Task, stopped.Task);
            return new(RunOutcomeKind.Ended, "Succeeded", "");
        }

        public Task<RunOutcome> DeclineAsync(AgenticTask assigned, string reason, string message, CancellationToken cancellationToken) =>
            RunAsync(assigned, new RunSignals(), cancellationToken);

        public Task<RunOutcome> ReclaimAsync(AgenticTask running, CancellationToken cancellationToken) => RunAsync(running, new RunSignals(), cancellationToken);

        public Task<RunOutcome> ReleaseAsync(AgenticTask task, string message, CancellationToken cancellationToken)
        {
            Released.Enqueue((task.Metadata.Uid!, message));
            return ReleaseFails ? throw new InvalidOperationException("no luck either") : Task.FromResult(new RunOutcome(RunOutcomeKind.GivenBack, "", ""));
        }

        private TestRun Run(string uid) => _runs.GetOrAdd(uid, _ => new TestRun());
    }

    private sealed class TestRun
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StopMonitor? Monitor { get; set; }
    }
}
