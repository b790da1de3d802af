namespace Foreman.Kubernetes;

/// <summary>
/// The state machine of list and watch, without I/O or clock. The store never goes back in time: a list replaces it in one
/// step, with the deletions that happened meanwhile; an event replaces an object only by a newer version of it; where the
/// server's history contradicts the known state, everything is listed again. Lists are streamed where the server supports it,
/// else paged.
/// </summary>
internal static partial class ReflectorStateMachine
{
    /// <summary>A watch that lasted this long counts as successful, even without events.</summary>
    public static readonly TimeSpan GoodWatch = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many lists in a row that are older than the known state are rejected (about 20 s, for a lagging replica to catch
    /// up); after that the cluster is taken as restored from a backup.
    /// </summary>
    public const int StaleListsRefused = 5;

    /// <summary>
    /// How many lists with pages of different versions are rejected, for servers that never return the same version twice.
    /// </summary>
    public const int MixedListsRefused = 5;

    /// <summary>Failed streaming lists after which pages are used.</summary>
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

    /// <summary>Resumes after the last version, at the page that failed, or with a new list.</summary>
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

    /// <summary>Pages received so far are kept, and the failure count of whole lists is not reset.</summary>
    private static ReflectorStep<T> RetryPage<T>(ReflectorState<T> state, TimeSpan? atLeast)
        where T : class, IResource<T>
    {
        var failures = state.PageFailures + 1;
        return new(state with { PageFailures = failures }, new ReflectorAction.Wait(failures, atLeast));
    }

    /// <summary>Starts a list over; the store is unchanged until the list is complete.</summary>
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
