using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>
/// Sends what was decided, in lanes: assignments and rescues first, explanations after them, then events, deletions last. The status of a task
/// is assumed from the moment of the decision; how long it is believed counts from the moment its write is sent.
/// </summary>
internal sealed class DecisionExecutor : IAsyncDisposable
{
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
    private readonly Dictionary<string, long> _forbidden = new(StringComparer.Ordinal);
    private readonly AssumeCache _assumed;
    private readonly ILogger _logger;
    private readonly IKubernetes _client;

    /// <summary>Makes it; it sends until it is disposed of.</summary>
    /// <param name="client">Writes decisions.</param>
    /// <param name="events">Writes events.</param>
    /// <param name="assumed">Told what is written.</param>
    /// <param name="logger">Log.</param>
    public DecisionExecutor(IKubernetes client, EventRecorder events, AssumeCache assumed, ILogger logger)
    {
        (_client, _assumed, _logger) = (client.With(NoWaits), assumed, logger);
        Lanes = new(logger);
        Events = new(Lanes, events, logger);
    }

    /// <summary>The lanes that decisions are sent in.</summary>
    public LaneRunner Lanes { get; }

    /// <summary>The lane of events among them.</summary>
    public EventLane Events { get; }

    /// <summary>Called when a write has failed, so that it is decided again.</summary>
    public Action OnFailed { get; init; } = static () => { };

    /// <summary>Begins a write that may be under way now, and returns; on the thread pool by default.</summary>
    public Action<Func<Task>> Start
    {
        get => Lanes.Start;
        init => Lanes.Start = value;
    }

    /// <summary>Called when decisions that found no room may be made again.</summary>
    public Action OnRoom
    {
        get => Lanes.OnRoom;
        init => Lanes.OnRoom = value;
    }

    /// <summary>Clock of pauses.</summary>
    public TimeProvider Time
    {
        get => Lanes.Time;
        init => Lanes.Time = value;
    }

    /// <summary>True while nothing is sent because the server asked to wait.</summary>
    public bool IsPaused => Lanes.IsPaused;

    /// <summary>How many more explanations may be queued.</summary>
    public int ExplanationRoom => Lanes.RoomIn(WriteLane.Explanation);

    /// <summary>How many more assignments may be queued.</summary>
    public int AssignmentRoom => Lanes.RoomIn(WriteLane.Assignment);

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
                _assumed.Assume(task, after);
            }

            if (decision is RecordEvent)
            {
                QueueEvent(decision, cancellationToken);
            }
            else
            {
                Queue(decision, cancellationToken);
            }
        }

        if (plan.LeftOut)
        {
            Lanes.AwaitRoom();
        }
    }

    /// <summary>Waits until nothing is queued or under way; nothing is sent after it.</summary>
    public ValueTask DisposeAsync() => Lanes.DisposeAsync();

    private void Queue(Decision decision, CancellationToken cancellationToken) => Lanes.Queue(
        new(DecisionTranslator.LaneOf(decision), DecisionTranslator.TargetOf(decision).Uid(), () => WriteAsync(decision, cancellationToken), cancellationToken)
        {
            OnPutBack = () => PutBack(decision),
        });

    private void PutBack(Decision decision)
    {
        if (decision is TaskDecision { After: var after })
        {
            _assumed.Requeued(after);
        }
    }

    private void QueueEvent(Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Event is { } about)
        {
            Events.Queue(DecisionTranslator.TargetOf(decision), about, cancellationToken);
        }
    }

    // How long the server asks to wait when it did not take the write; null when there is nothing to send again.
    private async Task<TimeSpan?> WriteAsync(Decision decision, CancellationToken cancellationToken)
    {
        var target = DecisionTranslator.TargetOf(decision);
        var (name, key) = (DecisionTranslator.NameOf(decision), ObjectKey.Of(target));
        try
        {
            await SendAsync(decision, cancellationToken);
            Lanes.Quicken();
            LogWritten(decision, name, key);
            QueueEvent(decision, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound || (e.IsConflict && IsDeletion(decision)))
        {
            // The object has changed or is gone: the watch brings what is true now.
            LoopLog.Stale(_logger, name, key, e.Message);
            Expire(decision, AfterStale);
        }
        catch (KubernetesException e) when (e is { IsOverloaded: true, RetryAfter: not null })
        {
            return e.RetryAfter;
        }
        catch (KubernetesException e) when (e.IsForbidden && IsDeletion(decision))
        {
            SayWhatIsForbidden(name, key, e);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            LoopLog.Failed(_logger, name, key, e.Message);
            Expire(decision, AfterFailure);
        }
        catch (LeadershipLostException e)
        {
            LoopLog.LeftToNextLeader(_logger, name, key, e.Message);
            Expire(decision, AfterFailure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Expire(decision, TimeSpan.Zero);
        }
#pragma warning disable CA1031 // An unforeseen failure of one write must neither end the others nor leave its task assumed.
        catch (Exception e)
        {
            LoopLog.Unforeseen(_logger, e, name, key);
            Expire(decision, AfterFailure);
        }
#pragma warning restore CA1031

        return null;
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
            _assumed.Sending(after);
            var stored = await _client.PatchMetadataAsync<AgenticTask>(patch, after.Name(), after.Namespace(), StatusPatch, cancellationToken);
            _assumed.Confirm(after, stored.ResourceVersion);
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
            LoopLog.NodeDeleted(_logger, key, why);
        }
        else
        {
            LoopLog.Written(_logger, name, key);
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
            LoopLog.MayNotDelete(_logger, name, key, e.Message);
        }
    }

    private void Expire(Decision decision, TimeSpan pause)
    {
        if (decision is TaskDecision { After: var after })
        {
            _assumed.ExpireAfter(after, pause);
            OnFailed();
        }
    }
}
