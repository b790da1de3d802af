using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Operator.Live;
using Foreman.Primitives;
using Foreman.Schedules;
using Foreman.Tools.Schedules;

namespace Foreman.Operator.Schedules;

/// <summary>The schedules that the tools of one task may see and change: those of its namespace, through the backend that the operator uses itself.</summary>
/// <param name="backend">Keeps them.</param>
/// <param name="task">The task whose model asks.</param>
internal sealed class ScheduleAccess(IScheduleBackend backend, AgenticTask task) : IScheduleAccess
{
    private const int WordsOfId = 5;
    private const int LongestWords = 35;
    private const int HashDigits = 4;

    private string Space => task.Namespace() ?? "";

    /// <inheritdoc/>
    public Task<string> SetAsync(ScheduleWish wish, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            if (string.IsNullOrWhiteSpace(wish.Cron) || string.IsNullOrWhiteSpace(wish.Task))
            {
                throw new ScheduleException($"{(string.IsNullOrWhiteSpace(wish.Cron) ? "cron" : "task")} is required");
            }

            var key = new ObjectKey(Space, wish.Id ?? IdOf(wish.Task));
            var before = await backend.GetAsync(key, cancellationToken);
            var stored = await backend.SetAsync(Wanted(wish, key, before, task), cancellationToken);
            return $"{(before is null ? "Created" : "Updated")} schedule {stored.Name()}. Next: {Next(stored)}.";
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<string> ListAsync(bool enabledOnly, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            var schedules = (await backend.ListAsync(Space, cancellationToken)).Where(s => !enabledOnly || s.Spec.Suspend != true).ToArray();
            if (schedules.Length == 0)
            {
                return "No schedules configured.";
            }

            var table = new TextTable("ID", "CRON", "SOURCE", "ENABLED", "NEXT", "TASK");
            foreach (var schedule in schedules)
            {
                table.Add(
                    LineLook.Plain,
                    schedule.Name(),
                    schedule.Spec.Schedule,
                    ScheduleSource.Of(schedule),
                    schedule.Spec.Suspend == true ? "no" : "yes",
                    Next(schedule),
                    Printable.Line(schedule.Spec.TaskTemplate?.Spec.Payload.Prompt ?? schedule.Spec.WorkloadTemplate?.Spec.Intent ?? "", 60));
            }

            return TextOf(table);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<string> DeleteAsync(string id, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            var key = new ObjectKey(Space, id);
            if (await backend.GetAsync(key, cancellationToken) is null)
            {
                throw new ScheduleException($"schedule {Printable.Line(id, 80)} not found");
            }

            await backend.DeleteAsync(key, cancellationToken);
            return $"Deleted schedule {Printable.Line(id, 80)}.";
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<string> HistoryAsync(string? id, int limit, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            var history = await backend.HistoryAsync(Space, id, limit, cancellationToken);
            if (history.Count == 0)
            {
                return "No execution history found.";
            }

            var table = new TextTable("TIME", "ID", "STATUS", "VERDICT", "SECONDS", "TASK", "WHY");
            foreach (var (schedule, run) in history)
            {
                table.Add(
                    LineLook.Plain,
                    Rfc3339Converter.Format(run.ScheduledAt),
                    schedule.Name,
                    run.Status.ToString(),
                    run.Verdict?.ToString() ?? "-",
                    run.Seconds?.ToString(CultureInfo.InvariantCulture) ?? "-",
                    run.Task ?? "-",
                    run.Message ?? "");
            }

            return TextOf(table);
        },
        cancellationToken);

    /// <summary>The name of a schedule that none was given for: the first words of its task and a hash of all of it. Pure.</summary>
    internal static string IdOf(string text)
    {
        var words = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var slug = string.Join('-', words.Take(WordsOfId));
        var begin = slug.Length == 0 ? "schedule" : slug.Length > LongestWords ? slug[..LongestWords].TrimEnd('-') : slug;
        return $"{begin}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits]}";
    }

    // What is not said stays as it is.
    private static TaskSchedule Wanted(ScheduleWish wish, ObjectKey key, TaskSchedule? before, AgenticTask asking)
    {
        var spec = before?.Spec ?? new();
        var template = spec.TaskTemplate ?? new();
        var agent = wish.Agent is { } name ? new LocalObjectReference { Name = name } : template.Spec.AgentRef ?? asking.Spec.AgentRef;
        return new()
        {
            Metadata = new() { Name = key.Name, NamespaceProperty = key.Namespace },
            Spec = spec with
            {
                Schedule = wish.Cron,
                TimeZone = wish.TimeZone ?? spec.TimeZone,
                Suspend = wish.Enabled is { } isEnabled ? !isEnabled : spec.Suspend,
                TaskTemplate = template with { Spec = template.Spec with { Kind = TaskKind.Freeform, AgentRef = agent, Payload = template.Spec.Payload with { Prompt = wish.Task } } },
            },
        };
    }

    private static string Next(TaskSchedule schedule) =>
        schedule.Spec.Suspend == true ? "never while it is disabled" : schedule.Status?.NextScheduleTime is { } next ? Rfc3339Converter.Format(next) : "-";

    private static string TextOf(TextTable table) => string.Join('\n', table.Lines().Select(l => l.Text));

    // A fault of the backend is an answer for the model, not the end of its run.
    private static async Task<string> CallAsync(Func<Task<string>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is ScheduleException or KubernetesException or KubernetesUnreachableException && !cancellationToken.IsCancellationRequested)
        {
            throw new ScheduleAccessException(Printable.Line(e.Message, 1000), e);
        }
    }
}
