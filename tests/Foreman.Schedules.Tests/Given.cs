using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests;

/// <summary>Schedules and times for tests.</summary>
internal static class Given
{
    /// <summary>A Monday, the day before the leap day.</summary>
    public static DateTimeOffset Start { get; } = Utc("2028-02-28T10:00:00Z");

    /// <summary>The schedule that <see cref="Schedule"/> makes.</summary>
    public static ObjectKey Key { get; } = new("team", "nightly");

    /// <summary>A time in UTC.</summary>
    public static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A schedule of an AgenticTask, of source llm.</summary>
    public static TaskSchedule Schedule(string schedule = "0 * * * *", string name = "nightly", string ns = "team", Func<TaskScheduleSpec, TaskScheduleSpec>? change = null)
    {
        var spec = new TaskScheduleSpec
        {
            Schedule = schedule,
            TaskTemplate = new() { Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Look." } } },
        };
        return new() { Metadata = new() { Name = name, NamespaceProperty = ns }, Spec = change?.Invoke(spec) ?? spec };
    }

    /// <summary>A schedule as it is stored when it was set at a time.</summary>
    public static TaskSchedule Stored(DateTimeOffset at, TaskSchedule? schedule = null)
    {
        var wanted = schedule ?? Schedule();
        return ScheduleEdits.Set(null, ScheduleSource.With(wanted, ScheduleSource.Of(wanted)), Expression(wanted.Spec.Schedule, wanted.Spec.TimeZone), at);
    }

    /// <summary>An expression without a fault.</summary>
    public static ScheduleExpression Expression(string schedule, string? timeZone = null)
    {
        var expression = ScheduleExpression.Parse(schedule, timeZone, out var faults);
        Assert.Empty(faults);
        return expression!;
    }

    /// <summary>The times of an expression after one moment and up to another.</summary>
    public static IReadOnlyList<DateTimeOffset> Times(ScheduleExpression expression, DateTimeOffset after, DateTimeOffset until)
    {
        var times = new List<DateTimeOffset>();
        for (var next = expression.Next(after, after); next is { } at && at <= until; next = expression.Next(at, after))
        {
            times.Add(at);
        }

        return times;
    }
}
