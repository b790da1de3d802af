namespace Foreman.Kubernetes;

/// <summary>
/// The rules of list and watch, without I/O or clock. The store only ever goes forward: a list replaces it in one step,
/// with the deletions that happened meanwhile; an event replaces an object only by a newer version of it; where the
/// server's history contradicts what is known, everything is listed again. A list comes as a stream where the server can,
/// else in pages.
/// </summary>
internal static partial class ReflectorMachine
{
    /// <summary>A watch that lasted so long was a good one, even if nothing happened in it.</summary>
    public static readonly TimeSpan GoodWatch = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Lists older than what is known are refused so often in a row, which takes about 20 s: a lagging replica catches up.
    /// After that the cluster was restored from a backup, and its past is the truth now.
    /// </summary>
    public const int StaleListsRefused = 5;

    /// <summary>Lists whose pages name several versions are refused so often, for servers that never name the same one twice.</summary>
    public const int MixedListsRefused = 5;

    /// <summary>Streaming lists that fail so often before their first object give way to pages.</summary>
    public const int StreamsTried = 3;

    public static ReflectorStep<T> Step<T>(ReflectorState<T> state, ReflectorInput<T> input)
        where T : class, IResource<T> => input switch
        {
            ReflectorInput<T>.Ready => Resume(state),
            ReflectorInput<T>.Page(var list) => TakePage(state, list),
            ReflectorInput<T>.Event(var watched) when state.Phase == ReflectorPhase.Streaming => TakeInitial(state, watched),
            ReflectorInput<T>.Event({ Type: WatchEventType.Bookmark } watched) => TakeBookmark(state, watched.Object),
            ReflectorInput<T>.Event(var watched) => TakeEvent(state, watched),
            ReflectorInput<T>.WatchEnded { Silent: true } when state.Phase == ReflectorPhase.Streaming => RefuseStream(state),
            ReflectorInput<T>.WatchEnded when state.Phase == ReflectorPhase.Streaming => Wait(state with { PagesNext = true, StaleLists = 0, RefusedVersion = null }),
            ReflectorInput<T>.WatchEnded(var lasted, _) when lasted >= GoodWatch => Resume(state with { Failures = 0 }),
            ReflectorInput<T>.StreamRefused => RefuseStream(state),
            ReflectorInput<T>.Expired => Wait(Restarted(state, ListReason.Expired) with
            {
                Progress = state.Phase == ReflectorPhase.Watching && state.Progress,
                StaleLists = 0,
                RefusedVersion = null,
            }),
            ReflectorInput<T>.Failed(var retryAfter) when state.Phase == ReflectorPhase.Listing => RetryPage(state, retryAfter),
            ReflectorInput<T>.Failed(var retryAfter) => Wait(state with { StaleLists = 0, RefusedVersion = null }, retryAfter),
            _ => Wait(state),
        };

    /// <summary>Goes on where it stopped: after the last version, at the page that failed, or with a new list.</summary>
    private static ReflectorStep<T> Resume<T>(ReflectorState<T> state)
        where T : class, IResource<T> => state switch
        {
            { Phase: ReflectorPhase.Watching } =>
                new(state with { Progress = false, WatchedFrom = state.ResourceVersion }, new ReflectorAction.OpenWatch(state.ResourceVersion!)),
            { Phase: ReflectorPhase.Listing } => new(state, new ReflectorAction.FetchPage(state.ContinueToken)),
            { NeverStream: true } or { PagesNext: true } => new(Restarted(state, state.Reason), new ReflectorAction.FetchPage(null)),
            _ => new(Restarted(state, state.Reason) with { Phase = ReflectorPhase.Streaming }, new ReflectorAction.StreamList()),
        };

    private static ReflectorStep<T> Wait<T>(ReflectorState<T> state, TimeSpan? atLeast = null)
        where T : class, IResource<T>
    {
        var failures = state.Progress ? 1 : state.Failures + 1;
        var next = state.Phase != ReflectorPhase.Streaming ? state : Restarted(state, ListReason.Broken) with
        {
            PagesNext = state.PagesNext || !state.Incoming.IsEmpty || failures >= StreamsTried,
        };
        return new(next with { Failures = failures, Progress = false }, new ReflectorAction.Wait(failures, atLeast));
    }

    /// <summary>The pages that have come are kept. They are no reason to forget how often whole lists failed.</summary>
    private static ReflectorStep<T> RetryPage<T>(ReflectorState<T> state, TimeSpan? atLeast)
        where T : class, IResource<T>
    {
        var failures = state.PageFailures + 1;
        return new(state with { PageFailures = failures }, new ReflectorAction.Wait(failures, atLeast));
    }

    /// <summary>A list from the start. The store keeps what it has until the list is whole.</summary>
    private static ReflectorState<T> Restarted<T>(ReflectorState<T> state, ListReason reason)
        where T : class, IResource<T> => state with
        {
            Phase = ReflectorPhase.Empty,
            Incoming = [],
            IncomingVersion = null,
            ContinueToken = null,
            PageFailures = 0,
            Reason = reason,
        };

    private static ReflectorStep<T> RefuseStream<T>(ReflectorState<T> state)
        where T : class, IResource<T> =>
        new(Restarted(state, state.Reason) with { NeverStream = true }, new ReflectorAction.FetchPage(null));

    private static ReflectorStep<T> Read<T>(ReflectorState<T> state)
        where T : class, IResource<T> => new(state, ReflectorAction.ReadWatch.Next);
}
