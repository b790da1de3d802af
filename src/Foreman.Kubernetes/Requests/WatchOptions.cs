namespace Foreman.Kubernetes;

/// <summary>Which objects a watch follows and from where.</summary>
public sealed record WatchOptions
{
    /// <summary>Only objects whose labels match; see <see cref="Selectors"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects whose fields match; see <see cref="Selectors"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// Version after which events are wanted, from a list or from the last event. Null begins with an
    /// <see cref="WatchEventType.Added"/> event for each object that there is.
    /// </summary>
    public string? ResourceVersion { get; init; }

    /// <summary>
    /// True for a list in the form of a stream: an <see cref="WatchEventType.Added"/> event for each object that there is, then
    /// a bookmark for which <see cref="WatchEvents.IsInitialEventsEnd"/> holds, then the changes. Cheaper for the server than a
    /// list. Sets <see cref="ResourceVersionMatch"/> and <see cref="AllowWatchBookmarks"/>, without which the server refuses.
    /// Servers before 1.32 may refuse it (<see cref="KubernetesException.IsInvalid"/>) or leave the bookmark out.
    /// </summary>
    public bool? SendInitialEvents { get; init; }

    /// <summary>One of <see cref="ResourceVersionMatches"/>; only with <see cref="SendInitialEvents"/>, whose default it is to be not older.</summary>
    public string? ResourceVersionMatch { get; init; }

    /// <summary>True (the default) to get bookmarks, which move the version on while nothing happens.</summary>
    public bool AllowWatchBookmarks { get; init; } = true;

    /// <summary>Timeout in seconds after which the server ends the watch. Default 290.</summary>
    public int TimeoutSeconds { get; init; } = 290;

    /// <summary>Called when the server has accepted the watch, which may be long before its first event.</summary>
    public Action? OnOpened { get; init; }
}
