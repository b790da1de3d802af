namespace Foreman.Schedules.Tests.Fakes;

/// <summary>Keeps the records that it gets.</summary>
internal sealed class AuditList : IScheduleAudit
{
    private readonly Lock _gate = new();
    private readonly List<ScheduleEvent> _events = [];

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<ScheduleEvent> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Those of a type.</summary>
    public IReadOnlyList<ScheduleEvent> Of(string type) => [.. All.Where(e => e.Type == type)];

    public void Record(ScheduleEvent happened)
    {
        lock (_gate)
        {
            _events.Add(happened);
        }
    }
}
