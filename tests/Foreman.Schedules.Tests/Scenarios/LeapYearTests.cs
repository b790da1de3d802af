using Foreman.Api;
using Foreman.Schedules.Tests.Fakes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Schedules.Tests.Scenarios;

/// <summary>The file backend over the year 2028 in five time zones, by a virtual clock.</summary>
public sealed class LeapYearTests
{
    // New York and Berlin leave out the hour from 2 to 3, Lord Howe only its first half.
    private static readonly (string Name, string Zone, int Shifted)[] Places =
    [
        ("utc", "UTC", 0),
        ("new-york", "America/New_York", 1),
        ("berlin", "Europe/Berlin", 1),
        ("kolkata", "Asia/Kolkata", 0),
        ("lord-howe", "Australia/Lord_Howe", 0),
    ];

    [Fact]
    public async Task F36_Each_local_day_of_a_leap_year_has_its_runs_and_the_leap_day_one()
    {
        var clock = new ManualTimeProvider(Given.Utc("2027-12-30T00:00:00Z"));
        var objects = new ObjectsInMemory(clock);
        var audit = new AuditList();
        using var backend = new FileScheduleBackend(new() { Path = "memory" }, new FileInMemory(), objects, audit, clock, NullLogger.Instance);
        await backend.SyncAsync([.. Places.SelectMany(p => Schedules(p.Name, p.Zone))], CancellationToken.None);

        while (await NextAsync(backend) is { } next && next < Given.Utc("2029-01-03T00:00:00Z"))
        {
            clock.Advance(next - clock.GetUtcNow());
            await backend.LookAsync(CancellationToken.None);
            objects.EndAll(Verdict.Go);
            await backend.LookAsync(CancellationToken.None);
        }

        Assert.Empty(audit.Of(ScheduleEvent.Skip));
        Assert.Equal(audit.Of(ScheduleEvent.Fire).Count, objects.Created.Count);
        Assert.All(Places, p => Check(p.Name, TimeZoneInfo.FindSystemTimeZoneById(p.Zone), p.Shifted, audit));
    }

    private static void Check(string name, TimeZoneInfo zone, int shifted, AuditList audit)
    {
        DateTimeOffset[] OfYear(string schedule) =>
        [
            .. audit.Of(ScheduleEvent.Fire).Where(e => e.Schedule.Name == schedule).Select(e => TimeZoneInfo.ConvertTime(e.Run!.ScheduledAt, zone)).Where(t => t.Year == 2028),
        ];

        var daily = OfYear(name + "-daily");
        Assert.Equal(366, daily.Length);
        Assert.Equal(Enumerable.Range(0, 366).Select(d => new DateTime(2028, 1, 1).AddDays(d)), daily.Select(t => t.Date));
        Assert.Equal(shifted, daily.Count(t => t.TimeOfDay != new TimeSpan(2, 30, 0)));
        var early = OfYear(name + "-early");
        Assert.Equal(366, early.Select(t => t.Date).Distinct().Count());
        Assert.Equal(366, early.Length);
        Assert.Equal(new DateTime(2028, 2, 29), Assert.Single(OfYear(name + "-leap")).DateTime);
    }

    private static TaskSchedule[] Schedules(string name, string zone) =>
    [
        Given.Schedule("30 2 * * *", name + "-daily", change: s => s with { TimeZone = zone }),
        Given.Schedule("45 1 * * *", name + "-early", change: s => s with { TimeZone = zone }),
        Given.Schedule("0 0 29 2 *", name + "-leap", change: s => s with { TimeZone = zone }),
    ];

    private static async Task<DateTimeOffset?> NextAsync(FileScheduleBackend backend) =>
        (await backend.ListAsync(null, CancellationToken.None)).Min(s => s.Status!.NextScheduleTime);
}
