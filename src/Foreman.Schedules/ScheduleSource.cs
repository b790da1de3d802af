using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>Who made a schedule, by its label <see cref="Labels.ScheduleSource"/>.</summary>
public static class ScheduleSource
{
    /// <summary>People: it was applied, or declared in a file. Models can't change it.</summary>
    public const string Yaml = "yaml";

    /// <summary>A model, by a tool.</summary>
    public const string Llm = "llm";

    /// <summary>The source of a schedule; <see cref="Llm"/> without a label.</summary>
    public static string Of(TaskSchedule schedule) => schedule.GetLabel(Labels.ScheduleSource) ?? Llm;

    /// <summary>The same schedule with a source.</summary>
    internal static TaskSchedule With(TaskSchedule schedule, string source) => schedule with
    {
        Metadata = schedule.Metadata with
        {
            Labels = new Dictionary<string, string>(schedule.Metadata.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [Labels.ScheduleSource] = source },
        },
    };
}
