namespace Foreman.Runner.Stops;

/// <summary>Follows the signals to a run and, when it must stop, cancels <see cref="Token"/> once and keeps the reason.</summary>
internal sealed class StopMonitor : IDisposable
{
    private readonly Attempt _attempt;
    private readonly RunSignals _signals;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private StopPlan _plan = new(StopKind.None, "");
    private bool _disposed;

    public StopMonitor(Attempt attempt, RunSignals signals, TimeProvider time)
    {
        (_attempt, _signals, _time) = (attempt, signals, time);
        _timer = time.CreateTimer(_ => Reevaluate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _signals.Changed += Reevaluate;
        Reevaluate();
    }

    /// <summary>Cancelled when the run must stop at its next safe point.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Why the run must stop; kind None while it need not.</summary>
    public StopPlan Plan
    {
        get
        {
            lock (_gate)
            {
                return _plan;
            }
        }
    }

    /// <summary>A write was fenced.</summary>
    public void Fenced(string message) => Apply(new StopPlan(StopKind.Fence, message));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _signals.Changed -= Reevaluate;
        _timer.Dispose();
        _stop.Dispose();
    }

    private void Reevaluate() => Apply(StopDecision.Decide(_attempt, _signals.State, _time.GetUtcNow()));

    private void Apply(StopPlan plan)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if (plan.RecheckAt is { } at)
            {
                var wait = at - _time.GetUtcNow();
                _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }

            if (plan.Kind <= _plan.Kind)
            {
                return;
            }

            _plan = plan;

            // Asynchronously: the sender of a signal must not run what the stop sets off.
            _ = _stop.CancelAsync();
        }
    }
}
