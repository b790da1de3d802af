namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>Rules of list and watch with one mistake each, as somebody might make it. The simulation must find them all.</summary>
internal static class BrokenReflectors
{
    public static IReadOnlyDictionary<string, ReflectorRules> All { get; } = new Dictionary<string, ReflectorRules>
    {
        ["an older version is accepted"] = AcceptOlder,
        ["deletes are lost over a new list"] = LoseDeletes,
        ["a bookmark is believed although events before it were not delivered"] = SkipWhatIsPast,
        ["any bookmark is taken for the end of a streaming list"] = BelieveAnyBookmark,
        ["an object made again is taken for a change of the old one"] = TakeForModification,
        ["an expired page token goes on with what came before"] = KeepPages,
        ["a half list is shown"] = ShowHalfList,
        ["a list that is older than what is known is accepted"] = AcceptOldList,
        ["a delete before the end of a streaming list is overlooked"] = OverlookEarlyDeletes,
        ["a delete is believed, however old"] = BelieveOldDeletes,
        ["a short watch is opened again at once"] = ReopenAtOnce,
        ["a list alone counts as progress"] = ListIsProgress,
        ["an object that can't be read counts as deleted"] = DeleteUnreadable,
        ["the watch after a list begins one version too late"] = WatchTooLate,
        ["a restored cluster is never believed"] = NeverBelieveThePast,
    };

    private static ReflectorStep<Widget> AcceptOlder(ReflectorState<Widget> state, ReflectorInput<Widget> input)
    {
        if (!IsChange(state, input, out var watched) || watched.Object.Object is null || !state.Objects.TryGetValue(ObjectKey.Of(watched.Object), out var known))
        {
            return ReflectorStateMachine.Step(state, input);
        }

        // As if nothing were known of versions; afterwards the older one stands.
        var forgot = state with { ResourceVersion = "0", Objects = state.Objects.SetItem(ObjectKey.Of(known), Versioned(known, "0")) };
        var step = ReflectorStateMachine.Step(forgot, input);
        return step with
        {
            State = step.State with { ResourceVersion = watched.Object.ResourceVersion() },
            Changes = [.. step.Changes.Select(c => c.Previous is null ? c : c with { Previous = known })],
        };
    }

    private static ReflectorStep<Widget> LoseDeletes(ReflectorState<Widget> state, ReflectorInput<Widget> input)
    {
        var step = ReflectorStateMachine.Step(state, input);
        if (!step.Synced)
        {
            return step;
        }

        var lost = step.Changes.Where(c => c.Type == ResourceEventType.Deleted && !step.State.Objects.ContainsKey(ObjectKey.Of(c.Object))).ToList();
        return step with
        {
            State = step.State with { Objects = step.State.Objects.SetItems(lost.Select(c => KeyValuePair.Create(ObjectKey.Of(c.Object), c.Object))) },
            Changes = [.. step.Changes.Except(lost)],
        };
    }

    private static ReflectorStep<Widget> SkipWhatIsPast(ReflectorState<Widget> state, ReflectorInput<Widget> input) =>
        IsChange(state, input, out var watched) && ResourceVersions.IsOlder(watched.Object.ResourceVersion(), state.ResourceVersion)
            ? new(state, ReflectorAction.ReadWatch.Next)
            : ReflectorStateMachine.Step(state, input);

    private static ReflectorStep<Widget> BelieveAnyBookmark(ReflectorState<Widget> state, ReflectorInput<Widget> input) => ReflectorStateMachine.Step(
        state,
        state.Phase == ReflectorPhase.Streaming && input is ReflectorInput<Widget>.Event({ Type: WatchEventType.Bookmark } mark)
            ? new ReflectorInput<Widget>.Event(SimulatedHistory.Bookmark(SimulatedHistory.Number(mark.Object.ResourceVersion()), initialEventsEnd: true))
            : state.Phase == ReflectorPhase.Streaming && input is ReflectorInput<Widget>.WatchEnded && state.Incoming is { IsEmpty: false } told
                ? new ReflectorInput<Widget>.Event(SimulatedHistory.Bookmark(told.Max(e => SimulatedHistory.Number(e.Object.ResourceVersion())), initialEventsEnd: true))
                : input);

    private static ReflectorStep<Widget> TakeForModification(ReflectorState<Widget> state, ReflectorInput<Widget> input)
    {
        var step = ReflectorStateMachine.Step(state, input);
        var again = step.Changes.Where(c => c.Type == ResourceEventType.Added).Select(c => ObjectKey.Of(c.Object)).Where(state.Objects.ContainsKey).ToHashSet();
        return again.Count == 0 ? step : step with
        {
            Changes = [.. step.Changes
                .Where(c => c.Type != ResourceEventType.Deleted || !again.Contains(ObjectKey.Of(c.Object)))
                .Select(c => again.Contains(ObjectKey.Of(c.Object)) ? new(ResourceEventType.Modified, c.Object, state.Objects[ObjectKey.Of(c.Object)]) : c)],
        };
    }

