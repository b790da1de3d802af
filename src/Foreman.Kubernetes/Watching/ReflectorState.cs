using System.Collections.Immutable;

namespace Foreman.Kubernetes;

/// <summary>Where a list and watch of one kind stands.</summary>
internal enum ReflectorPhase
{
    /// <summary>A list must be made; what stands in the store is what was known before.</summary>
    Empty,

    /// <summary>Some pages of a list have come.</summary>
    Listing,

    /// <summary>The store is complete as of a version, and changes after it are followed.</summary>
    Watching,
}

/// <summary>All that a list and watch knows; the machine makes a new one for each input.</summary>
internal sealed record ReflectorState<T>
    where T : class, IResource<T>
{
    public ReflectorPhase Phase { get; init; }

    /// <summary>The objects, by name: complete once <see cref="ResourceVersion"/> is set.</summary>
    public ImmutableDictionary<ObjectKey, T> Objects { get; init; } = ImmutableDictionary<ObjectKey, T>.Empty;

    /// <summary>Pages of the list in progress; invisible to users of the store until the last one is here.</summary>
    public ImmutableList<T> Pages { get; init; } = [];

    /// <summary>Version up to which all changes are in <see cref="Objects"/>; null before the first list.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Failures in a row without progress between them.</summary>
    public int Failures { get; init; }

    /// <summary>Whether this watch has brought anything yet.</summary>
    public bool Progress { get; init; }

    /// <summary>Lists in a row that were older than what is known.</summary>
    public int StaleLists { get; init; }
}
