using Foreman.Api;
using Foreman.Operator.Schedules;
using Foreman.Schedules;

namespace Foreman.Operator.Tests.Schedules;

public class ScheduleAuditTests
{
    [Fact]
    public void A_run_is_told_with_its_time_and_what_finds_it_again() => Assert.Equal(
        "scheduled=2030-01-31T12:00:00Z status=Failed correlation=abc task=nightly-1 seconds=90 message=no route",
        ScheduleAudit.TextOf(Event(ScheduleEvent.Complete) with
        {
            Run = new()
            {
                Task = "nightly-1",
                ScheduledAt = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero),
                Status = ScheduledRunStatus.Failed,
                CorrelationId = "abc",
                Seconds = 90,
                Message = "no route",
            },
        }));

    [Fact]
    public void A_change_is_told_with_its_fields() => Assert.Equal(
        "change=TakenOver fields=spec.schedule,metadata.labels",
        ScheduleAudit.TextOf(Event(ScheduleEvent.Modify) with { Change = new(new("team", "nightly"), ScheduleChangeKind.TakenOver, ["spec.schedule", "metadata.labels"]) }));

    private static ScheduleEvent Event(string type) => new() { Type = type, Time = DateTimeOffset.UnixEpoch, Schedule = new("team", "nightly"), Source = ScheduleSource.Yaml };
}
