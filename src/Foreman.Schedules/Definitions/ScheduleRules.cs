using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>What a schedule must be like, the same on every backend. Pure.</summary>
internal static class ScheduleRules
{
    private const int MostRuns = 1000;

    /// <summary>Everything that is wrong with a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="expression">When it is due; null when that is among the faults.</param>
    /// <returns>A sentence without its full stop for each, with the field before it; empty for nothing.</returns>
    public static ImmutableArray<string> Faults(TaskSchedule schedule, out ScheduleExpression? expression)
    {
        var spec = schedule.Spec;
        expression = ScheduleExpression.Parse(spec.Schedule, spec.TimeZone, out var times);
        return
        [
            .. OfNames(schedule),
            .. times,
            .. OfTemplates(spec),
            .. OfNumbers(spec),
        ];
    }

    /// <summary>A schedule for messages.</summary>
    public static string Shown(TaskSchedule schedule) => Printable.Line(ObjectKey.Of(schedule).ToString(), 120);

    private static IEnumerable<string> OfNames(TaskSchedule schedule)
    {
        if (!ScheduleNames.IsName(schedule.Name()))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"metadata.name: `{Printable.Line(schedule.Name(), 80)}` is not 1 to {ScheduleNames.MaxSchedule} of a-z, 0-9 and dashes within");
        }

        if (!ScheduleNames.IsNamespace(schedule.Namespace() ?? ""))
        {
            yield return $"metadata.namespace: `{Printable.Line(schedule.Namespace() ?? "", 80)}` is no name of a namespace";
        }

        if (ScheduleSource.Of(schedule) is not (ScheduleSource.Yaml or ScheduleSource.Llm))
        {
            yield return $"metadata.labels: {Labels.ScheduleSource} is {ScheduleSource.Yaml} or {ScheduleSource.Llm}";
        }
    }

    private static IEnumerable<string> OfTemplates(TaskScheduleSpec spec)
    {
        if ((spec.TaskTemplate is null) == (spec.WorkloadTemplate is null))
        {
            yield return "spec: exactly one of taskTemplate and workloadTemplate says what is begun";
        }

        if (spec.TaskTemplate is { } task && string.IsNullOrEmpty(task.Spec.Kind.Value))
        {
            yield return "spec.taskTemplate.spec.kind: it is missing";
        }

        if (spec.WorkloadTemplate is { } workload && workload.Spec.Intent.Length == 0)
        {
            yield return "spec.workloadTemplate.spec.intent: it is missing";
        }

        if (spec.Notify is { Channel.Length: 0 })
        {
            yield return "spec.notify.channel: it is missing";
        }

        foreach (var name in Reserved(spec.TaskTemplate?.Metadata).Concat(Reserved(spec.WorkloadTemplate?.Metadata)))
        {
            yield return $"spec: the template may not set {name}, which the schedule sets";
        }
    }

    private static IEnumerable<string> OfNumbers(TaskScheduleSpec spec)
    {
        if (spec.ConcurrencyPolicy is { } policy && !ConcurrencyPolicy.Known.Contains(policy))
        {
            yield return $"spec.concurrencyPolicy: `{Printable.Line(policy.ToString(), 50)}` is none of {string.Join(", ", ConcurrencyPolicy.Known)}";
        }

        if (spec.StartingDeadlineSeconds is < 0 or > int.MaxValue)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"spec.startingDeadlineSeconds: it is not 0 to {int.MaxValue}");
        }

        if (spec.SuccessfulHistoryLimit is < 0 or > MostRuns)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"spec.successfulHistoryLimit: it is not 0 to {MostRuns}");
        }

        if (spec.FailedHistoryLimit is < 0 or > MostRuns)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"spec.failedHistoryLimit: it is not 0 to {MostRuns}");
        }
    }

    private static IEnumerable<string> Reserved(TemplateMetadata? metadata) =>
        (metadata?.Labels?.Keys ?? []).Concat(metadata?.Annotations?.Keys ?? []).Where(k => k is Labels.Schedule or Labels.ScheduledAt or Labels.CorrelationId);
}
