namespace Foreman.Tools.Schedules;

/// <summary>The schedules that a run may see and change: those of its task's namespace. Each call returns what the model reads.</summary>
public interface IScheduleAccess
{
    /// <summary>Makes a schedule, or changes the one of its id.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleAccessException">It was refused, or can't be stored.</exception>
    Task<string> SetAsync(ScheduleWish wish, CancellationToken cancellationToken);

    /// <summary>Lists the schedules.</summary>
    /// <param name="enabledOnly">Whether those are left out that are switched off.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleAccessException">They can't be read.</exception>
    Task<string> ListAsync(bool enabledOnly, CancellationToken cancellationToken);

    /// <summary>Deletes a schedule.</summary>
    /// <param name="id">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleAccessException">It is not there, or that was refused.</exception>
    Task<string> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Tells what became of the last times, newest first.</summary>
    /// <param name="id">Only those of this schedule; null for all.</param>
    /// <param name="limit">Most entries, from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleAccessException">They can't be read.</exception>
    Task<string> HistoryAsync(string? id, int limit, CancellationToken cancellationToken);
}

/// <summary>A schedule as a model asks for it; what is null stays as it is, or gets its default.</summary>
/// <param name="Id">Its name; null for one made of the task.</param>
/// <param name="Cron">When.</param>
/// <param name="Task">What a run is asked to do.</param>
/// <param name="Agent">Name of the Agent that does it.</param>
/// <param name="TimeZone">Time zone of <paramref name="Cron"/>.</param>
/// <param name="Enabled">Whether it begins runs.</param>
public sealed record ScheduleWish(string? Id, string Cron, string Task, string? Agent, string? TimeZone, bool? Enabled);

/// <summary>What was asked of schedules can't be done.</summary>
/// <param name="message">What and why, for the model.</param>
/// <param name="inner">The cause.</param>
public sealed class ScheduleAccessException(string message, Exception? inner = null) : Exception(message, inner);
