namespace Foreman.Kubernetes;

/// <content>Lists: in pages, or as the first part of a watch.</content>
internal static partial class ReflectorStateMachine
{
    private static ReflectorStep<T> TakePage<T>(ReflectorState<T> state, ResourceList<Observed<T>> list)
        where T : class, IResource<T>
    {
        var incoming = state.Incoming;
        foreach (var item in list.Items)
        {
            incoming = incoming.Push(new(WatchEventType.Added, item));
        }

        var version = list.Metadata.ResourceVersion ?? "";
        var earlier = state.IncomingVersion ?? version;
        if (earlier != version && state.MixedLists < MixedListsRefused)
        {
            // Pages of one list have one version; these come from two replicas, one of them lagging.
            return Wait(Restarted(state, ListReason.Broken) with { MixedLists = state.MixedLists + 1, Progress = false });
        }

        var oldest = ResourceVersions.IsOlder(version, earlier) ? version : earlier;
        var taken = state with { Incoming = incoming, IncomingVersion = oldest };
        if (list.Metadata.ContinueProperty is { Length: > 0 } token)
        {
            return new(taken with { Phase = ReflectorPhase.Listing, ContinueToken = token, PageFailures = 0 }, new ReflectorAction.FetchPage(token));
        }

        return Complete(taken, oldest, new ReflectorAction.OpenWatch(oldest));
    }

    /// <summary>Handles events before the initial-events-end bookmark; changes may be among them.</summary>
    private static ReflectorStep<T> TakeInitial<T>(ReflectorState<T> state, WatchEvent<Observed<T>> watched)
        where T : class, IResource<T>
    {
        if (watched.Type != WatchEventType.Bookmark)
        {
            return Read(state with { Incoming = state.Incoming.Push(watched) });
        }

        // A server without streaming lists treats it as an ordinary watch, and never sends the final bookmark.
        return watched.IsInitialEventsEnd()
            ? Complete(state, watched.Object.ResourceVersion(), ReflectorAction.ReadWatch.Next)
            : RefuseStream(state);
    }

    private static ReflectorStep<T> Complete<T>(ReflectorState<T> state, string version, ReflectorAction then)
        where T : class, IResource<T>
    {
        var behind = ResourceVersions.IsOlder(version, state.ResourceVersion);
        var backward = ResourceVersions.IsOlder(version, state.RefusedVersion);
        if (behind && (backward || state.StaleLists < StaleListsRefused))
        {
            var refused = Restarted(state, ListReason.Behind) with
            {
                StaleLists = backward ? 1 : state.StaleLists + 1,
                RefusedVersion = version,
                Progress = false,
            };
            return Wait(refused);
        }

        var diff = StoreDiff.Between(state.Objects, state.Incoming, sameHistory: !behind);
        var next = Restarted(state, ListReason.Start) with
        {
            Phase = ReflectorPhase.Watching,
            Objects = diff.Objects,
            Unreadable = diff.Unreadable,
            ResourceVersion = version,
            WatchedFrom = version,
            Progress = false,
            PagesNext = false,
            StaleLists = 0,
            RefusedVersion = null,
            MixedLists = 0,
        };
        return new(next, then, diff.Changes, Synced: true);
    }
}
