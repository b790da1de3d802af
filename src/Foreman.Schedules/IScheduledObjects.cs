using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>Where runs become AgenticTasks and Workloads, and where these are read.</summary>
public interface IScheduledObjects
{
    /// <summary>All objects that schedules created and that are there, those of the last <see cref="CreateAsync"/> included.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<FiredObject>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Creates the object of a run. One of the same name, schedule and time counts as created, so that it may be asked for again.</summary>
    /// <param name="fire">The run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleException">It was refused and always would be; anything else that is thrown is tried again.</exception>
    Task CreateAsync(ScheduledFire fire, CancellationToken cancellationToken);

    /// <summary>Cancels an object; without effect when it has ended or is gone.</summary>
    /// <param name="obj">Namespace and name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task CancelAsync(ObjectKey obj, CancellationToken cancellationToken);

    /// <summary>Deletes an object that has ended; without effect when it is gone.</summary>
    /// <param name="obj">Namespace and name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task DeleteAsync(ObjectKey obj, CancellationToken cancellationToken);
}
