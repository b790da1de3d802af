using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Operator.Live;
using Foreman.Schedules;

namespace Foreman.Operator.Schedules.Cli;

/// <summary>Schedules and their history as lines. Pure.</summary>
internal static class ScheduleText
{
    /// <summary>A line for each schedule.</summary>
    public static IEnumerable<EndLine> List(IReadOnlyList<TaskSchedule> schedules)
    {
        if (schedules.Count == 0)
        {
            return [new EndLine("No schedules.")];
        }

        var table = new TextTable("SCHEDULE", "TIMES", "ZONE", "SOURCE", "NEXT", "LAST", "LAST STATUS", "RUNS");
        foreach (var schedule in schedules)
        {
            var status = schedule.Status;
            table.Add(
                LookOf(status?.LastStatus),
                ObjectKey.Of(schedule).ToString(),
                schedule.Spec.Schedule,
                schedule.Spec.TimeZone ?? "UTC",
                ScheduleSource.Of(schedule),
                schedule.Spec.Suspend == true ? "suspended" : Time(status?.NextScheduleTime),
                Time(status?.LastScheduleTime),
                status?.LastStatus?.ToString() ?? "-",
                (status?.RunCount ?? 0).ToString(CultureInfo.InvariantCulture));
        }

        return table.Lines();
    }

    /// <summary>One schedule: what it is, what it says of itself, and its last runs.</summary>
    public static IEnumerable<EndLine> One(TaskSchedule schedule) =>
    [
        .. List([schedule]),
        .. (schedule.Status?.Conditions ?? []).Select(c => new EndLine($"{c.Type}: {c.Status} ({c.Reason}) {c.Message}", c.Status == Conditions.False ? LineLook.Bad : LineLook.Plain)),
        .. (schedule.Status?.Active ?? []).Select(r => new EndLine($"{r.Task}: {r.Status} since {Time(r.ScheduledAt)}{(r.Message is { } why ? $": {why}" : "")}")),
    ];

    /// <summary>A line for each time.</summary>
    public static IEnumerable<EndLine> History(IReadOnlyList<ScheduleHistoryEntry> history)
    {
        if (history.Count == 0)
        {
            return [new EndLine("No run yet.")];
        }

        var table = new TextTable("SCHEDULE", "TIME", "STATUS", "VERDICT", "SECONDS", "TASK", "CORRELATION", "WHY");
        foreach (var (schedule, run) in history)
        {
            table.Add(
                LookOf(run.Status),
                schedule.ToString(),
                Time(run.ScheduledAt),
                run.Status.ToString(),
                run.Verdict?.ToString() ?? "-",
                run.Seconds?.ToString(CultureInfo.InvariantCulture) ?? "-",
                run.Task ?? "-",
                run.CorrelationId ?? "-",
                run.Message ?? "");
        }

        return table.Lines();
    }

    /// <summary>An entry for programs.</summary>
    public static JsonObject Json(ScheduleHistoryEntry entry) => new()
    {
        ["namespace"] = entry.Schedule.Namespace,
        ["schedule"] = entry.Schedule.Name,
        ["scheduledAt"] = Time(entry.Run.ScheduledAt),
        ["status"] = entry.Run.Status.ToString(),
        ["verdict"] = entry.Run.Verdict?.ToString(),
        ["seconds"] = entry.Run.Seconds,
        ["task"] = entry.Run.Task,
        ["correlationId"] = entry.Run.CorrelationId,
        ["message"] = entry.Run.Message,
    };

    private static LineLook LookOf(ScheduledRunStatus? status) =>
        status == ScheduledRunStatus.Failed ? LineLook.Bad : status == ScheduledRunStatus.Completed ? LineLook.Good : LineLook.Plain;

    private static string Time(DateTimeOffset? at) => at is { } time ? Rfc3339Converter.Format(time) : "-";
}
