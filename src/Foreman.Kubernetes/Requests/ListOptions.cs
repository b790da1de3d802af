namespace Foreman.Kubernetes;

/// <summary>Which objects a list holds and at which version.</summary>
public sealed record ListOptions
{
    /// <summary>Only objects whose labels match; see <see cref="Selectors"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects whose fields match; see <see cref="Selectors"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>At most so many objects in one answer; the rest follows by <see cref="ContinueToken"/>. Null for all at once.</summary>
    public int? Limit { get; init; }

    /// <summary>Token that the page before gave. It expires after some minutes; the server then answers 410.</summary>
    public string? ContinueToken { get; init; }

    /// <summary>A version to list at; null for the newest.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>Exact</c> or <c>NotOlderThan</c>; only with <see cref="ResourceVersion"/>.</summary>
    public string? ResourceVersionMatch { get; init; }
}

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

    /// <summary>True (the default) to get bookmarks, which move the version on while nothing happens.</summary>
    public bool AllowWatchBookmarks { get; init; } = true;

    /// <summary>After so many seconds the server ends the watch. Default 290.</summary>
    public int TimeoutSeconds { get; init; } = 290;

    /// <summary>Called when the server has accepted the watch, which may be long before its first event.</summary>
    public Action? OnOpened { get; init; }
}
