namespace Foreman.Kubernetes;

/// <summary>
/// The rules of list and watch, without I/O or clock. The store only ever goes forward: a list replaces it in one step,
/// with the deletions that happened meanwhile; an event replaces an object only by a newer version of it; where the
/// server's history contradicts what is known, everything is listed again.
/// </summary>
internal static class ReflectorMachine
{
    /// <summary>A watch that lasted so long was a good one, even if nothing happened in it.</summary>
    public static readonly TimeSpan GoodWatch = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Lists older than what is known are refused so often: a lagging replica catches up. After that the cluster was
    /// restored from a backup, and its past is the truth now.
    /// </summary>
    public const int StaleListsRefused = 5;

    public static ReflectorStep<T> Step<T>(ReflectorState<T> state, ReflectorInput<T> input)
        where T : class, IResource<T> => input switch
        {
            ReflectorInput<T>.Ready => Resume(state),
            ReflectorInput<T>.Page(var list) => TakePage(state, list),
            ReflectorInput<T>.Event(var watched) => TakeEvent(state, watched),
            ReflectorInput<T>.WatchEnded(var lasted) when lasted >= GoodWatch => Resume(state with { Failures = 0 }),
            ReflectorInput<T>.Expired => Wait(Restarted(state)),
            _ => Wait(state),
        };

    private static ReflectorStep<T> Resume<T>(ReflectorState<T> state)
        where T : class, IResource<T> => state.Phase == ReflectorPhase.Watching
            ? new(state with { Progress = false }, new ReflectorAction.OpenWatch(state.ResourceVersion!))
            : new(Restarted(state), new ReflectorAction.FetchPage(null));

    private static ReflectorStep<T> Wait<T>(ReflectorState<T> state)
        where T : class, IResource<T>
    {
        var failures = state.Progress ? 1 : state.Failures + 1;
        var next = state.Phase == ReflectorPhase.Watching ? state : Restarted(state);
        return new(next with { Failures = failures, Progress = false }, new ReflectorAction.Wait(failures));
    }

    /// <summary>A list from the start. The store keeps what it has until the list is whole.</summary>
    private static ReflectorState<T> Restarted<T>(ReflectorState<T> state)
        where T : class, IResource<T> => state with { Phase = ReflectorPhase.Empty, Pages = [] };

    private static ReflectorStep<T> TakePage<T>(ReflectorState<T> state, ResourceList<T> list)
        where T : class, IResource<T>
    {
        var pages = state.Pages.AddRange(list.Items);
        if (!string.IsNullOrEmpty(list.Metadata.ContinueProperty))
        {
            return new(state with { Phase = ReflectorPhase.Listing, Pages = pages }, new ReflectorAction.FetchPage(list.Metadata.ContinueProperty));
        }

        var version = list.Metadata.ResourceVersion ?? "";
        if (ResourceVersions.IsOlder(version, state.ResourceVersion) && state.StaleLists < StaleListsRefused)
        {
            return Wait(Restarted(state) with { StaleLists = state.StaleLists + 1 });
        }

        var (objects, changes) = StoreDiff.Between(state.Objects, pages);
        var next = state with
        {
            Phase = ReflectorPhase.Watching,
            Objects = objects,
            Pages = [],
            ResourceVersion = version,
            Progress = false,
            StaleLists = 0,
        };
        return new(next, new ReflectorAction.OpenWatch(version), changes, Synced: true);
    }

    private static ReflectorStep<T> TakeEvent<T>(ReflectorState<T> state, WatchEvent<T> watched)
        where T : class, IResource<T>
    {
        var version = watched.Object.ResourceVersion();
        var past = ResourceVersions.IsOlder(version, state.ResourceVersion);
        if (watched.Type == WatchEventType.Bookmark)
        {
            return Read(past ? state : state with { ResourceVersion = version, Progress = true });
        }

        var key = ObjectKey.Of(watched.Object);
        var known = state.Objects.GetValueOrDefault(key);
        if (known is null ? watched.Type == WatchEventType.Deleted && past : ResourceVersions.Compare(version, known.ResourceVersion()) <= 0)
        {
            return Read(state);
        }

        if (past)
        {
            // Not yet known and yet older than what the stream has told: its order can't be relied on.
            return Wait(Restarted(state));
        }

        var (objects, changes) = StoreDiff.Apply(state.Objects, key, watched);
        return new(state with { Objects = objects, ResourceVersion = version, Progress = true }, new ReflectorAction.ReadWatch(), changes);
    }

    private static ReflectorStep<T> Read<T>(ReflectorState<T> state)
        where T : class, IResource<T> => new(state, new ReflectorAction.ReadWatch());
}
