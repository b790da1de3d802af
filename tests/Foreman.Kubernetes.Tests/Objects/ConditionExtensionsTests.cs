namespace Foreman.Kubernetes.Tests;

public sealed class ConditionExtensionsTests
{
    private static readonly DateTimeOffset Noon = new(2031, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_condition_has_its_observed_generation()
    {
        var first = Conditions.Set(null, Ready("True"), Noon).SetFor(Generation(3), Ready("True"), Noon.AddHours(1));

        Assert.Equal((3L, Noon), (first.Find("Ready")!.ObservedGeneration!.Value, first.Find("Ready")!.LastTransitionTime!.Value));
        Assert.True(first.IsCurrent("Ready", Generation(3)));
        Assert.False(first.IsCurrent("Ready", Generation(4)));
        Assert.Same(first, first.SetFor(Generation(3), Ready("True"), Noon.AddHours(2)));
    }

    [Fact]
    public void A_late_observation_does_not_overwrite_a_newer_one()
    {
        var newer = ConditionExtensions.SetFor(null, Generation(4), Ready("False"), Noon);

        Assert.Same(newer, newer.SetFor(Generation(3), Ready("True"), Noon.AddHours(1)));
        Assert.True(newer.IsFalse("Ready"));
    }

    [Fact]
    public void A_condition_that_no_longer_applies_is_removed()
    {
        var conditions = Conditions.Set(null, Ready("True"), Noon);

        Assert.Empty(conditions.Without("Ready"));
        Assert.Same(conditions, conditions.Without("Other"));
    }

    private static V1Condition Ready(string status) => new() { Type = "Ready", Status = status, Reason = "Because" };

    private static Widget Generation(long generation) => new() { Metadata = new() { Name = "a", Generation = generation } };
}
