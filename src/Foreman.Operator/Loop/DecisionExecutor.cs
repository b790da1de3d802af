using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>
/// Sends what was decided, in lanes: assignments and rescues first, explanations after them, then events, deletions last. The status of a task
/// is assumed from the moment of the decision; how long it is believed counts from the moment its write is sent.
/// </summary>
internal sealed class DecisionExecutor(IKubernetes client, EventRecorder events, AssumeCache assumed, ILogger logger) : IAsyncDisposable
{
    /// <summary>Writes under way at once.</summary>
    public const int AtOnce = 32;

    /// <summary>Most of them that are not of the first lane.</summary>
    public const int AtOnceBelowFirst = 24;

    /// <summary>Most explanations that wait to be written; further ones are decided when some of these have been.</summary>
    public const int MostExplanations = 1024;

    private const int MostEvents = 4096;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // The lanes wait as a whole when the server asks for it, not each write by itself.
    private static readonly CallOptions NoWaits = new() { MaxRetryAfter = TimeSpan.Zero };

    // Until the roles are mended each call is in vain.
    private static readonly TimeSpan AfterForbidden = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AfterStale = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private static readonly PatchOptions StatusPatch = new()
    {
        Subresource = "status",
        FieldValidation = FieldValidation.Warn,
        FieldManager = ApiGroup.FieldManager,
    };

    private readonly Lock _gate = new();
    private readonly WriteLanes<Func<Task>> _lanes = new(AtOnce, AtOnceBelowFirst, MostEvents);
    private readonly Dictionary<string, long> _forbidden = new(StringComparer.Ordinal);
    private readonly IKubernetes _client = client.With(NoWaits);
    private TaskCompletionSource? _idle;
    private bool _crowded;

    /// <summary>Called when a write has failed, so that it is decided again.</summary>
    public Action OnFailed { get; init; } = static () => { };

    /// <summary>Begins a write that may be under way now, and returns; on the thread pool by default.</summary>
    public Action<Func<Task>> Start { get; init; } = static write => _ = Task.Run(write);

    /// <summary>Called when explanations that found no room may be decided again.</summary>
    public Action OnRoom { get; init; } = static () => { };

