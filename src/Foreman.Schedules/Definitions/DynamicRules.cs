using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>What models may do with schedules. Pure.</summary>
internal static class DynamicRules
{
    /// <summary>Most schedules of models in one namespace.</summary>
    public const int MostInNamespace = 20;

    /// <summary>The least time between two runs of a schedule of a model.</summary>
    public static readonly TimeSpan LeastGap = TimeSpan.FromMinutes(5);

    private const string Flag = "--schedules-allow-dynamic";

    /// <summary>Says no to a schedule that a model may not make or change.</summary>
    /// <param name="schedule">As it would be, with source llm.</param>
    /// <param name="expression">When it is due.</param>
    /// <param name="stored">All schedules there are.</param>
    /// <param name="allowed">Whether models may make schedules at all.</param>
    /// <exception cref="ScheduleException">It may not be.</exception>
    public static void CheckSet(TaskSchedule schedule, ScheduleExpression expression, ScheduleBook stored, bool allowed)
    {
        var key = ObjectKey.Of(schedule);
        if (stored.Find(key) is { } there && ScheduleSource.Of(there) == ScheduleSource.Yaml)
        {
            throw new ScheduleException($"schedule {ScheduleRules.Shown(schedule)} is declared (source yaml), so a model can't change it; change its manifest instead");
        }

        if (!allowed)
        {
            throw new ScheduleException($"models may not make schedules here: the operator runs without {Flag}; declare schedule {ScheduleRules.Shown(schedule)} in a manifest, or start the operator with {Flag}");
        }

        if (expression.ShortestGap < LeastGap)
        {
            throw new ScheduleException(string.Create(
                CultureInfo.InvariantCulture,
                $"schedule {ScheduleRules.Shown(schedule)} would run every {expression.ShortestGap.TotalMinutes:0} min at times; one that a model makes leaves {LeastGap.TotalMinutes:0} min at least"));
        }

        if (stored.All.Count(s => s.Namespace() == key.Namespace && s.Name() != key.Name && ScheduleSource.Of(s) == ScheduleSource.Llm) >= MostInNamespace)
        {
            throw new ScheduleException(string.Create(
                CultureInfo.InvariantCulture, $"namespace {key.Namespace} has {MostInNamespace} schedules of models, and no more are allowed; delete one that is not needed"));
        }
    }

    /// <summary>Says no to a schedule that a model may not delete.</summary>
    /// <param name="schedule">The stored schedule.</param>
    /// <param name="allowed">Whether models may make schedules at all.</param>
    /// <exception cref="ScheduleException">It may not be deleted.</exception>
    public static void CheckDelete(TaskSchedule schedule, bool allowed)
    {
        if (ScheduleSource.Of(schedule) == ScheduleSource.Yaml)
        {
            throw new ScheduleException($"schedule {ScheduleRules.Shown(schedule)} is declared (source yaml); remove it from its manifest instead");
        }

        if (!allowed)
        {
            throw new ScheduleException($"models may not delete schedules here: the operator runs without {Flag}");
        }
    }
}
