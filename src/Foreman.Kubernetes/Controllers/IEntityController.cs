namespace Foreman.Kubernetes;

/// <summary>
/// Brings the world into line with an object. It is called with a name, not with an event: whatever happened (made,
/// changed, deleted, an owned object gone, the process started anew), the question is what there should be now and what is
/// missing. So it must be right to call it at any time and any number of times. Never called twice at once for one name.
/// </summary>
/// <typeparam name="TEntity">Kind of the object.</typeparam>
public interface IEntityController<TEntity>
    where TEntity : class, IResource<TEntity>
{
    /// <summary>Reconciles an object, or what is left of it when <see cref="ReconcileContext{TEntity}.Entity"/> is null.</summary>
    /// <param name="context">Name, object and tools.</param>
    /// <param name="cancellationToken">Cancelled when the controller stops or no longer leads: end soon, nothing is lost.</param>
    /// <returns>Whether and when to look again. An exception is logged and tried again after a growing wait.</returns>
    Task<ReconcileResult> ReconcileAsync(ReconcileContext<TEntity> context, CancellationToken cancellationToken);
}
