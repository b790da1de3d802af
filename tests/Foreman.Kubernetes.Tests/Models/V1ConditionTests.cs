namespace Foreman.Kubernetes.Tests;

public sealed class V1ConditionTests
{
    private static readonly DateTimeOffset Noon = new(2031, 3, 14, 12, 0, 0, 700, TimeSpan.Zero);

    [Fact]
    public void The_transition_time_moves_only_when_the_status_changes()
    {
        var first = Conditions.Set(null, Ready("True", "Fresh"), Noon);
        var other = first.Set(Ready("True", "StillFresh"), Noon.AddMinutes(5));
        var flipped = other.Set(Ready("False", "Silent"), Noon.AddMinutes(9));

        Assert.Equal(new DateTimeOffset(2031, 3, 14, 12, 0, 0, TimeSpan.Zero), first.Find("Ready")!.LastTransitionTime);
        Assert.Equal(first.Find("Ready")!.LastTransitionTime, other.Find("Ready")!.LastTransitionTime);
        Assert.Equal("StillFresh", other.Find("Ready")!.Reason);
        Assert.Equal(12 * 60 + 9, flipped.Find("Ready")!.LastTransitionTime!.Value.TimeOfDay.TotalMinutes);
    }

    [Fact]
    public void Setting_an_equal_condition_returns_the_same_list()
    {
        var conditions = Conditions.Set(null, Ready("True", "Fresh"), Noon);

        Assert.Same(conditions, conditions.Set(Ready("True", "Fresh"), Noon.AddHours(1)));
        Assert.True(conditions.IsTrue("Ready"));
        Assert.False(conditions.IsTrue("Schedulable"));
    }

    private static V1Condition Ready(string status, string reason) => new() { Type = "Ready", Status = status, Reason = reason };
}
