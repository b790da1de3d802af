using Foreman.Api;

namespace Foreman.Runner;

/// <summary>
/// What the host signals to a run while it is under way. Every call may come from any thread and at any time, before the
/// claim and after the end too.
/// </summary>
public sealed class RunSignals
{
    private readonly Lock _gate = new();
    private RunSignalState _state = new(null, false, null);

    internal event Action? Changed;

    internal RunSignalState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>The task as the watch shows it now: cancel, suspend, another attempt or holder. An old state does no harm.</summary>
    /// <param name="latest">The task.</param>
    public void Update(AgenticTask latest) => Change(s => s with { Latest = latest });

    /// <summary>The task was deleted (not: it left a selection; re-read it first).</summary>
    public void Deleted() => Change(s => s with { IsDeleted = true });

    /// <summary>The host stops: the run may go on until the deadline, then it is stopped at the next safe point and given back.</summary>
    /// <param name="deadline">In the clock that the runner was made with. An earlier deadline replaces a later one, not the other way round.</param>
    public void Drain(DateTimeOffset deadline) =>
        Change(s => s.DrainDeadline is { } earlier && earlier <= deadline ? s : s with { DrainDeadline = deadline });

    /// <summary>The host goes on after all: a run that has not been stopped yet has no drain deadline any more.</summary>
    public void CancelDrain() => Change(s => s with { DrainDeadline = null });

    /// <summary>The task as it was assigned, unless a later state is known.</summary>
    internal void Begin(AgenticTask assigned) => Change(s => s.Latest is null ? s with { Latest = assigned } : s);

    private void Change(Func<RunSignalState, RunSignalState> change)
    {
        lock (_gate)
        {
            _state = change(_state);
        }

        Changed?.Invoke();
    }
}

/// <summary>The signals to a run so far.</summary>
/// <param name="Latest">The task as last seen.</param>
/// <param name="IsDeleted">The task is gone.</param>
/// <param name="DrainDeadline">When the run is stopped because the host stops.</param>
internal sealed record RunSignalState(AgenticTask? Latest, bool IsDeleted, DateTimeOffset? DrainDeadline);
