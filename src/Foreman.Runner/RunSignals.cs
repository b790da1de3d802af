using Foreman.Api;

namespace Foreman.Runner;

/// <summary>
/// What the host tells a run while it is under way. Every call may come from any thread and at any time, before the claim
/// and after the end too; the latest word counts.
/// </summary>
public sealed class RunSignals
{
    private readonly Lock _gate = new();
    private RunNews _news = new(null, false, null);

    internal event Action? Changed;

    internal RunNews News
    {
        get
        {
            lock (_gate)
            {
                return _news;
            }
        }
    }

    /// <summary>The task as the watch shows it now: cancel, suspend, another attempt or holder. An old state does no harm.</summary>
    /// <param name="latest">The task.</param>
    public void Update(AgenticTask latest) => Change(n => n with { Latest = latest });

    /// <summary>The task was deleted (not: it left a selection; re-read it first).</summary>
    public void Deleted() => Change(n => n with { IsDeleted = true });

    /// <summary>The host stops: the run may go on until the deadline, then it is stopped at the next safe point and given back.</summary>
    /// <param name="deadline">In the clock that the runner was made with. An earlier deadline may follow, to hurry.</param>
    public void Drain(DateTimeOffset deadline) =>
        Change(n => n.DrainDeadline is { } earlier && earlier <= deadline ? n : n with { DrainDeadline = deadline });

    /// <summary>The task as it was assigned, unless there is later news.</summary>
    internal void Begin(AgenticTask assigned) => Change(n => n.Latest is null ? n with { Latest = assigned } : n);

    private void Change(Func<RunNews, RunNews> change)
    {
        lock (_gate)
        {
            _news = change(_news);
        }

        Changed?.Invoke();
    }
}

/// <summary>What a run has been told so far.</summary>
/// <param name="Latest">The task as last seen.</param>
/// <param name="IsDeleted">The task is gone.</param>
/// <param name="DrainDeadline">When the run is stopped because the host stops.</param>
internal sealed record RunNews(AgenticTask? Latest, bool IsDeleted, DateTimeOffset? DrainDeadline);
