using System.Collections.Concurrent;
using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using k8s.Models;
using Microsoft.Extensions.Logging;
using JobObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Job, Foreman.Jobs.JobFormat>;

namespace Foreman.Operator.Backends;

/// <summary>
/// Runs in Kubernetes Jobs. Each attempt has one, in the namespace of its task and owned by it; it is created once, followed by two watches for each
/// namespace, and deleted when its task leaves the attempt. All that is known is read from the cluster: a restart finds every Job again. An error of the API
/// decides nothing and is tried again.
/// </summary>
internal sealed class JobBackend : IExecutionBackend, IAsyncDisposable
{
    // A worker never waits for a Job, only for answers of the API server.
    private const int Workers = 4;

    private static readonly TimeSpan BetweenEvents = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UntilReady = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan UntilSeen = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UntilRoom = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private readonly IKubernetes _client;
    private readonly JobCreator _creator;
    private readonly JobPreflight _preflight;
    private readonly JobLogs _logs;
    private readonly Store<AgenticTask> _tasks;
    private readonly Store<Agent> _agents;
    private readonly JobsConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<JobKey, JobAttempt> _attempts = new();
    private readonly ConcurrentDictionary<string, Lazy<JobWatch>> _watches = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _checks = [];
    private readonly CancellationTokenSource _end = new();
    private readonly WorkQueue<JobKey> _queue;
    private readonly Task _work;

    /// <summary>Begins to work; nothing is followed before a task is placed in a Job.</summary>
    /// <param name="client">Writes what the leader decides.</param>
    /// <param name="tasks">Every task of the cluster.</param>
    /// <param name="agents">Every Agent of the cluster.</param>
    /// <param name="config">What the file <c>--jobs-config</c> says.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Log.</param>
    public JobBackend(IKubernetes client, Store<AgenticTask> tasks, Store<Agent> agents, JobsConfig config, TimeProvider time, ILogger logger)
    {
        (_client, _tasks, _agents, _config, _time, _logger) = (client, tasks, agents, config, time, logger);
        _creator = new(client);
        _preflight = new(client, config, time, logger);
        _logs = new(client, time, logger);
        _queue = new(new() { Name = "jobs", Time = time, Backoff = new() { Base = TimeSpan.FromMilliseconds(200), Max = TimeSpan.FromSeconds(10) } });
        _work = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>Called when something is known of a Job that the scheduler can judge; from any thread.</summary>
    public Action OnChange { get; set; } = static () => { };

    /// <inheritdoc/>
    public IPlacementRules Rules => JobPlacement.Instance;

    /// <inheritdoc/>
    public void Start(AgenticTask task) => Take(task);

    /// <inheritdoc/>
    public void Update(AgenticTask task)
    {
        if (task.Status.Placement == Placement.Job && IsHeld(task))
        {
            Take(task);
        }
        else if (task.Status.JobName is not null && task.Namespace() is { } space)
        {
            // A Job that an earlier operator left behind is found by this.
            _ = WatchOf(space);
        }
    }

    /// <inheritdoc/>
    public HolderObservation? Observe(AgenticTask task) =>
        _attempts.TryGetValue(JobKey.Of(task), out var attempt) && attempt.IsObserved ? new JobHolder(task.Status.Attempt, attempt.End) : null;

    /// <inheritdoc/>
    public void Release(AgenticTask task, ReleaseCause cause)
    {
        var key = JobKey.Of(task);
        if (_attempts.ContainsKey(key) || (cause == ReleaseCause.Deleted && task.Status.JobName is not null))
        {
            Leave(key, task);
        }
    }

    /// <summary>Stops to follow; every Job goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.ShutDown();
        await _end.CancelAsync();
        await _work;
        await Task.WhenAll(_checks);
        foreach (var watch in _watches.Values)
        {
            await watch.Value.DisposeAsync();
        }

        _queue.Dispose();
        _end.Dispose();
    }

    private static bool IsHeld(AgenticTask task) => task.PhaseOrPending() == TaskPhase.Scheduled || task.PhaseOrPending() == TaskPhase.Running;

    private void Take(AgenticTask task)
    {
        if (task.Namespace() is { } space)
        {
            _ = WatchOf(space);
            var key = JobKey.Of(task);
            _ = _attempts.AddOrUpdate(key, _ => new() { Task = task }, (_, known) => known.LeftAt is null ? known with { Task = task } : known);
            _queue.Add(key);
        }
    }

    private void Leave(JobKey key, AgenticTask seen)
    {
        var now = _tasks.Get(seen.Name(), seen.Namespace());
        var left = new JobAttempt { Task = seen, LeftAt = _time.GetUtcNow(), EndedByItself = now is not null && now.Uid() == key.Task && now.IsTerminal() && now.Status.Attempt == key.Attempt };
        _ = _attempts.AddOrUpdate(key, left, (_, known) => known.LeftAt is null ? known with { LeftAt = left.LeftAt, EndedByItself = left.EndedByItself } : known);
        _queue.Add(key);
    }

