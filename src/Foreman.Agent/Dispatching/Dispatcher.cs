using System.Threading.Channels;
using Foreman.Agent.Draining;
using Foreman.Agent.Hosting;
using Foreman.Agent.Rights;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.Runner.Supervision;

namespace Foreman.Agent.Dispatching;

/// <summary>
/// Watches the tasks that are placed on this host and hands them to the supervisor, at most as many at once as there are
/// slots. One loop decides; watch events, ended runs and changes of the host come to it as messages. A fault of one message
/// is logged and the others go on.
/// </summary>
internal sealed class Dispatcher
{
    /// <summary>How often attempts that this process holds without a run of them are looked for.</summary>
    internal static readonly TimeSpan ReconcileInterval = TimeSpan.FromSeconds(30);

    // A task that may not be read any more is gone with its namespace, or so good as gone.
    private static readonly Backoff ReadAgainWaits = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
    private const int ReadAgainTries = 5;

    private readonly AgentContext _context;
    private readonly RunSupervisor _runs;
    private readonly HostState _state;
    private readonly Reflector<AgenticTask> _reflector;
    private readonly Channel<Action> _messages = Channel.CreateUnbounded<Action>(new() { SingleReader = true });

    public Dispatcher(AgentContext context, RunSupervisor runs, HostState state)
    {
        (_context, _runs, _state) = (context, runs, state);
        _reflector = new Reflector<AgenticTask>(context.Kubernetes, new ReflectorOptions
        {
            Namespaces = [.. context.Settings.Node.TaskNamespaces.Where(TaskRights.IsNamespaceName)],
            FieldSelector = TaskSelection.For(context.NodeName),
            Time = context.Time,
            Seed = context.Seed,
            Logger = context.Logger,
        });
    }

    /// <summary>Dispatches until cancelled. Runs under way are not stopped by that: see <see cref="RunSupervisor.ShutdownAsync"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var subscription = _reflector.Store.Subscribe(change => Post(() => Handle(change, cancellationToken)));
        void HostChanged() => Post(ReconsiderAll);
        void RunEnded(AgenticTask task) => Post(() => Ended(task));
        _state.Changed += HostChanged;
        _runs.RunEnded += RunEnded;
        var watching = WatchAsync(cancellationToken);
        var reconciling = ReconcileAsync(cancellationToken);
        try
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken))
            {
                Handle(message);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await watching;
            await reconciling;
        }
        finally
        {
            _state.Changed -= HostChanged;
            _runs.RunEnded -= RunEnded;
        }
    }

    // With no valid name among them the namespaces are none, not all.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var names = _context.Settings.Node.TaskNamespaces;
        if (names.Count > 0 && !names.Any(TaskRights.IsNamespaceName))
        {
            return;
        }

        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _reflector.RunAsync(cancellationToken);
            }
#pragma warning disable CA1031 // A host that no longer sees its tasks must watch again, whatever the fault.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _context.Logger.WatchBrokeOff(e);
                await PauseAsync(ReconcileInterval, cancellationToken);
            }
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await PauseAsync(ReconcileInterval, cancellationToken);
            Post(() => _runs.Reconcile(_reflector.Store.Snapshot().Values.Where(t => t.Status.Claim?.Holder == _context.Identity.Holder)));
        }
    }

    private async Task PauseAsync(TimeSpan time, CancellationToken cancellationToken) =>
        await Task.Delay(time, _context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Handle(Action message)
    {
        try
        {
            message();
        }
#pragma warning disable CA1031 // One task that can't be dealt with must not keep the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _context.Logger.NotDispatched(e);
        }
    }

    private void Post(Action message) => _messages.Writer.TryWrite(message);

    private void Handle(ResourceEvent<AgenticTask> change, CancellationToken cancellationToken)
    {
        if (change.Type != ResourceEventType.Deleted)
        {
            Consider(change.Object);
            return;
        }

        var uid = change.Object.Uid();
        if (_runs.AttemptsOf(uid).Running is not null)
        {
            _ = ReadAgainAsync(change.Object, cancellationToken);
        }

        _runs.Forget(uid);
    }

    private void Ended(AgenticTask task)
    {
        // While the run ended, its task may have left the store.
        if (_reflector.Store.Get(task.Name(), task.Namespace())?.Uid() != task.Uid())
        {
            _runs.Forget(task.Uid());
        }

        ReconsiderAll();
    }

    /// <summary>Slots may be free again, or the host drains, or accepts work again.</summary>
    private void ReconsiderAll()
    {
        if (Acceptance.IsDraining(_state.Facts))
        {
            _runs.Drain(DrainDeadline.Of(_state.Facts, _context.Settings.Runs.DrainTimeout));
        }
        else
        {
            _runs.CancelDrain();
        }

        var waiting = _reflector.Store.Snapshot().Values.Where(t => t.PhaseOrPending() == TaskPhase.Scheduled);
        foreach (var task in waiting.OrderByDescending(t => t.Spec.Priority ?? 0).ThenBy(t => t.Metadata.CreationTimestamp))
        {
            Consider(task);
        }
    }

    private void Consider(AgenticTask task)
    {
        var facts = _state.Facts;
        var refusals = Acceptance.Refusals(facts, _context.Time.GetUtcNow());
        var (running, settled) = _runs.AttemptsOf(task.Uid());
        var free = (facts.Probed?.Slots ?? 1) - _runs.SlotsInUse;
        switch (DispatchDecision.For(task, new DispatchView(_context.NodeName, _context.Identity.Holder, running, settled, free, refusals.Count > 0)))
        {
            case DispatchAction.Start:
                _runs.Start(task);
                break;
            case DispatchAction.Decline:
                _runs.Decline(task, refusals[0].Reason, refusals[0].Message ?? refusals[0].Reason);
                break;
            case DispatchAction.Reclaim:
                _runs.Reclaim(task);
                break;
            case DispatchAction.Update:
            case DispatchAction.Wait:
                _runs.Update(task);
                break;
            default:
                break;
        }
    }

    // The task left the selection: it may have ended, been taken back, or be gone. Only reading it again tells.
    private async Task ReadAgainAsync(AgenticTask last, CancellationToken cancellationToken)
    {
        for (var tries = 1; !cancellationToken.IsCancellationRequested; tries++)
        {
            try
            {
                var now = await _context.Kubernetes.TryReadAsync<AgenticTask>(last.Name(), last.Namespace(), cancellationToken);
                if (now is null || now.Uid() != last.Uid())
                {
                    _runs.Deleted(last.Uid());
                }
                else
                {
                    _runs.Update(now);
                }

                return;
            }
#pragma warning disable CA1031 // Nobody awaits this; the run's next write is fenced if the task is somebody else's by now.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _context.Logger.TaskNotReadAgain(ObjectKey.Of(last).ToString(), e.Message);
                if (tries == ReadAgainTries)
                {
                    // With a namespace its roles go too: it left the selection, and nothing of it can be read or written any more.
                    if (e is KubernetesException { IsForbidden: true })
                    {
                        _runs.Deleted(last.Uid());
                    }

                    return;
                }
            }

            await PauseAsync(ReadAgainWaits.Delay(tries, 0.5), cancellationToken);
        }
    }
}
