namespace Foreman.Kubernetes;

/// <content>Events of a watch that follows a complete list.</content>
internal static partial class ReflectorStateMachine
{
    private static ReflectorStep<T> TakeBookmark<T>(ReflectorState<T> state, Observed<T> bookmark)
        where T : class, IResource<T>
    {
        var version = bookmark.ResourceVersion();
        if (ResourceVersions.IsOlder(version, state.WatchedFrom))
        {
            // The server is behind the version the watch was opened at, so its next events do not follow the known state.
            return Wait(Restarted(state, ListReason.Behind));
        }

        return Read(ResourceVersions.Compare(version, state.ResourceVersion) <= 0 ? state : state with { ResourceVersion = version, Progress = true });
    }

    private static ReflectorStep<T> TakeEvent<T>(ReflectorState<T> state, WatchEvent<Observed<T>> watched)
        where T : class, IResource<T>
    {
        var version = watched.Object.ResourceVersion();
        var past = ResourceVersions.IsOlder(version, state.ResourceVersion);
        var known = KnownVersion(state, ObjectKey.Of(watched.Object));
        if (known is null ? watched.Type == WatchEventType.Deleted && past : ResourceVersions.Compare(version, known) <= 0)
        {
            return Read(state);
        }

        if (past)
        {
            // An unknown object older than the stream's version: the order of events can't be relied on.
            return Wait(Restarted(state, ListReason.Disordered));
        }

        var diff = StoreDiff.Apply(state.Objects, state.Unreadable, watched);
        var next = state with { Objects = diff.Objects, Unreadable = diff.Unreadable, ResourceVersion = version, Progress = true };
        return new(next, ReflectorAction.ReadWatch.Next, diff.Changes);
    }

    private static string? KnownVersion<T>(ReflectorState<T> state, ObjectKey key)
        where T : class, IResource<T> =>
        state.Unreadable.GetValueOrDefault(key)?.ResourceVersion() ?? state.Objects.GetValueOrDefault(key)?.ResourceVersion();
}
