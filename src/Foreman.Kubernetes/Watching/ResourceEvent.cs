namespace Foreman.Kubernetes;

/// <summary>Type of a change in a <see cref="Store{T}"/>.</summary>
public enum ResourceEventType
{
    /// <summary>The object is new in the selection.</summary>
    Added,

    /// <summary>The object has another resource version.</summary>
    Modified,

    /// <summary>The object is gone, or has left the selection: re-read it before concluding which.</summary>
    Deleted,
}

/// <summary>
/// A change of a <see cref="Store{T}"/>. An object that was deleted and made again under the same name is reported as a
/// deletion and an addition, even when neither was observed.
/// </summary>
/// <typeparam name="T">Kind of the object.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object now; for a deletion, as it was last seen.</param>
/// <param name="Previous">The object before a modification; null otherwise.</param>
public sealed record ResourceEvent<T>(ResourceEventType Type, T Object, T? Previous = null)
    where T : class;
