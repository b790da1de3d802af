namespace Foreman.Schedules.Tests.Expressions;

/// <summary>Which expressions are taken, and when they are due.</summary>
public sealed class ScheduleExpressionTests
{
    private const string NewYork = "America/New_York";

    private static readonly DateTimeOffset YearBegins = Given.Utc("2028-01-01T00:00:00Z");

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("0 * * * *")]
    [InlineData("*/15 * * * *")]
    [InlineData("0 0 * * *")]
    [InlineData("0 0 1 * *")]
    [InlineData("0 0 * * 0")]
    [InlineData("30 8 * * 1-5")]
    [InlineData("0 9,17 * * *")]
    [InlineData("0 0 1,15 * *")]
    [InlineData("5/15 * * * *")]
    [InlineData("5/1 * * * *")]
    [InlineData("0 0 * 1-6 *")]
    [InlineData("@hourly")]
    [InlineData("@daily")]
    [InlineData("@midnight")]
    [InlineData("@weekly")]
    [InlineData("@monthly")]
    [InlineData("@yearly")]
    [InlineData("@annually")]
    [InlineData("@every 1m")]
    [InlineData("@every 5m")]
    [InlineData("@every 1h")]
    [InlineData("@every 1h30m")]
    [InlineData("@every 60s")]
    [InlineData("0 0 * * 7")]
    [InlineData("0 0 * * 5-7")]
    [InlineData("0 0 * JAN,jul MON-FRI")]
    [InlineData("0 0 29 2 *")]
    [InlineData("0 0 31 4,5 *")]
    [InlineData("0 0 30 2 MON")]
    [InlineData("0 0 */2 * *")]
    [InlineData("0 0 * * */2")]
    [InlineData("  0\t0  * * *  ")]
    public void F35_Expressions_that_are_taken(string text)
    {
        var expression = ScheduleExpression.Parse(text, null, out var faults);

        Assert.Empty(faults);
        Assert.NotNull(expression!.Next(YearBegins, YearBegins));
    }

    [Theory]
    [InlineData("", "fields")]
    [InlineData("* * *", "fields")]
    [InlineData("* * * * * *", "fields")]
    [InlineData("60 * * * *", "minute")]
    [InlineData("* 24 * * *", "hour")]
    [InlineData("* * 0 * *", "day of month")]
    [InlineData("* * 32 * *", "day of month")]
    [InlineData("* * * 0 *", "month")]
    [InlineData("* * * 13 *", "month")]
    [InlineData("* * * * 8", "day of week")]
    [InlineData("abc * * * *", "minute")]
    [InlineData("1-0 * * * *", "ends before it begins")]
    [InlineData("* * * * SAT-SUN", "ends before it begins")]
    [InlineData("*/0 * * * *", "step")]
    [InlineData("*/60 * * * *", "step")]
    [InlineData("0/ * * * *", "step")]
    [InlineData("1/2/3 * * * *", "no value")]
    [InlineData("1-2-3 * * * *", "no value")]
    [InlineData("1, * * * *", "minute")]
    [InlineData("*,5 * * * *", "stands alone")]
    [InlineData("-1 * * * *", "minute")]
    [InlineData("+1 * * * *", "minute")]
    [InlineData("001 * * * *", "minute")]
    [InlineData("0 0 L * *", "day of month")]
    [InlineData("0 0 15W * *", "day of month")]
    [InlineData("0 0 * * 5#2", "day of week")]
    [InlineData("0 0 ? * *", "day of month")]
    [InlineData("H * * * *", "minute")]
    [InlineData("@reboot", "@hourly")]
    [InlineData("@Daily", "@hourly")]
    [InlineData("@every", "@every")]
    [InlineData("@every 30s", "whole minutes")]
    [InlineData("@every 90s", "whole minutes")]
    [InlineData("@every invalid", "whole minutes")]
    [InlineData("@every -5m", "whole minutes")]
    [InlineData("@every 9000h", "whole minutes")]
    [InlineData("CRON_TZ=UTC 0 0 * * *", "spec.timeZone")]
    [InlineData("0 0 30 2 *", "never be due")]
    [InlineData("0 0 31 2,4,6,9,11 *", "never be due")]
    [InlineData("0 0 */2 * MON", "list")]
    [InlineData("0 0 13 * */2", "list")]
    public void F35_F36_Expressions_that_are_refused(string text, string why)
    {
        var expression = ScheduleExpression.Parse(text, null, out var faults);

        Assert.Null(expression);
        var fault = Assert.Single(faults);
        Assert.StartsWith("spec.schedule: ", fault, StringComparison.Ordinal);
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("Local")]
    [InlineData("localtime")]
    [InlineData("../../etc/passwd")]
    [InlineData("/usr/share/zoneinfo/UTC")]
    [InlineData("CST6 CDT")]
    public void Time_zones_that_are_none_are_refused_beside_other_faults(string zone)
    {
        Assert.Null(ScheduleExpression.Parse("61 * * * *", zone, out var faults));

        Assert.Equal(2, faults.Length);
        Assert.StartsWith("spec.timeZone: ", faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_zone_means_nothing_to_a_span()
    {
        Assert.Null(ScheduleExpression.Parse("@every 10m", NewYork, out var faults));

        Assert.Contains("@every is the same in all time zones", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z")]
    [InlineData("0 * * * *", "2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z")]
    [InlineData("0 0 * * *", "2026-01-01T12:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("*/15 * * * *", "2026-01-01T00:10:00Z", "2026-01-01T00:15:00Z")]
    [InlineData("30 8 * * 1-5", "2026-01-03T09:00:00Z", "2026-01-05T08:30:00Z")]
    [InlineData("0 0 1 * *", "2026-01-15T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData("0 0 1 1 *", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("0 9 * 3,6,9,12 *", "2026-04-01T00:00:00Z", "2026-06-01T09:00:00Z")]
    [InlineData("0 9,17 * * *", "2026-01-01T10:00:00Z", "2026-01-01T17:00:00Z")]
    [InlineData("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("@every 5m", "2026-01-01T00:00:30Z", "2026-01-01T00:05:00Z")]
    [InlineData("0 0 29 2 *", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z")]
    public void F35_The_next_time(string text, string after, string next) =>
        Assert.Equal(Given.Utc(next), Given.Expression(text).Next(Given.Utc(after), Given.Utc(after)));

    [Fact]
    public void F36_The_leap_day_comes_once_a_leap_year() => Assert.Equal(
        [Given.Utc("2028-02-29T00:00:00Z"), Given.Utc("2032-02-29T00:00:00Z")],
        Given.Times(Given.Expression("0 0 29 2 *"), YearBegins, Given.Utc("2036-01-01T00:00:00Z")));

    [Fact]
    public void F37_A_day_that_fits_either_day_field_counts_when_both_are_restricted()
    {
        var days = Enumerable.Range(0, 366).Select(d => YearBegins.AddDays(d));

        Assert.Equal(
            days.Where(d => d.Day == 13 || d.DayOfWeek == DayOfWeek.Friday),
            Given.Times(Given.Expression("0 0 13 * FRI"), YearBegins.AddSeconds(-1), YearBegins.AddDays(366).AddSeconds(-1)));
    }

    [Fact]
    public void F37_Only_the_days_of_the_week_count_where_that_day_of_the_month_never_comes() => Assert.Equal(
        [Given.Utc("2028-02-07T00:00:00Z"), Given.Utc("2028-02-14T00:00:00Z"), Given.Utc("2028-02-21T00:00:00Z"), Given.Utc("2028-02-28T00:00:00Z")],
        Given.Times(Given.Expression("0 0 30 2 MON"), YearBegins, YearBegins.AddDays(366)));

    [Theory]
    // The hour from 2 to 3 is left out on 12 March, at 07:00 UTC.
    [InlineData("30 2 * * *", "2028-03-11T12:00:00Z", "2028-03-12T07:00:00Z", "2028-03-13T06:30:00Z")]
    [InlineData("*/15 2 * * *", "2028-03-11T12:00:00Z", "2028-03-12T07:00:00Z", "2028-03-13T06:00:00Z")]
    [InlineData("30 * * * *", "2028-03-12T05:45:00Z", "2028-03-12T06:30:00Z", "2028-03-12T07:30:00Z")]
    [InlineData("0 * * * *", "2028-03-12T05:45:00Z", "2028-03-12T06:00:00Z", "2028-03-12T07:00:00Z")]
    // The hour from 1 to 2 comes twice on 5 November, at 05:00 and 06:00 UTC.
    [InlineData("30 1 * * *", "2028-11-05T00:00:00Z", "2028-11-05T05:30:00Z", "2028-11-06T06:30:00Z")]
    [InlineData("0 1-2 * * *", "2028-11-05T00:00:00Z", "2028-11-05T05:00:00Z", "2028-11-05T07:00:00Z")]
    [InlineData("30 * * * *", "2028-11-05T05:00:00Z", "2028-11-05T05:30:00Z", "2028-11-05T06:30:00Z")]
    public void Hours_that_are_left_out_or_come_twice(string text, string after, string first, string second) => Assert.Equal(
        [Given.Utc(first), Given.Utc(second)],
        Given.Times(Given.Expression(text, NewYork), Given.Utc(after), Given.Utc(second)));

    [Fact]
    public void Spans_count_from_the_minute_in_which_the_schedule_was_made()
    {
        var made = Given.Utc("2028-02-28T10:00:50Z");

        Assert.Equal(
            [Given.Utc("2028-02-28T11:30:00Z"), Given.Utc("2028-02-28T13:00:00Z")],
            Given.Times(Given.Expression("@every 90m"), made, Given.Utc("2028-02-28T13:00:00Z")));
    }

    [Theory]
    [InlineData("* * * * *", 1)]
    [InlineData("*/15 * * * *", 15)]
    [InlineData("0,59 * * * *", 1)]
    [InlineData("0,59 3 * * *", 59)]
    [InlineData("0,57 23,0 * * *", 3)]
    [InlineData("0 * * * *", 60)]
    [InlineData("@every 7m", 7)]
    public void The_least_time_between_two_runs_is_known(string text, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Given.Expression(text).ShortestGap);

    [Theory]
    [InlineData("* * * * *", null)]
    [InlineData("7 * * * *", NewYork)]
    [InlineData("@every 3m", null)]
    public void Of_very_many_times_the_last_one_is_found(string text, string? zone)
    {
        var expression = Given.Expression(text, zone);
        var until = YearBegins.AddDays(80).AddMinutes(7);

        var slots = expression.Within(YearBegins, until, YearBegins)!.Value;

        Assert.Equal(Slots.MostCounted, slots.Count);
        Assert.Equal(Given.Times(expression, YearBegins, until)[^1], slots.Latest);
    }

    [Fact]
    public void Times_within_a_span_exclude_its_begin_and_include_its_end()
    {
        var expression = Given.Expression("0 * * * *");

        Assert.Null(expression.Within(YearBegins, YearBegins.AddMinutes(59), YearBegins));
        Assert.Equal((Slots?)new Slots(YearBegins.AddHours(1), 1), expression.Within(YearBegins, YearBegins.AddHours(1), YearBegins));
        Assert.Equal((Slots?)new Slots(YearBegins.AddHours(2), 2), expression.Within(YearBegins, YearBegins.AddMinutes(179), YearBegins));
    }
}
