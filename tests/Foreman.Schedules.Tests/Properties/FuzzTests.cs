using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Schedules.Tests.Properties;

/// <summary>No text makes a reader of schedules throw anything but its own refusal, and what is read can be stored and looked at.</summary>
[Trait("Kind", "2")]
public sealed class FuzzTests
{
    [Fact]
    public void The_file_of_the_file_backend() => Fuzzer.Run(new("stored schedules", [Stored("0 * * * *"), Stored("@every 90m"), Stored("0 0 29 2 *", "Europe/Berlin")], Look)
    {
        Allowed = [typeof(ScheduleException)],
    });

    [Fact]
    public void A_file_of_declared_schedules() => Fuzzer.Run(new(
        "declared schedules",
        [
            Encoding.UTF8.GetBytes("""
                apiVersion: foreman.llmkube.dev/v1alpha1
                kind: TaskSchedule
                metadata: {name: nightly, labels: {team: a}}
                spec: {schedule: "0 3 * * *", timeZone: Europe/Berlin, startingDeadlineSeconds: 600, taskTemplate: {spec: {kind: freeform, payload: {prompt: Look.}}}}
                """),
        ],
        bytes =>
        {
            var reading = DeclaredSchedules.Read(Encoding.UTF8.GetString(bytes), "team");
            Assert.True(reading.Faults.Count > 0 || reading.Schedules.All(s => ScheduleRules.Faults(s, out _).IsEmpty));
            Assert.All(reading.Faults, f => Assert.DoesNotContain(f, c => char.IsControl(c)));
        }));

    private static byte[] Stored(string schedule, string? zone = null) => StoredSchedules.Write(ScheduleBook.Empty.With(
        Given.Stored(Given.Start, Given.Schedule(schedule, change: s => s with { TimeZone = zone, Notify = new() { Channel = "ops" } }))));

    private static void Look(byte[] text)
    {
        var book = StoredSchedules.Read(text);
        foreach (var schedule in book.All)
        {
            if (ScheduleRules.Faults(schedule, out var expression).IsEmpty)
            {
                var running = new FiredObject { Schedule = ObjectKey.Of(schedule), Name = "other", ScheduledAt = Given.Start, Status = ScheduledRunStatus.Running };
                book = book.With(ScheduleRound.Decide(schedule, expression!, [running], Given.Start.AddHours(5)).Schedule);
            }
        }

        StoredSchedules.Read(StoredSchedules.Write(book));
    }
}
