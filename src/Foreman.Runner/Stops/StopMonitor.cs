using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stops;

/// <summary>
/// Follows the signals to a run and, when it must stop, cancels <see cref="Token"/> once and keeps the reason. A fault here
/// never reaches the sender of a signal.
/// </summary>
internal sealed class StopMonitor : IDisposable
{
    // Timers take at most 2^32 ms; a deadline that is further off is looked at again after this time.
    internal static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    private readonly Attempt _attempt;
    private readonly RunSignals _signals;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly ITimer? _limit;
    private StopPlan _plan = new(StopKind.None, "");
    private bool _disposed;

    /// <param name="attempt">The attempt, claimed.</param>
    /// <param name="signals">What its host signals.</param>
    /// <param name="limit">How long the run may go on; null for ever.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of faults.</param>
    public StopMonitor(Attempt attempt, RunSignals signals, StopLimit? limit, TimeProvider time, ILogger logger)
    {
        (_attempt, _signals, _time, _logger) = (attempt, signals, time, logger);
        _timer = time.CreateTimer(_ => Reevaluate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (limit is { } nearest && nearest.Most <= LongestWait)
        {
            _limit = time.CreateTimer(_ => Apply(nearest.Plan), null, nearest.Most, Timeout.InfiniteTimeSpan);
        }

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
        _limit?.Dispose();
        _stop.Dispose();
    }

    private void Reevaluate()
    {
        try
        {
            Apply(StopDecision.Decide(_attempt, _signals.State, _time.GetUtcNow()));
        }
        catch (Exception e)
        {
            _logger.SignalNotHeeded(e, _attempt);
        }
    }

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
                _timer.Change(wait > LongestWait ? LongestWait : wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
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
