using System.Threading.Channels;
using Foreman.Api;
using Foreman.Agent.Draining;
using Foreman.Agent.Hosting;
using Foreman.Kubernetes;
using Foreman.Runner;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Dispatching;

/// <summary>
/// Watches the tasks that are placed on this host and hands them to the runner, at most as many at once as there are
/// slots. One loop owns all state; watch events, ended runs and changes of the host come to it as messages.
/// </summary>
internal sealed class Dispatcher
{
    private readonly AgentContext _context;
    private readonly TaskRunner _runner;
    private readonly HostState _state;
    private readonly Reflector<AgenticTask> _reflector;
    private readonly CancellationToken _hardStop;
    private readonly Channel<Action> _messages = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly Dictionary<string, LocalRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _settled = new(StringComparer.Ordinal);
    private readonly List<TaskCompletionSource> _idle = [];

    public Dispatcher(AgentContext context, TaskRunner runner, HostState state, CancellationToken hardStop)
    {
        (_context, _runner, _state, _hardStop) = (context, runner, state, hardStop);
        _reflector = new Reflector<AgenticTask>(context.Kubernetes, new ReflectorOptions
        {
            Namespaces = context.Settings.Node.TaskNamespaces,
            FieldSelector = TaskSelection.For(context.NodeName),
            Time = context.Time,
            Seed = context.Seed,
            Logger = context.Logger,
        });
    }

    /// <summary>Dispatches until cancelled. Runs under way are not stopped by that: see <see cref="WhenIdleAsync"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var subscription = _reflector.Store.Subscribe(change => Post(() => Take(change)));
        void HostChanged() => Post(ReconsiderAll);
        _state.Changed += HostChanged;
        var watching = _reflector.RunAsync(cancellationToken);
        try
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken))
            {
                message();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await watching;
        }
        finally
        {
            _state.Changed -= HostChanged;
        }
    }

    /// <summary>Completes when nothing runs here.</summary>
    public Task WhenIdleAsync()
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            _idle.Add(idle);
            TellIdle();
        });
        return idle.Task;
    }

    /// <summary>Tells every run to end by then.</summary>
    public void Drain(DateTimeOffset deadline) => Post(() =>
    {
        foreach (var run in _runs.Values)
        {
            run.Signals.Drain(deadline);
        }
    });

    private void Post(Action message) => _messages.Writer.TryWrite(message);

    private void Take(ResourceEvent<AgenticTask> change)
    {
        if (change.Type != ResourceEventType.Deleted)
        {
            Consider(change.Object);
            return;
        }

        _settled.Remove(change.Object.Uid());
        if (_runs.ContainsKey(change.Object.Uid()))
        {
            _ = ReadAgainAsync(change.Object);
        }
    }

    /// <summary>Slots may be free again, or the host drains, or accepts work again.</summary>
    private void ReconsiderAll()
    {
        if (DrainDeadline.Of(_state.Facts, _context.Settings.Runs.DrainTimeout) is { } deadline)
        {
            Drain(deadline);
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
        var run = _runs.GetValueOrDefault(task.Uid());
        var free = (facts.Probed?.Slots ?? 1) - _runs.Values.Count(r => r.TakesSlot);
        var settled = _settled.GetValueOrDefault(task.Uid());
        switch (DispatchDecision.For(task, new DispatchView(_context.NodeName, _context.Identity.Holder, run?.Attempt, settled, free, refusals.Count > 0)))
        {
            case DispatchAct.Start:
                Begin(task, takesSlot: true, signals => _runner.RunAsync(task, signals, _hardStop));
                break;
            case DispatchAct.Decline:
                Begin(task, takesSlot: false, _ => _runner.DeclineAsync(task, refusals[0].Reason, refusals[0].Message ?? refusals[0].Reason, _hardStop));
                break;
            case DispatchAct.Reclaim:
                Begin(task, takesSlot: false, _ => _runner.ReclaimAsync(task, _hardStop));
                break;
            case DispatchAct.Tell:
            case DispatchAct.Wait:
                run?.Signals.Update(task);
                break;
            default:
                break;
        }
    }

    private void Begin(AgenticTask task, bool takesSlot, Func<RunSignals, Task<RunOutcome>> work)
    {
        var run = new LocalRun(task, new RunSignals(), takesSlot);
        _runs[task.Uid()] = run;
        _ = FollowAsync(run, work);
    }

    private async Task FollowAsync(LocalRun run, Func<RunSignals, Task<RunOutcome>> work)
    {
        try
        {
            var outcome = await Task.Run(() => work(run.Signals), CancellationToken.None);
            _context.Logger.LogDebug("{Task} attempt {Attempt}: {End} {Reason} {Message}", ObjectKey.Of(run.Task), run.Attempt, outcome.End, outcome.Reason, outcome.Message);
        }
#pragma warning disable CA1031 // A fault of one run must not end the others; the operator takes the task back.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _context.Logger.LogError(e, "The run of {Task} (attempt {Attempt}) broke off", ObjectKey.Of(run.Task), run.Attempt);
        }

        Post(() => Ended(run));
    }

    private void Ended(LocalRun run)
    {
        _runs.Remove(run.Task.Uid());
        if (_reflector.Store.Get(run.Task.Name(), run.Task.Namespace())?.Uid() == run.Task.Uid())
        {
            _settled[run.Task.Uid()] = run.Attempt;
        }

        TellIdle();
        ReconsiderAll();
    }

    private void TellIdle()
    {
        if (_runs.Count == 0)
        {
            _idle.ForEach(idle => idle.TrySetResult());
            _idle.Clear();
        }
    }

    // The task left the selection: it may have ended, been taken back, or be gone. Only a look tells.
    private async Task ReadAgainAsync(AgenticTask last)
    {
        try
        {
            var now = await _context.Kubernetes.TryReadAsync<AgenticTask>(last.Name(), last.Namespace(), _hardStop);
            Post(() => Reread(last, now));
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or OperationCanceledException)
        {
            // The run's next write is fenced if the task is somebody else's by now.
            _context.Logger.LogDebug("{Task} could not be read again: {Error}", ObjectKey.Of(last), e.Message);
        }
    }

    private void Reread(AgenticTask last, AgenticTask? now)
    {
        if (!_runs.TryGetValue(last.Uid(), out var run))
        {
            return;
        }

        if (now is null || now.Uid() != last.Uid())
        {
            run.Signals.Deleted();
        }
        else
        {
            run.Signals.Update(now);
        }
    }
}
