using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>
/// Keeps schedules and begins their runs. All backends behave the same: times, names of what is created, policies, refusals and audit
/// records. Every call is safe beside any other.
/// </summary>
public interface IScheduleBackend
{
    /// <summary>Begins to watch the clock; without effect when it does already, or when something else times the runs.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleException">What is stored can't be used; it was left as it is.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Ends watching the clock, and waits until that is so. Runs go on. Without effect when it was ended before.</summary>
    Task StopAsync();

    /// <summary>Reads again what is stored, and looks at once at what is due.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleException">What is stored can't be used; what was read before goes on.</exception>
    Task ReloadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the schedules of source yaml those that are declared: absent ones are created, those that differ in anything updated, the
    /// others of that source deleted. One that a model made is left alone unless it has the name of a declared one, which then takes its place.
    /// </summary>
    /// <param name="declared">All of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was changed; nothing is written when that is nothing.</returns>
    /// <exception cref="ScheduleException">One of them is wrong, or they can't be stored; nothing was changed.</exception>
    Task<IReadOnlyList<ScheduleChange>> SyncAsync(IReadOnlyList<TaskSchedule> declared, CancellationToken cancellationToken);

    /// <summary>The schedules, by namespace and name.</summary>
    /// <param name="ns">Only those of this namespace; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<TaskSchedule>> ListAsync(string? ns, CancellationToken cancellationToken);

    /// <summary>A schedule.</summary>
    /// <param name="schedule">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when it is not there.</returns>
    Task<TaskSchedule?> GetAsync(ObjectKey schedule, CancellationToken cancellationToken);

    /// <summary>Creates a schedule, or changes the one of its name; what is known of its runs is kept.</summary>
    /// <param name="schedule">The schedule, of source llm when it has no label that says otherwise.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>It as it is stored.</returns>
    /// <exception cref="ScheduleException">It is wrong, not allowed, or can't be stored; nothing was changed.</exception>
    Task<TaskSchedule> SetAsync(TaskSchedule schedule, CancellationToken cancellationToken);

    /// <summary>Deletes a schedule that a model made; without effect when it is not there. Its runs go on.</summary>
    /// <param name="schedule">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleException">It is declared, that is not allowed, or can't be stored; nothing was changed.</exception>
    Task DeleteAsync(ObjectKey schedule, CancellationToken cancellationToken);

    /// <summary>What became of the last times of schedules, newest first.</summary>
    /// <param name="ns">Namespace of the schedules.</param>
    /// <param name="name">Only those of this schedule; null for all of the namespace.</param>
    /// <param name="limit">Most entries, from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ScheduleHistoryEntry>> HistoryAsync(string ns, string? name, int limit, CancellationToken cancellationToken);
}

/// <summary>What became of one time of a schedule.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="Run">The run, or why there was none.</param>
public sealed record ScheduleHistoryEntry(ObjectKey Schedule, ScheduledRun Run);

/// <summary>A change of a schedule.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Fields">Paths of the fields that differed; empty unless it was there before.</param>
public sealed record ScheduleChange(ObjectKey Schedule, ScheduleChangeKind Kind, IReadOnlyList<string> Fields);

/// <summary>Kinds of changes.</summary>
public enum ScheduleChangeKind
{
    /// <summary>It was not there.</summary>
    Created,

    /// <summary>It differed.</summary>
    Updated,

    /// <summary>A declared one took the place of one that a model had made.</summary>
    TakenOver,

    /// <summary>It is gone.</summary>
    Deleted,
}
