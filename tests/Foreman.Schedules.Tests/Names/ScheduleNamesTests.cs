using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Names;

/// <summary>Names of what belongs to a schedule.</summary>
public sealed class ScheduleNamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("nightly-2")]
    [InlineData("0a")]
    [InlineData("a234567890123456789012345678901234567890")]
    public void Names_that_a_schedule_may_have(string name) => Assert.True(ScheduleNames.IsName(name));

    [Theory]
    [InlineData("")]
    [InlineData("Nightly")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a.b")]
    [InlineData("a_b")]
    [InlineData("ä")]
    [InlineData("a/b")]
    [InlineData("a2345678901234567890123456789012345678901")]
    public void Names_that_a_schedule_may_not_have(string name) => Assert.False(ScheduleNames.IsName(name));

    [Fact]
    public void F28_The_object_of_a_time_is_named_by_the_schedule_and_the_minute()
    {
        Assert.Equal("nightly-30589920", ScheduleNames.Object("nightly", Given.Utc("2028-02-29T00:00:00Z")));
        Assert.Equal("nightly-30589920", ScheduleNames.Object("nightly", Given.Utc("2028-02-29T01:00:00+01:00")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(63)]
    [InlineData(500)]
    public void F24_Names_of_CronJobs_are_short_enough_and_the_same_each_time(int length)
    {
        var name = ScheduleNames.CronJob("operator", new string('a', length));

        Assert.InRange(name.Length, 1, 52);
        Assert.Equal(name, ScheduleNames.CronJob("operator", new string('a', length)));
    }

    [Fact]
    public void F14_F24_Names_of_CronJobs_of_different_pairs_differ()
    {
        string[] owners = ["a", "a-b", "a-b-c", "b"];
        string[] schedules = ["c", "b-c", "b", "a-b-c", new('x', 60), new string('x', 59) + "y"];

        var names = owners.SelectMany(o => schedules.Select(s => ScheduleNames.CronJob(o, s))).ToArray();

        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Correlation_ids_are_the_same_for_a_run_and_differ_between_runs()
    {
        var at = Given.Start;

        Assert.Matches("^[0-9a-f]{32}$", ScheduleNames.Correlation(Given.Key, at));
        Assert.Equal(ScheduleNames.Correlation(Given.Key, at), ScheduleNames.Correlation(Given.Key, at.AddSeconds(30)));
        string[] others =
        [
            ScheduleNames.Correlation(Given.Key, at),
            ScheduleNames.Correlation(Given.Key, at.AddMinutes(1)),
            ScheduleNames.Correlation(new ObjectKey("other", Given.Key.Name), at),
            ScheduleNames.Correlation(new ObjectKey(Given.Key.Namespace, "other"), at),
        ];
        Assert.Equal(others.Length, others.Distinct(StringComparer.Ordinal).Count());
    }
}
