namespace Foreman.Kubernetes;

/// <summary>Type of a watch event.</summary>
public enum WatchEventType
{
    /// <summary>The object is new, or has entered the selection.</summary>
    Added,

    /// <summary>The object has changed.</summary>
    Modified,

    /// <summary>The object is gone, or has left the selection: re-read it before concluding which.</summary>
    Deleted,

    /// <summary>Only the resource version has advanced.</summary>
    Bookmark,
}

/// <summary>One event of a watch.</summary>
/// <typeparam name="T">Kind of the object.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object afterwards; for a deletion, its last state.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object);

/// <summary>Extensions of watch events.</summary>
public static class WatchEvents
{
    internal const string InitialEventsEnd = "k8s.io/initial-events-end";

    /// <summary>True for the bookmark that ends the initial events of a watch opened with <see cref="WatchOptions.SendInitialEvents"/>.</summary>
    public static bool IsInitialEventsEnd<T>(this WatchEvent<T> watchEvent)
        where T : class, IKubernetesObject =>
        watchEvent is { Type: WatchEventType.Bookmark } && watchEvent.Object.GetAnnotation(InitialEventsEnd) == "true";
}