    private JobWatch WatchOf(string space) => _watches.GetOrAdd(space, s => new(() => Follow(s))).Value;

    // Where a first task shows that Jobs are wanted, what is missing for them is told before the second one fails.
    private JobWatch Follow(string space)
    {
        if (_config.Image.Length > 0)
        {
            _checks.Add(_preflight.RunAsync(space, _end.Token));
        }

        return new JobWatch(_client, space, new() { Time = _time, Logger = _logger }, Changed);
    }

    // A Job of an attempt that nobody has any more was left behind, by this operator or by an earlier one.
    private void Changed(string space, JobKey key)
    {
        if (!_attempts.ContainsKey(key) && WatchOf(space).OwnerOf(key) is { } owner && _tasks.Get(owner, space) is { } task && task.Uid() == key.Task
            && !(IsHeld(task) && task.Status.Attempt == key.Attempt))
        {
            Leave(key, task with { Status = task.Status with { Attempt = key.Attempt } });
            return;
        }

        _queue.Add(key);
    }

    private async Task WorkAsync()
    {
        while (await _queue.TakeAsync() is { Key: var key })
        {
            try
            {
                await SeeToAsync(key);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    private async Task SeeToAsync(JobKey key)
    {
        if (!_attempts.TryGetValue(key, out var attempt) || attempt.Task.Namespace() is not { } space)
        {
            return;
        }

        var name = JobNames.Of(key.Task, key.Attempt);
        try
        {
            var pause = attempt.LeftAt is null ? await FollowAsync(key, attempt, WatchOf(space)) : await LeaveAsync(key, attempt, space);
            _queue.Forget(key);
            if (pause is { } wait)
            {
                _queue.AddAfter(key, wait > LeastPause ? wait : LeastPause);
            }
        }
        catch (OperationCanceledException e) when (_end.IsCancellationRequested || e is LeadershipLostException)
        {
            // Whoever leads next finds the Job again.
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            JobBackendLog.TriedAgain(_logger, space, name, e.Message);
            _queue.AddRateLimited(key);
        }
#pragma warning disable CA1031 // An unforeseen failure of one Job must not end the others.
        catch (Exception e)
        {
            JobBackendLog.Unforeseen(_logger, e, space, name);
            _queue.AddRateLimited(key);
        }
#pragma warning restore CA1031
    }

    // How long until it is to be looked at again although nothing changes; null for never.
    private async Task<TimeSpan?> FollowAsync(JobKey key, JobAttempt attempt, JobWatch watch)
    {
        var run = RunOf(attempt.Task);
        if (attempt.CreatedAt is null && attempt.Task.PhaseOrPending() == TaskPhase.Scheduled && attempt.End is null)
        {
            return HasRoom(key, run, watch) ? await CreateAsync(key, run) : UntilRoom;
        }

        if (attempt.End is not null)
        {
            return null;
        }

        if (!watch.IsReady)
        {
            return UntilReady;
        }

        var (now, space) = (_time.GetUtcNow(), run.Task.Namespace()!);
        var job = watch.Job(run.Name, space);
        if (job is null && !attempt.IsSeen && attempt.CreatedAt is { } created)
        {
            // The watch is behind the creation, or the Job was deleted before anybody saw it.
            if (now - created < UntilSeen)
            {
                return UntilSeen - (now - created);
            }

            job = (await _client.TryReadAsync<JobObject>(run.Name, space, _end.Token))?.Model;
        }

        job = job is not null && JobIdentity.IsOf(job, key.Task, key.Attempt) ? job : null;
        var pods = watch.Pods(key);
        attempt = await ListEventsAsync(attempt, job, pods, now);
        var outcome = JobClassifier.Classify(new() { Job = job, Pods = pods, Events = attempt.Events, Now = now, Limits = JobLimits.Of(run) });
        var end = JobVerdict.Unwanted(attempt.Task) ?? JobVerdict.End(run, outcome, now);
        if (end is not null && run.Container is not null && pods is [var pod, ..])
        {
            await _logs.KeepAsync(attempt.Task, pod, _end.Token);
        }

        Note(key, attempt with { IsSeen = attempt.IsSeen || job is not null, IsObserved = true, End = end });
        return Pause(run, outcome, now);
    }

    private static TimeSpan? Pause(JobRun run, JobOutcome outcome, DateTimeOffset now)
    {
        DateTimeOffset?[] times = [outcome.LookAgainAt, JobVerdict.LookAgainAt(run, outcome), outcome.State == JobState.Pending ? now + BetweenEvents : null];
        return times.Where(t => t > now).Min() is { } next ? next - now : null;
    }

    private async Task<TimeSpan?> CreateAsync(JobKey key, JobRun run)
    {
        var refusal = await _creator.CreateAsync(run, _end.Token);
        if (refusal is null)
        {
            JobBackendLog.Created(_logger, run.Task.Namespace(), run.Name, run.Attempt, run.Task.Name());
        }

        Change(key, known => known with { CreatedAt = refusal is null ? _time.GetUtcNow() : null, IsObserved = true, End = refusal });
        if (refusal is not null)
        {
            Told(run, refusal);
        }

        return LeastPause;
    }

    // The Job's own events tell why it has no pod; those of a pod, why it does not begin.
    private async Task<JobAttempt> ListEventsAsync(JobAttempt attempt, V1Job? job, ImmutableArray<V1Pod> pods, DateTimeOffset now)
    {
        var about = pods.FirstOrDefault(p => p.Status?.Phase is null or "Pending" or "Failed")?.Metadata.Uid ?? (pods.IsEmpty ? job?.Metadata.Uid : null);
        if (about is null || now - (attempt.ListedAt ?? attempt.CreatedAt ?? DateTimeOffset.MinValue) < BetweenEvents)
        {
            return attempt;
        }

        var listed = await _client.ListAsync<CoreV1Event>(attempt.Task.Namespace(), new ListOptions { FieldSelector = Selectors.FieldEqual("involvedObject.uid", about) }, _end.Token);
        return attempt with
        {
            ListedAt = now,
            Events = [.. listed.Items.Select(e => JobEvents.Of(e, now))],
        };
    }

    private async Task<TimeSpan?> LeaveAsync(JobKey key, JobAttempt attempt, string space)
    {
        if (attempt is { CreatedAt: null, IsSeen: false, End: not null })
        {
            // Its Job was refused, so there is none.
            _ = _attempts.TryRemove(key, out _);
            return null;
        }

        var watch = WatchOf(space);
        if (!watch.IsReady)
        {
            return UntilReady;
        }

        var name = JobNames.Of(key.Task, key.Attempt);
        var job = watch.Job(name, space) is { } found && JobIdentity.IsOf(found, key.Task, key.Attempt) ? found : null;
        var fate = JobVerdict.FateOf(attempt, job, watch.Pods(key), _config, _time.GetUtcNow());
        if (fate == JobFate.Awaited)
        {
            return BetweenEvents;
        }

        if (fate == JobFate.Deleted)
        {
            var options = new DeleteOptions { PropagationPolicy = PropagationPolicy.Background, PreconditionUid = job!.Metadata.Uid };
            _ = await _client.TryDeleteAsync<JobObject>(name, space, options, _end.Token);
            JobBackendLog.Deleted(_logger, space, name, key.Attempt);
        }

        // A Job that is kept would be found again and again.
        if (fate != JobFate.Kept)
        {
            _ = _attempts.TryRemove(key, out _);
        }

        return null;
    }

    private JobRun RunOf(AgenticTask task) => new()
    {
        Task = task,
        Attempt = task.Status.Attempt,
        Agent = task.AgentName() is { } agent ? _agents.Get(agent, task.Namespace())?.Spec : null,
        Container = task.Spec.Container,
        Job = task.Spec.Job,
        Config = _config,
    };

    // Those that an earlier operator created count too, and one of them has its room already.
    private bool HasRoom(JobKey key, JobRun run, JobWatch watch) => _config.MaxConcurrentTasks == 0
        || (watch.IsReady
            && (watch.Job(run.Name, run.Task.Namespace()!) is not null || _attempts.Count(a => a.Key != key && IsLive(a.Value)) < _config.MaxConcurrentTasks));

    private static bool IsLive(JobAttempt attempt) =>
        attempt is { LeftAt: null, End: null } && (attempt.CreatedAt is not null || attempt.Task.PhaseOrPending() == TaskPhase.Running);

    private void Note(JobKey key, JobAttempt seen)
    {
        var isNew = !_attempts.TryGetValue(key, out var before) || !before.IsObserved || before.End != seen.End;
        Change(key, known => known with { IsSeen = seen.IsSeen, IsObserved = true, Events = seen.Events, ListedAt = seen.ListedAt, End = seen.End });
        if (isNew && seen.End is { } end)
        {
            Told(RunOf(seen.Task), end);
        }
        else if (isNew)
        {
            OnChange();
        }
    }

    private void Told(JobRun run, TakeBackReason end)
    {
        JobBackendLog.Ended(_logger, run.Task.Namespace(), run.Name, run.Task.Name(), end.Outcome.Value, end.Reason, end.Message);
        OnChange();
    }

    // The task may have changed, or left the attempt, while its Job was looked at.
    private void Change(JobKey key, Func<JobAttempt, JobAttempt> change)
    {
        while (_attempts.TryGetValue(key, out var known) && !_attempts.TryUpdate(key, change(known), known))
        {
        }
    }
}
