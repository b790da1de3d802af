namespace Foreman.Scheduling;

/// <summary>Keeps the earliest time at which something falls due.</summary>
internal sealed class RequeueTimer(TimeSpan uptime)
{
    public TimeSpan? At { get; private set; }

    /// <summary>Asks to be called at a time; what is past is called at once.</summary>
    public void NoLaterThan(TimeSpan at)
    {
        var due = at < uptime ? uptime : at;
        At = At is { } earlier && earlier <= due ? earlier : due;
    }
}
