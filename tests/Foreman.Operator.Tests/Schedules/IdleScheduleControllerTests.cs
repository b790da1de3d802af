using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Schedules;

namespace Foreman.Operator.Tests.Schedules;

public class IdleScheduleControllerTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_schedule_that_nobody_obeys_says_so_once()
    {
        var schedule = new TaskSchedule { Metadata = new() { Name = "nightly", NamespaceProperty = "team", Generation = 1 } };

        var report = IdleScheduleController.Decide(schedule, Now)!;
        var told = new V1Condition
        {
            Type = ConditionTypes.Accepted,
            Status = Conditions.False,
            Reason = Reasons.Unsupported,
            Message = report.Warning!.Value.Message,
            ObservedGeneration = 1,
            LastTransitionTime = Now,
        };

        Assert.Equal(Reasons.Unsupported, report.Warning!.Value.Reason);
        Assert.Contains("--schedule-backend kubernetes", report.Warning!.Value.Message, StringComparison.Ordinal);
        Assert.Null(IdleScheduleController.Decide(schedule with { Status = new() { Conditions = [told] } }, Now.AddHours(1)));
    }
}