    /// <summary>Clock of pauses.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>True while nothing is sent because the server asked to wait.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_gate)
            {
                return _lanes.IsPaused;
            }
        }
    }

    /// <summary>How many more explanations may be queued.</summary>
    public int ExplanationRoom
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(0, MostExplanations - _lanes.QueuedIn(WriteLane.Explanation));
            }
        }
    }

    private bool IsCrowded => _lanes.QueuedIn(WriteLane.Explanation) > MostExplanations / 2;

    /// <summary>Queues the writes of a plan and returns.</summary>
    /// <param name="plan">What was decided.</param>
    /// <param name="cancellationToken">Gives up what is queued or under way.</param>
    public void Execute(Plan plan, CancellationToken cancellationToken)
    {
        var forbidden = NowForbidden();
        foreach (var decision in plan.Decisions.Where(d => !IsDeletion(d) || !forbidden.Contains(DecisionTranslator.NameOf(d))))
        {
            if (decision is TaskDecision { Task: var task, After: var after })
            {
                assumed.Assume(task, after);
            }

            if (decision is RecordEvent)
            {
                QueueEvent(decision, cancellationToken);
            }
            else
            {
                Queue(DecisionTranslator.LaneOf(decision), DecisionTranslator.TargetOf(decision).Uid(), () => WriteAsync(decision, cancellationToken));
            }
        }
    }

    /// <summary>Waits until nothing is queued or under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Task idle;
        lock (_gate)
        {
            _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _lanes.IsIdle ? Task.CompletedTask : _idle.Task;
        }

        await idle;
    }

    private void Queue(WriteLane lane, string? key, Func<Task> write)
    {
        bool dropped;
        lock (_gate)
        {
            dropped = _lanes.Add(lane, key, write);
            _crowded |= IsCrowded;
            StartWhatMay();
        }

        if (dropped)
        {
            LoopLog.EventDropped(logger, MostEvents);
        }
    }

    private void StartWhatMay()
    {
        while (_lanes.TryTake(out var lane, out var write))
        {
            Start(() => RunAsync(lane, write));
        }
    }

    private async Task RunAsync(WriteLane lane, Func<Task> write)
    {
        try
        {
            await write();
        }
        finally
        {
            bool room;
            lock (_gate)
            {
                _lanes.Done(lane);
                StartWhatMay();
                room = _crowded && !IsCrowded;
                _crowded &= !room;
                if (_lanes.IsIdle)
                {
                    _idle?.TrySetResult();
                }
            }

            if (room)
            {
                OnRoom();
            }
        }
    }

    /// <summary>Queues a write again that the server did not take, and sends nothing for as long as it asks.</summary>
    private void Pause(Decision decision, TimeSpan asked, CancellationToken cancellationToken)
    {
        var wait = asked < ShortestPause ? ShortestPause : asked > LongestPause ? LongestPause : asked;
        Task over;
        lock (_gate)
        {
            if (decision is TaskDecision { After: var after })
            {
                assumed.Requeued(after);
            }

            _lanes.PutBack(DecisionTranslator.LaneOf(decision), DecisionTranslator.TargetOf(decision).Uid(), () => WriteAsync(decision, cancellationToken));
            if (_lanes.IsPaused)
            {
                return;
            }

            // Whoever sees the pause may rely on its clock running.
            over = Task.Delay(wait, Time, cancellationToken);
            _lanes.IsPaused = true;
            _lanes.Slow();
        }

        LoopLog.Paused(logger, wait.TotalSeconds);
        _ = ResumeAsync(over);
    }

    // Told to stop, what is queued ends at once by its own token.
    private async Task ResumeAsync(Task over)
    {
        await over.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _lanes.IsPaused = false;
            StartWhatMay();
        }
    }

    private void QueueEvent(Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Event is { } about)
        {
            Queue(WriteLane.Event, key: null, () => PublishAsync(DecisionTranslator.TargetOf(decision), about, cancellationToken));
        }
    }

    private async Task WriteAsync(Decision decision, CancellationToken cancellationToken)
    {
        var target = DecisionTranslator.TargetOf(decision);
        var (name, key) = (DecisionTranslator.NameOf(decision), ObjectKey.Of(target));
        try
        {
            await SendAsync(decision, cancellationToken);
            lock (_gate)
            {
                _lanes.Quicken();
            }

            LogWritten(decision, name, key);
            QueueEvent(decision, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound || (e.IsConflict && IsDeletion(decision)))
        {
            // The object has changed or is gone: the watch brings what is true now.
            LoopLog.Stale(logger, name, key, e.Message);
            Expire(decision, AfterStale);
        }
        catch (KubernetesException e) when (e is { IsOverloaded: true, RetryAfter: not null })
        {
            Pause(decision, e.RetryAfter.Value, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsForbidden && IsDeletion(decision))
        {
            SayWhatIsForbidden(name, key, e);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            LoopLog.Failed(logger, name, key, e.Message);
            Expire(decision, AfterFailure);
        }
        catch (LeadershipLostException e)
        {
            LoopLog.LeftToNextLeader(logger, name, key, e.Message);
            Expire(decision, AfterFailure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Expire(decision, TimeSpan.Zero);
        }
#pragma warning disable CA1031 // An unforeseen failure of one write must neither end the others nor leave its task assumed.
        catch (Exception e)
        {
            LoopLog.Unforeseen(logger, e, name, key);
            Expire(decision, AfterFailure);
        }
#pragma warning restore CA1031
    }

    private async Task SendAsync(Decision decision, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDeletion(decision))
        {
            await DeleteAsync(decision, cancellationToken);
            return;
        }

        var patch = DecisionTranslator.ToPatch(decision) ?? throw new InvalidOperationException($"{decision} writes nothing.");
        if (decision is TaskDecision { After: var after })
        {
            assumed.Sending(after);
            var stored = await _client.PatchMetadataAsync<AgenticTask>(patch, after.Name(), after.Namespace(), StatusPatch, cancellationToken);
            assumed.Confirm(after, stored.ResourceVersion);
        }
        else
        {
            await _client.PatchMetadataAsync<FleetNode>(patch, DecisionTranslator.TargetOf(decision).Name(), null, StatusPatch, cancellationToken);
        }
    }

    private void LogWritten(Decision decision, string name, ObjectKey key)
    {
        if (decision is DeleteNode { Event.Message: var why })
        {
            LoopLog.NodeDeleted(logger, key, why);
        }
        else
        {
            LoopLog.Written(logger, name, key);
        }
    }

    private static bool IsDeletion(Decision decision) => DecisionTranslator.LaneOf(decision) == WriteLane.CleanUp;

    private Task DeleteAsync(Decision decision, CancellationToken cancellationToken)
    {
        var target = DecisionTranslator.TargetOf(decision);
        var options = DecisionTranslator.DeletionOf(target);
        return decision is DeleteTask
            ? _client.DeleteAsync<AgenticTask>(target.Name(), target.Namespace(), options, cancellationToken)
            : _client.DeleteAsync<FleetNode>(target.Name(), null, options, cancellationToken);
    }

    private HashSet<string> NowForbidden()
    {
        lock (_gate)
        {
            return _forbidden.Where(f => Time.GetElapsedTime(f.Value) < AfterForbidden).Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        }
    }

    // Roles of an older installation may lack the right; it is asked for again all the time, so one line of each kind is enough.
    private void SayWhatIsForbidden(string name, ObjectKey key, KubernetesException e)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = !_forbidden.ContainsKey(name);
            _forbidden[name] = Time.GetTimestamp();
        }

        if (isNew)
        {
            LoopLog.MayNotDelete(logger, name, key, e.Message);
        }
    }

    private void Expire(Decision decision, TimeSpan pause)
    {
        if (decision is TaskDecision { After: var after })
        {
            assumed.ExpireAfter(after, pause);
            OnFailed();
        }
    }

    private async Task PublishAsync(IKubernetesObject about, DecisionEvent decided, CancellationToken cancellationToken)
    {
        try
        {
            await (decided.Warning
                ? events.WarningAsync(about, decided.Reason, decided.Message, cancellationToken)
                : events.NormalAsync(about, decided.Reason, decided.Message, cancellationToken));
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested || e is LeadershipLostException)
        {
            LoopLog.EventNotWritten(logger, decided.Reason, ObjectKey.Of(about));
        }
#pragma warning disable CA1031 // An event is for people: its failure must not end the others.
        catch (Exception e)
        {
            LoopLog.Unforeseen(logger, e, decided.Reason, ObjectKey.Of(about));
        }
#pragma warning restore CA1031
    }
}