    private static ReflectorStep<Widget> KeepPages(ReflectorState<Widget> state, ReflectorInput<Widget> input)
    {
        var step = ReflectorStateMachine.Step(state, input);
        return state.Phase == ReflectorPhase.Listing && input is ReflectorInput<Widget>.Expired
            ? step with { State = step.State with { Phase = ReflectorPhase.Listing, Incoming = state.Incoming } }
            : step;
    }

    private static ReflectorStep<Widget> ShowHalfList(ReflectorState<Widget> state, ReflectorInput<Widget> input) => ReflectorStateMachine.Step(
        state,
        input is ReflectorInput<Widget>.Page(var list) && state.Incoming.IsEmpty
            ? new ReflectorInput<Widget>.Page(list with { Metadata = list.Metadata with { ContinueProperty = null } })
            : input);

    private static ReflectorStep<Widget> AcceptOldList(ReflectorState<Widget> state, ReflectorInput<Widget> input) =>
        ReflectorStateMachine.Step(state with { StaleLists = ReflectorStateMachine.StaleListsRefused }, input);

    private static ReflectorStep<Widget> OverlookEarlyDeletes(ReflectorState<Widget> state, ReflectorInput<Widget> input) =>
        state.Phase == ReflectorPhase.Streaming && input is ReflectorInput<Widget>.Event({ Type: WatchEventType.Deleted })
            ? new(state, ReflectorAction.ReadWatch.Next)
            : ReflectorStateMachine.Step(state, input);

    private static ReflectorStep<Widget> BelieveOldDeletes(ReflectorState<Widget> state, ReflectorInput<Widget> input)
    {
        if (!IsChange(state, input, out var watched) || watched.Type != WatchEventType.Deleted || !state.Objects.TryGetValue(ObjectKey.Of(watched.Object), out var known))
        {
            return ReflectorStateMachine.Step(state, input);
        }

        return new(state with { Objects = state.Objects.Remove(ObjectKey.Of(known)) }, ReflectorAction.ReadWatch.Next, [new(ResourceEventType.Deleted, known)]);
    }

    private static ReflectorStep<Widget> ReopenAtOnce(ReflectorState<Widget> state, ReflectorInput<Widget> input) =>
        ReflectorStateMachine.Step(state, input is ReflectorInput<Widget>.WatchEnded ? new ReflectorInput<Widget>.WatchEnded(ReflectorStateMachine.GoodWatch) : input);

    private static ReflectorStep<Widget> ListIsProgress(ReflectorState<Widget> state, ReflectorInput<Widget> input)
    {
        var step = ReflectorStateMachine.Step(state, input);
        return step.Synced ? step with { State = step.State with { Progress = true } } : step;
    }

    private static ReflectorStep<Widget> DeleteUnreadable(ReflectorState<Widget> state, ReflectorInput<Widget> input) =>
        IsChange(state, input, out var watched) && watched.Object.Object is null
            ? ReflectorStateMachine.Step(state, new ReflectorInput<Widget>.Event(new(WatchEventType.Deleted, watched.Object)))
            : ReflectorStateMachine.Step(state, input);

    private static ReflectorStep<Widget> WatchTooLate(ReflectorState<Widget> state, ReflectorInput<Widget> input)
    {
        var step = ReflectorStateMachine.Step(state, input);
        if (!step.Synced || step.Action is not ReflectorAction.OpenWatch || input is not ReflectorInput<Widget>.Page(var page))
        {
            return step;
        }

        // One too many: the next event is missed.
        var version = SimulatedHistory.Text(SimulatedHistory.Number(page.Metadata.ResourceVersion!) + 1);
        return step with { State = step.State with { ResourceVersion = version, WatchedFrom = version }, Action = new ReflectorAction.OpenWatch(version) };
    }

    private static ReflectorStep<Widget> NeverBelieveThePast(ReflectorState<Widget> state, ReflectorInput<Widget> input) =>
        ReflectorStateMachine.Step(state with { StaleLists = 0 }, input);

    private static bool IsChange(ReflectorState<Widget> state, ReflectorInput<Widget> input, out WatchEvent<Observed<Widget>> watched)
    {
        watched = input is ReflectorInput<Widget>.Event(var told) ? told : default;
        return state.Phase == ReflectorPhase.Watching && input is ReflectorInput<Widget>.Event && watched.Type != WatchEventType.Bookmark;
    }

    private static Widget Versioned(Widget widget, string version) => widget with { Metadata = widget.Metadata with { ResourceVersion = version } };
}
