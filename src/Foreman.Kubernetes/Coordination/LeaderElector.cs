
namespace Foreman.Kubernetes;

/// <summary>
/// Elects one leader among several processes. Only timestamps of the local clock decide, never times that others wrote; a
/// renewal counts from when it was sent, so that a leader whose renewal is late, or that was paused, stops leading before
/// another can start. Clock rates of two processes may differ by the ratio of Lease duration to renew deadline (1.5 by
/// default).
/// </summary>
public sealed class LeaderElector
{
    private readonly LeaderElectionConfig _config;
    private readonly ElectorParameters _terms;
    private readonly LeaseLock _lock;
    private readonly Random _random;
    private volatile ElectorState _state = ElectorState.Idle;
    private volatile LeaderFence? _fence;
    private volatile bool _working;

    /// <summary>Makes an elector; <see cref="RunAsync"/> starts it.</summary>
    /// <exception cref="ArgumentException">The durations do not fit together.</exception>
    public LeaderElector(LeaderElectionConfig config)
    {
        _config = config.Validated();
        _lock = config.Lock;
        _terms = new(_lock.Terms, config.RenewDeadline, config.RetryPeriod);
#pragma warning disable CA5394 // Spreads attempts; guards nothing.
        _random = new Random(config.Seed);
#pragma warning restore CA5394
    }

    /// <summary>Raised when this process begins to lead.</summary>
    public event Action? OnStartedLeading;

    /// <summary>Raised when this process no longer leads.</summary>
    public event Action? OnStoppedLeading;

    /// <summary>Raised with the identity of each new leader, this one included.</summary>
    public event Action<string>? OnNewLeader;

    private TimeSpan Now => ClockReading.Take(_lock.Time).Now;

    /// <summary>True while this process is certainly the leader: check it before each write. Becomes false at the renew deadline.</summary>
    public bool IsLeader() => ElectorStateMachine.Leads(_state, Now);

    /// <summary>Identity of the leader as last seen; null when there was none yet.</summary>
    public string? GetLeader() => _state.Leader;

    /// <summary>
    /// The write fence of the current leadership, for <see cref="IKubernetes.Fenced"/>. Get it when the work starts: it stays
    /// closed after this leadership, even if this process leads again.
    /// </summary>
    /// <exception cref="LeadershipLostException">This process does not lead.</exception>
    public LeaderFence GetFence() => _fence is { IsOpen: true } fence
        ? fence
        : throw new LeadershipLostException($"{_lock.Identity} does not hold the Lease {_lock.Name}");

    /// <summary>
    /// Health for a liveness probe: a process whose work still runs long after it lost the leadership hangs and should be
    /// restarted.
    /// </summary>
    /// <param name="tolerance">How much longer than the Lease's duration the work may take to end; null for 20 s.</param>
    /// <returns>What is wrong; null for a healthy process, such as one that does not lead.</returns>
    public string? CheckHealth(TimeSpan? tolerance = null)
    {
        var since = Now - _state.RenewedAt;
        return _working && since > _lock.Duration + (tolerance ?? TimeSpan.FromSeconds(20))
            ? $"the Lease {_lock.Name} was last renewed {since.TotalSeconds:0} s ago, and the work of its leader has not ended"
            : null;
    }

    /// <summary>Acquires the leadership, holds it until lost or cancelled, and releases the Lease if it is still held.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunUntilLeadershipLostAsync(CancellationToken cancellationToken = default) =>
        RunAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, _lock.Time, token), cancellationToken);

    /// <summary>Leads again and again until cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAndTryToHoldLeadershipForeverAsync(CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await RunUntilLeadershipLostAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits to lead, then works while leading. The Lease is renewed until the work has ended, also while it winds down
    /// after a cancellation; then it is released, so that the next leader need not wait. It is not released when a write under
    /// the fence got no answer, or was cancelled before it, and so could land yet: then the next leader waits until it expires.
    /// </summary>
    /// <param name="work">The work; its token is cancelled when the lead is lost or <paramref name="cancellationToken"/> is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When the lead was lost, cancelled, or the work has ended; errors of the work are passed on.</returns>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var calls = new ElectorCalls(_lock);
        using var cancelled = new CancellationSignal(cancellationToken);
        Task? working = null;
        try
        {
            Apply(new(ElectorStateMachine.Begin(_state, Now)));
            while (_state.WakeAt is { } wakeAt)
            {
                var ending = _state.Phase == ElectorPhase.Releasing ? null : working ?? cancelled.Task;
                await calls.WaitAsync(ending, wakeAt - Now).ConfigureAwait(false);
                var step = ElectorStateMachine.Step(_state, Input(calls, ending?.IsCompleted == true), _terms);
                Apply(step);
                calls.AbandonUnless(step.State.Pending);
                if (step.Actions.OfType<ElectorAction.StopLeading>().Any())
                {
                    await EndAsync(working!, leading).ConfigureAwait(false);
                }

                calls.Start(step.Actions.OfType<ElectorAction.Send>());
                if (step.Actions.OfType<ElectorAction.StartLeading>().Any())
                {
                    _working = true;
                    working = WorkAsync(work, leading.Token);
                }
            }
        }
        finally
        {
            if (_working)
            {
                // An event handler has thrown: nothing renews the Lease any more.
                _state = _state with { Phase = ElectorPhase.Done, Pending = null };
                await EndAsync(working!, leading).ConfigureAwait(false);
            }
        }

        await (working ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>The next input: a response first, because it may be the renewal.</summary>
    private ElectorInput Input(ElectorCalls calls, bool ending)
    {
        if (calls.TryTake() is var (id, answer))
        {
            return new ElectorInput.Answered(ClockReading.Take(_lock.Time), id, answer, NextJitter());
        }

        return ending
            ? new ElectorInput.Stop(ClockReading.Take(_lock.Time), Release: _fence?.HasUnanswered != true)
            : new ElectorInput.Wake(ClockReading.Take(_lock.Time), NextJitter());
    }

    private void Apply(ElectorStep step)
    {
        _state = step.State;
        foreach (var action in step.Actions)
        {
            switch (action)
            {
                case ElectorAction.StartLeading(var term):
                    _fence = new(term, _lock.Identity, () => Remaining(term));
                    break;
                case ElectorAction.StopLeading(var why):
                    _config.Logger.LeadershipLost(_lock.Identity, _lock.Name, why);
                    break;
                case ElectorAction.NewLeader(var identity):
                    OnNewLeader?.Invoke(identity);
                    break;
                case ElectorAction.ReportFailure(var why):
                    _config.Logger.LeaderElectionFailed(_lock.Identity, _lock.Name, why);
                    break;
            }
        }
    }

    private TimeSpan Remaining(long term)
    {
        var state = _state;
        return state.Phase == ElectorPhase.Leading && state.Term == term ? state.Deadline - Now : TimeSpan.Zero;
    }

    private async Task WorkAsync(Func<CancellationToken, Task> work, CancellationToken leading)
    {
        try
        {
            OnStartedLeading?.Invoke();
            await Task.Run(() => work(leading), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (leading.IsCancellationRequested || e is LeadershipLostException)
        {
            _config.Logger.LeadingStopped(_lock.Identity);
        }
    }

    private async Task EndAsync(Task working, CancellationTokenSource leading)
    {
        await leading.CancelAsync().ConfigureAwait(false);
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _working = false;
        OnStoppedLeading?.Invoke();
    }

#pragma warning disable CA5394 // Spreads attempts; guards nothing.
    private double NextJitter() => _random.NextDouble();
#pragma warning restore CA5394
}
