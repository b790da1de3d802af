using System.Globalization;
using Foreman.Primitives;
using Foreman.Schedules;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Schedules;

/// <summary>Writes what happens to schedules into the log, a line each.</summary>
/// <param name="logger">The log.</param>
internal sealed class ScheduleAudit(ILogger logger) : IScheduleAudit
{
    /// <inheritdoc/>
    public void Record(ScheduleEvent happened) => ScheduleLog.Happened(logger, happened.Type, happened.Schedule.ToString(), happened.Source, TextOf(happened));

    /// <summary>What a record tells besides its type and schedule.</summary>
    internal static string TextOf(ScheduleEvent happened) => string.Join(' ', Parts(happened));

    private static IEnumerable<string> Parts(ScheduleEvent happened)
    {
        if (happened.Change is { } change)
        {
            yield return $"change={change.Kind}";
            if (change.Fields.Count > 0)
            {
                yield return $"fields={Printable.Line(string.Join(',', change.Fields), 500)}";
            }
        }

        if (happened.Reason is { } reason)
        {
            yield return $"reason={reason}";
        }

        if (happened.Run is not { } run)
        {
            yield break;
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"scheduled={run.ScheduledAt:yyyy-MM-ddTHH:mm:ssZ} status={run.Status} correlation={run.CorrelationId}");
        if (run.Task is { } task)
        {
            yield return $"task={task}";
        }

        if (run.Verdict is { } verdict)
        {
            yield return $"verdict={verdict}";
        }

        if (run.Seconds is { } seconds)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"seconds={seconds}");
        }

        if (run.Message is { } message)
        {
            yield return $"message={Printable.Line(message, 500)}";
        }
    }
}
