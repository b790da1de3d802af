using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>The input of a reconcile.</summary>
/// <typeparam name="TEntity">Kind of the object.</typeparam>
public sealed record ReconcileContext<TEntity>
    where TEntity : class, IResource<TEntity>
{
    /// <summary>The object's name and namespace.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>
    /// The object as the controller's store holds it now; null when there is none (any more). It may be older than the
    /// last write: base writes on its resource version, or apply.
    /// </summary>
    public required TEntity? Entity { get; init; }

    /// <summary>How often the reconcile of this key has failed in a row before.</summary>
    public required int Failures { get; init; }

    /// <summary>The controller's client. Under leader election its writes leave only while this process leads.</summary>
    public required IKubernetes Client { get; init; }

    /// <summary>Writes events in the controller's name.</summary>
    public required EventRecorder Events { get; init; }

    /// <summary>The controller's log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The controller's clock.</summary>
    public required TimeProvider Time { get; init; }
}
