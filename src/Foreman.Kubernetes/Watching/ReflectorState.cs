using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>The phase of list and watch of one kind.</summary>
internal enum ReflectorPhase
{
    /// <summary>A list is due; the store holds the previous state.</summary>
    Empty,

    /// <summary>Some pages of a list have come.</summary>
    Listing,

    /// <summary>A streaming list is in progress; its final bookmark has not arrived.</summary>
    Streaming,

    /// <summary>The store is complete as of a version, and changes after it are followed.</summary>
    Watching,
}

/// <summary>Why a list is made.</summary>
internal enum ListReason
{
    /// <summary>Nothing is known yet.</summary>
    Start,

    /// <summary>The version of the watch or of the page has expired.</summary>
    Expired,

    /// <summary>The watch delivered events out of order.</summary>
    Disordered,

    /// <summary>The server is behind a version that was already observed.</summary>
    Behind,

    /// <summary>The list before this one was not finished.</summary>
    Broken,
}

/// <summary>The state of list and watch; immutable.</summary>
internal sealed record ReflectorState<T>
    where T : class, IResource<T>
{
    public ReflectorPhase Phase { get; init; }

    /// <summary>The objects, by name: complete once <see cref="ResourceVersion"/> is set.</summary>
    public ImmutableDictionary<ObjectKey, T> Objects { get; init; } = ImmutableDictionary<ObjectKey, T>.Empty;

    /// <summary>Objects whose newest version can't be decoded.</summary>
    public ImmutableDictionary<ObjectKey, Observed<T>> Unreadable { get; init; } = ImmutableDictionary<ObjectKey, Observed<T>>.Empty;

    /// <summary>Items of the list in progress, latest first; invisible in the store until the list is complete.</summary>
    public ImmutableStack<WatchEvent<Observed<T>>> Incoming { get; init; } = [];

    /// <summary>Version of the list in progress; the oldest if its pages differ, so that the watch delivers what they missed.</summary>
    public string? IncomingVersion { get; init; }

    /// <summary>Token of the page that comes next.</summary>
    public string? ContinueToken { get; init; }

    /// <summary>Version up to which all changes are in <see cref="Objects"/>; null before the first list.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Version after which the watch was opened.</summary>
    public string? WatchedFrom { get; init; }

    /// <summary>Failures in a row without progress between them.</summary>
    public int Failures { get; init; }

    /// <summary>Failures in a row of the page that comes next.</summary>
    public int PageFailures { get; init; }

    /// <summary>Whether there was progress since the last failure.</summary>
    public bool Progress { get; init; }

    /// <summary>Lists in a row that were refused because they were older than what is known.</summary>
    public int StaleLists { get; init; }

    /// <summary>Version of the last of those lists; an even older one restarts the count.</summary>
    public string? RefusedVersion { get; init; }

    /// <summary>Lists that were refused because their pages were of several versions.</summary>
    public int MixedLists { get; init; }

    /// <summary>True when the server does not support streaming lists.</summary>
    public bool NeverStream { get; init; }

    /// <summary>True when a streaming list failed: the next list uses pages, which can be resumed.</summary>
    public bool PagesNext { get; init; }

    /// <summary>Why the list in progress, or the next one, is made.</summary>
    public ListReason Reason { get; init; }
}
