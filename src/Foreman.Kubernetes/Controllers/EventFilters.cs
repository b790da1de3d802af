namespace Foreman.Kubernetes;

/// <summary>Which changes of an object are worth a reconcile; see <see cref="ControllerOptions{TEntity}.Filter"/>.</summary>
public static class EventFilters
{
    /// <summary>
    /// All but changes that leave the generation alone: those of the status, labels and annotations. Deletion raises the
    /// generation. Kinds without a generation pass.
    /// </summary>
    public static bool GenerationChanged<TEntity>(ResourceEvent<TEntity> change)
        where TEntity : class, IResource<TEntity> =>
        change.Previous is not { Metadata.Generation: { } before } || change.Object.Metadata.Generation != before;
}
