using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Loop;

/// <summary>
/// Sends what was decided, in lanes: assignments and rescues first, explanations after them, events last. The status of a task
/// is assumed from the moment of the decision; how long it is believed counts from the moment its write is sent.
/// </summary>
internal sealed class DecisionExecutor(IKubernetes client, EventRecorder events, AssumeCache assumed, ILogger logger) : IAsyncDisposable
{
    /// <summary>Writes under way at once.</summary>
    public const int AtOnce = 32;

    /// <summary>Most of them that are not of the first lane.</summary>
    public const int AtOnceBelowFirst = 24;

    private const int MostEvents = 4096;

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
    private TaskCompletionSource? _idle;

    /// <summary>Called when a write has failed, so that it is decided again.</summary>
    public Action OnFailed { get; init; } = static () => { };

    /// <summary>Begins a write that may be under way now, and returns; on the thread pool by default.</summary>
    public Action<Func<Task>> Start { get; init; } = static write => _ = Task.Run(write);

    /// <summary>Queues the writes of a plan and returns.</summary>
    /// <param name="plan">What was decided.</param>
    /// <param name="cancellationToken">Gives up what is queued or under way.</param>
    public void Execute(Plan plan, CancellationToken cancellationToken)
    {
        foreach (var decision in plan.Decisions)
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
            lock (_gate)
            {
                _lanes.Done(lane);
                StartWhatMay();
                if (_lanes.IsIdle)
                {
                    _idle?.TrySetResult();
                }
            }
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
            LoopLog.Written(logger, name, key);
            QueueEvent(decision, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound)
        {
            // The object has changed or is gone: the watch brings what is true now.
            LoopLog.Stale(logger, name, key, e.Message);
            Expire(decision, AfterStale);
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
        var patch = DecisionTranslator.ToPatch(decision) ?? throw new InvalidOperationException($"{decision} writes nothing.");
        if (decision is TaskDecision { After: var after })
        {
            assumed.Sending(after);
            var stored = await client.PatchMetadataAsync<AgenticTask>(patch, after.Name(), after.Namespace(), StatusPatch, cancellationToken);
            assumed.Confirm(after, stored.ResourceVersion);
        }
        else
        {
            await client.PatchMetadataAsync<FleetNode>(patch, DecisionTranslator.TargetOf(decision).Name(), null, StatusPatch, cancellationToken);
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
