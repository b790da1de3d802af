using Foreman.Api;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Supervision;

/// <summary>Whether a run began.</summary>
public enum StartResult
{
    /// <summary>It began.</summary>
    Started,

    /// <summary>A run of the same task is under way: this attempt has its turn when that one has ended.</summary>
    Busy,

    /// <summary>The attempt, or a later one, was dealt with here already.</summary>
    Settled,

    /// <summary>The host drains or stops.</summary>
    Draining,
}

/// <summary>
/// The runs of one process: each attempt at most once, one run per task at a time, none begun once a drain has begun. A
/// fault of one run is logged, gives its task back and frees its slot. All methods may be called from any thread; one lock owns the state.
/// </summary>
/// <param name="runner">Does the work.</param>
/// <param name="time">The clock of all deadlines.</param>
/// <param name="logger">Told how each run ended.</param>
public sealed class RunSupervisor(ITaskRunner runner, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How long a run that was told to stop gets to write its result; then it is left.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>The same once the process was told to stop immediately.</summary>
    internal static readonly TimeSpan HurriedGrace = TimeSpan.FromSeconds(2);

    // Timers take at most 2^32 ms; longer waits are made of several.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _hardStop = new();
    private readonly Dictionary<string, SupervisedRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _settled = new(StringComparer.Ordinal);
    private readonly List<TaskCompletionSource> _idle = [];
    private HashSet<(string Uid, long Attempt)> _withoutRun = [];
    private DrainState _drain = DrainState.None;

    /// <summary>Raised after a run has ended and its slot is free, on a thread of the pool.</summary>
    public event Action<AgenticTask>? RunEnded;

    /// <summary>Runs under way, those that only settle or decline an assignment left out.</summary>
    public int SlotsInUse
    {
        get
        {
            lock (_gate)
            {
                return _runs.Values.Count(r => r.TakesSlot);
            }
        }
    }

    /// <summary>The attempt of a task that runs here, null when none does, and the last one that was dealt with here, 0 for none.</summary>
    /// <param name="uid">UID of the task.</param>
    public (long? Running, long Settled) AttemptsOf(string uid)
    {
        lock (_gate)
        {
            return (_runs.TryGetValue(uid, out var run) ? run.Attempt : null, _settled.GetValueOrDefault(uid));
        }
    }

    /// <summary>Begins a run.</summary>
    /// <param name="assigned">The task as last seen: phase Scheduled, placed here.</param>
    public StartResult Start(AgenticTask assigned) =>
        Begin(new SupervisedRun(assigned, TakesSlot: true), run => runner.RunAsync(assigned, run.Signals, _hardStop.Token));

    /// <summary>Begins to refuse an assignment; a draining host does that too.</summary>
    /// <param name="assigned">The task as last seen: phase Scheduled.</param>
    /// <param name="reason">CamelCase, for the attempt's entry.</param>
    /// <param name="message">Why, for people.</param>
    public StartResult Decline(AgenticTask assigned, string reason, string message) =>
        Begin(new SupervisedRun(assigned, TakesSlot: false), _ => runner.DeclineAsync(assigned, reason, message, _hardStop.Token));

    /// <summary>Begins to settle what an earlier process of this host held; a draining host does that too.</summary>
    /// <param name="running">The task as last seen: phase Running.</param>
    public StartResult Reclaim(AgenticTask running) =>
        Begin(new SupervisedRun(running, TakesSlot: false), _ => runner.ReclaimAsync(running, _hardStop.Token));

    /// <summary>
    /// Settles attempts that this process holds without a run of them, which no known fault leads to: the results that wait for
    /// them are delivered, or they are given back. Call it now and then; what was so at two calls in a row is settled, since
    /// a watch may be late.
    /// </summary>
    /// <param name="held">The tasks whose claim names this process, as last seen.</param>
    public void Reconcile(IEnumerable<AgenticTask> held)
    {
        List<AgenticTask> orphans;
        lock (_gate)
        {
            var without = held.Where(t => t.PhaseOrPending() == TaskPhase.Running && !_runs.ContainsKey(t.Uid())).ToList();
            orphans = [.. without.Where(t => _withoutRun.Contains((t.Uid(), t.Status.Attempt)))];
            _withoutRun = [.. without.Except(orphans).Select(t => (t.Uid(), t.Status.Attempt))];
        }

        foreach (var task in orphans)
        {
            logger.HeldWithoutRun(ObjectKey.Of(task).ToString(), task.Status.Attempt);
            Begin(new SupervisedRun(task, TakesSlot: false) { IsSettling = true }, _ => runner.ReclaimAsync(task, _hardStop.Token));
        }
    }

    /// <summary>Forwards the task as it is seen now to its run, if it has one.</summary>
    /// <param name="latest">The task.</param>
    public void Update(AgenticTask latest) => WithRun(latest.Uid(), run =>
    {
        run.IsForgotten = false;
        run.Signals.Update(latest);
    });

    /// <summary>Tells the run of a task, if it has one, that the task was deleted, and forgets the task.</summary>
    /// <param name="uid">UID of the task.</param>
    public void Deleted(string uid)
    {
        Forget(uid);
        WithRun(uid, run => run.Signals.Deleted());
    }

    /// <summary>Nothing needs to be known of a task any more once its run, if any, has ended.</summary>
    /// <param name="uid">UID of the task.</param>
    public void Forget(string uid)
    {
        lock (_gate)
        {
            _settled.Remove(uid);
            if (_runs.TryGetValue(uid, out var run))
            {
                run.IsForgotten = true;
            }
        }
    }

    /// <summary>Starts nothing until <see cref="CancelDrain"/>. What runs may go on until the deadline and is then given back.</summary>
    /// <param name="deadline">Null sets none. A later deadline than before gives runs that were not stopped more time.</param>
    public void Drain(DateTimeOffset? deadline) => ChangeDrain(drain => drain with { IsRequested = true, Requested = deadline });

    /// <summary>Takes a drain back: runs that were not stopped go on and new ones may start. A shutdown can't be taken back.</summary>
    public void CancelDrain() => ChangeDrain(drain => drain with { IsRequested = false, Requested = null });

    /// <summary>Completes when nothing runs here.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (_runs.Count == 0)
            {
                return Task.CompletedTask;
            }

            var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _idle.Add(idle);
            return idle.Task;
        }
    }

    /// <summary>
    /// Ends everything: starts nothing more, lets what runs go on until the timeout, has the rest given back, and leaves
    /// what could not be given back within <see cref="Grace"/> where it is. It returns within the timeout and twice the grace,
    /// and within twice <see cref="HurriedGrace"/> once it is hurried, whatever the runs do.
    /// </summary>
    /// <param name="timeout">How long runs may go on, from zero.</param>
    /// <param name="hurry">Has runs given back now instead of at the timeout; may be cancelled at any time.</param>
    public async Task ShutdownAsync(TimeSpan timeout, CancellationToken hurry)
    {
        var begun = time.GetTimestamp();
        StopBy(time.GetUtcNow() + timeout);
        var idle = WhenIdleAsync();
        if (!await WithinAsync(idle, timeout + Grace, hurry).ConfigureAwait(false) && hurry.IsCancellationRequested)
        {
            logger.StoppingNow();
            StopBy(time.GetUtcNow());
            var left = timeout + Grace - time.GetElapsedTime(begun);
            await WithinAsync(idle, new TimeSpan(Math.Clamp(left.Ticks, 0, HurriedGrace.Ticks)), CancellationToken.None).ConfigureAwait(false);
        }

        if (!idle.IsCompleted)
        {
            logger.RunsAbandoned();

            // Elsewhere: what the token sets off must not hold this up.
            _ = _hardStop.CancelAsync();
            if (!await WithinAsync(idle, hurry.IsCancellationRequested ? HurriedGrace : Grace, hurry).ConfigureAwait(false) && hurry.IsCancellationRequested)
            {
                await WithinAsync(idle, HurriedGrace, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hardStop.Dispose();

    private void StopBy(DateTimeOffset deadline) =>
        ChangeDrain(drain => drain with { Shutdown = drain.Shutdown is { } earlier && earlier < deadline ? earlier : deadline });

    private async Task<bool> WithinAsync(Task idle, TimeSpan limit, CancellationToken cancellationToken)
    {
        for (var left = limit; !idle.IsCompleted && !cancellationToken.IsCancellationRequested && left >= TimeSpan.Zero; left -= LongestWait)
        {
            await idle.WaitAsync(left < LongestWait ? left : LongestWait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return idle.IsCompleted;
    }

    private StartResult Begin(SupervisedRun run, Func<SupervisedRun, Task<RunOutcome>> work)
    {
        lock (_gate)
        {
            if (!run.IsSettling && _settled.GetValueOrDefault(run.Uid) >= run.Attempt)
            {
                return StartResult.Settled;
            }

            if (_runs.ContainsKey(run.Uid))
            {
                return StartResult.Busy;
            }

            if (_hardStop.IsCancellationRequested || (run.TakesSlot && _drain.Refuses))
            {
                return StartResult.Draining;
            }

            _runs.Add(run.Uid, run);
        }

        _ = Task.Run(() => FollowAsync(run, work), CancellationToken.None);
        return StartResult.Started;
    }

    private async Task FollowAsync(SupervisedRun run, Func<SupervisedRun, Task<RunOutcome>> work)
    {
        var name = ObjectKey.Of(run.Task).ToString();
        try
        {
            var outcome = await work(run).ConfigureAwait(false);
            logger.RunSettled(name, run.Attempt, outcome.Kind, outcome.Reason, outcome.Message);
        }
        catch (Exception e)
        {
            // A fault of one run must not end the others, nor leave its task Running for as long as this process lives.
            logger.RunBrokeOff(e, name, run.Attempt);
            await ReleaseAsync(run.Task, name, e).ConfigureAwait(false);
        }

        List<TaskCompletionSource> idle = [];
        lock (_gate)
        {
            _runs.Remove(run.Uid);
            if (!run.IsForgotten)
            {
                _settled[run.Uid] = run.Attempt;
            }

            if (_runs.Count == 0)
            {
                idle = [.. _idle];
                _idle.Clear();
            }
        }

        idle.ForEach(waiting => waiting.TrySetResult());
        try
        {
            RunEnded?.Invoke(run.Task);
        }
        catch (Exception e)
        {
            logger.EndNotTold(e);
        }
    }

    private async Task ReleaseAsync(AgenticTask task, string name, Exception fault)
    {
        try
        {
            await runner.ReleaseAsync(task, $"{fault.GetType().Name}: {fault.Message}", _hardStop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.NotGivenBack(e, name, task.Status.Attempt);
        }
    }

    private void ChangeDrain(Func<DrainState, DrainState> change)
    {
        lock (_gate)
        {
            var before = _drain.Deadline;
            _drain = change(_drain);
            if (_drain.Deadline == before)
            {
                return;
            }

            foreach (var run in _runs.Values)
            {
                run.Signals.CancelDrain();
                if (_drain.Deadline is { } deadline)
                {
                    run.Signals.Drain(deadline);
                }
            }
        }
    }

    private void WithRun(string uid, Action<SupervisedRun> action)
    {
        lock (_gate)
        {
            if (_runs.TryGetValue(uid, out var run))
            {
                action(run);
            }
        }
    }

    /// <summary>A run under way.</summary>
    /// <param name="Task">The task as it was assigned.</param>
    /// <param name="TakesSlot">False for a refusal or the settling of an earlier process's attempt.</param>
    private sealed record SupervisedRun(AgenticTask Task, bool TakesSlot)
    {
        public string Uid { get; } = Task.Uid();

        public long Attempt => Task.Status.Attempt;

        public RunSignals Signals { get; } = new();

        /// <summary>True when it may begin although the attempt was dealt with here before.</summary>
        public bool IsSettling { get; init; }

        /// <summary>True when the task is no longer followed, so that nothing is kept of it.</summary>
        public bool IsForgotten { get; set; }
    }

    /// <summary>Why nothing starts and when runs are stopped.</summary>
    /// <param name="IsRequested">A drain that can be taken back.</param>
    /// <param name="Requested">Its deadline, if it has one.</param>
    /// <param name="Shutdown">Deadline of a shutdown; null while none has begun.</param>
    private sealed record DrainState(bool IsRequested, DateTimeOffset? Requested, DateTimeOffset? Shutdown)
    {
        public static DrainState None { get; } = new(false, null, null);

        public bool Refuses => IsRequested || Shutdown is not null;

        public DateTimeOffset? Deadline =>
            Requested is { } requested && Shutdown is { } shutdown ? (requested < shutdown ? requested : shutdown) : Requested ?? Shutdown;
    }
}
