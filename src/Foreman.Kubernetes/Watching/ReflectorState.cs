using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>Where a list and watch of one kind stands.</summary>
internal enum ReflectorPhase
{
    /// <summary>A list must be made; what stands in the store is what was known before.</summary>
    Empty,

    /// <summary>Some pages of a list have come.</summary>
    Listing,

    /// <summary>A watch tells all objects there are; its bookmark has not come yet.</summary>
    Streaming,

    /// <summary>The store is complete as of a version, and changes after it are followed.</summary>
    Watching,
}

/// <summary>Why a list is made.</summary>
internal enum ListReason
{
    /// <summary>Nothing is known yet.</summary>
    Start,

    /// <summary>The server no longer remembers the version of the watch or of the page.</summary>
    Expired,

    /// <summary>The watch told things in an order that can't be.</summary>
    Disordered,

    /// <summary>The server stands before a version that it, or another replica, has told already.</summary>
    Behind,

    /// <summary>The list before this one was not finished.</summary>
    Broken,
}

/// <summary>All that a list and watch knows; the machine makes a new one for each input.</summary>
internal sealed record ReflectorState<T>
    where T : class, IResource<T>
{
    public ReflectorPhase Phase { get; init; }

    /// <summary>The objects, by name: complete once <see cref="ResourceVersion"/> is set.</summary>
    public ImmutableDictionary<ObjectKey, T> Objects { get; init; } = ImmutableDictionary<ObjectKey, T>.Empty;

    /// <summary>Objects whose newest version can't be read.</summary>
    public ImmutableDictionary<ObjectKey, Observed<T>> Unreadable { get; init; } = ImmutableDictionary<ObjectKey, Observed<T>>.Empty;

    /// <summary>What the list in progress has told, latest first; invisible to users of the store until the list is whole.</summary>
    public ImmutableStack<WatchEvent<Observed<T>>> Incoming { get; init; } = [];

    /// <summary>Version of the list in progress; where its pages name several, the oldest, so that the watch brings what they missed.</summary>
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

    /// <summary>Whether anything has come since the last failure that brings us further.</summary>
    public bool Progress { get; init; }

    /// <summary>Lists in a row that were refused because they were older than what is known.</summary>
    public int StaleLists { get; init; }

    /// <summary>Version of the last of those lists; one that is older still begins a new row.</summary>
    public string? RefusedVersion { get; init; }

    /// <summary>Lists that were refused because their pages were of several versions.</summary>
    public int MixedLists { get; init; }

    /// <summary>True when the server does not do streaming lists: for good.</summary>
    public bool NeverStream { get; init; }

    /// <summary>True when a streaming list broke: the next one comes in pages, which need not start over.</summary>
    public bool PagesNext { get; init; }

    /// <summary>Why the list in progress, or the next one, is made.</summary>
    public ListReason Reason { get; init; }
}
