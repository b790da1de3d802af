namespace Foreman.Kubernetes;

/// <summary>
/// Brings the actual state in line with an object. It is called with a name, not with an event, so it must be idempotent:
/// whatever happened (created, changed, deleted, an owned object deleted, a restart), it compares the desired with the actual
/// state. Never called concurrently for one name.
/// </summary>
/// <typeparam name="TEntity">Kind of the object.</typeparam>
public interface IEntityController<TEntity>
    where TEntity : class, IResource<TEntity>
{
    /// <summary>Reconciles an object, or cleans up after it when <see cref="ReconcileContext{TEntity}.Entity"/> is null.</summary>
    /// <param name="context">Name, object, client and recorder.</param>
    /// <param name="cancellationToken">Cancelled when the controller stops or no longer leads: end soon, nothing is lost.</param>
    /// <returns>Whether and when to reconcile again. An exception is logged and retried with backoff.</returns>
    Task<ReconcileResult> ReconcileAsync(ReconcileContext<TEntity> context, CancellationToken cancellationToken);
}
