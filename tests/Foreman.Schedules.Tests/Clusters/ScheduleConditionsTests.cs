using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Clusters;

public sealed class ScheduleConditionsTests
{
    [Fact]
    public void A_field_that_nothing_acts_on_is_named()
    {
        var schedule = Given.Stored(Given.Start, Given.Schedule(change: s => s with { Notify = new() { Channel = "ops" } }));

        var accepted = ScheduleConditions.Set(schedule, [], null, Given.Start).Status!.Conditions.Find(ConditionTypes.Accepted)!;

        Assert.Equal((Conditions.True, Reasons.Unsupported), (accepted.Status, accepted.Reason));
        Assert.Contains("spec.notify", accepted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_there_already_is_no_change()
    {
        var once = ScheduleConditions.Set(Given.Stored(Given.Start), [], "no rights", Given.Start);

        Assert.Same(once, ScheduleConditions.Set(once, [], "no rights", Given.Start.AddHours(1)));
        Assert.True(once.Status!.Conditions.IsFalse(ConditionTypes.Synced));
    }

    [Fact]
    public void A_schedule_with_a_fault_tells_it_and_has_no_CronJob_to_tell_of()
    {
        var once = ScheduleConditions.Set(Given.Stored(Given.Start), [], null, Given.Start);

        var conditions = ScheduleConditions.Set(once, ["spec.schedule: it is wrong"], null, Given.Start).Status!.Conditions;

        Assert.Equal("spec.schedule: it is wrong.", conditions.Find(ConditionTypes.Accepted)!.Message);
        Assert.Null(conditions.Find(ConditionTypes.Synced));
    }
}
