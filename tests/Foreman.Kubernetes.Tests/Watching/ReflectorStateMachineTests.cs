namespace Foreman.Kubernetes.Tests;

public sealed class ReflectorStateMachineTests
{
    [Fact]
    public void It_begins_with_a_list_as_a_stream()
    {
        var step = Step(new(), new ReflectorInput<Widget>.Ready());

        Assert.Equal(new ReflectorAction.StreamList(), step.Action);
        Assert.Empty(step.Changes);
    }

    [Fact]
    public void Where_streams_are_not_wanted_it_begins_with_the_first_page()
    {
        var step = Step(new() { NeverStream = true }, new ReflectorInput<Widget>.Ready());

        Assert.Equal(new ReflectorAction.FetchPage(null), step.Action);
    }

    [Fact]
    public void Pages_stay_invisible_until_the_last_one_is_here()
    {
        var first = Step(new(), Page("10", "next", At("a", 3)));
        var last = Step(first.State, Page("10", null, At("b", 4)));

        Assert.Equal(new ReflectorAction.FetchPage("next"), first.Action);
        Assert.Empty(first.Changes);
        Assert.False(first.Synced);
        Assert.Equal(new ReflectorAction.OpenWatch("10"), last.Action);
        Assert.Equal(["Added a", "Added b"], Texts(last));
        Assert.True(last.Synced);
    }

    [Fact]
    public void Events_change_the_store_and_move_the_version_on()
    {
        var listed = Listed("10", At("a", 3));

        var added = Step(listed, Event(WatchEventType.Added, At("b", 11)));
        var modified = Step(added.State, Event(WatchEventType.Modified, At("a", 12)));
        var deleted = Step(modified.State, Event(WatchEventType.Deleted, At("b", 13)));

        Assert.Equal(["Added b"], Texts(added));
        Assert.Equal(["Modified a"], Texts(modified));
        Assert.Equal("3", Assert.Single(modified.Changes).Previous!.ResourceVersion());
        Assert.Equal(["Deleted b"], Texts(deleted));
        Assert.Equal("13", deleted.State.ResourceVersion);
        Assert.Equal(new ReflectorAction.ReadWatch(), deleted.Action);
    }

    [Fact]
    public void A_watch_resumes_at_the_last_bookmark()
    {
        var listed = Listed("10", At("a", 3));
        var marked = Step(listed, Event(WatchEventType.Bookmark, At("", 50)));
        var broken = Step(marked.State, new ReflectorInput<Widget>.Failed());
        var resumed = Step(broken.State, new ReflectorInput<Widget>.Ready());

        Assert.Equal(new ReflectorAction.Wait(1), broken.Action);
        Assert.Equal(new ReflectorAction.OpenWatch("50"), resumed.Action);
    }

    [Fact]
    public void An_older_version_never_overwrites_a_newer_one()
    {
        var state = Step(Listed("10", At("a", 3)), Event(WatchEventType.Modified, At("a", 12))).State;

        var late = Step(state, Event(WatchEventType.Modified, At("a", 11)));
        var lateDelete = Step(state, Event(WatchEventType.Deleted, At("a", 11)));
        var again = Step(state, Event(WatchEventType.Modified, At("a", 12)));

        Assert.All(new[] { late, lateDelete, again }, step =>
        {
            Assert.Empty(step.Changes);
            Assert.Equal("12", step.State.Objects[Key("a")].ResourceVersion());
        });
    }

    [Fact]
    public void An_event_out_of_order_about_an_unknown_object_leads_to_a_new_list()
    {
        var state = Step(Listed("10"), Event(WatchEventType.Added, At("a", 15))).State;

        var step = Step(state, Event(WatchEventType.Added, At("b", 12)));
        var next = Step(step.State, new ReflectorInput<Widget>.Ready());

        Assert.IsType<ReflectorAction.Wait>(step.Action);
        Assert.Equal(new ReflectorAction.StreamList(), next.Action);
    }

    [Fact]
    public void After_410_the_list_is_applied_at_once_with_the_deletions_missed()
    {
        var state = Listed("10", At("gone", 3), At("kept", 4), At("changed", 5));

        var expired = Step(state, new ReflectorInput<Widget>.Expired());
        Assert.Equal(3, expired.State.Objects.Count);
        var listing = Step(expired.State, new ReflectorInput<Widget>.Ready());
        var swapped = Step(listing.State, Page("90", null, At("kept", 4), At("changed", 80), At("new", 81)));

        Assert.Equal(["Deleted gone", "Modified changed", "Added new"], Texts(swapped));
        Assert.Equal(new ReflectorAction.OpenWatch("90"), swapped.Action);
    }

    [Fact]
    public void After_410_on_a_page_the_list_starts_over_and_no_half_list_is_seen()
    {
        var half = Step(Listed("10", At("a", 3)), Page("20", "next", At("b", 15)));

        var expired = Step(half.State, new ReflectorInput<Widget>.Expired());
        var again = Step(expired.State, new ReflectorInput<Widget>.Ready());

        Assert.Equal(new ReflectorAction.StreamList(), again.Action);
        Assert.True(again.State.Incoming.IsEmpty);
        Assert.Equal(["a"], again.State.Objects.Keys.Select(k => k.Name));
    }

    [Fact]
    public void An_object_made_again_under_the_same_name_is_another_object()
    {
        var state = Listed("10", At("a", 3, uid: "first"));

        var inWatch = Step(state, Event(WatchEventType.Modified, At("a", 12, uid: "second")));
        var inList = Step(Step(state, new ReflectorInput<Widget>.Expired()).State, Page("20", null, At("a", 12, uid: "second")));

        Assert.Equal(["Deleted a", "Added a"], Texts(inWatch));
        Assert.Equal(["Deleted a", "Added a"], Texts(inList));
        Assert.Equal("first", inList.Changes[0].Object.Uid());
    }

    [Fact]
    public void A_list_older_than_what_is_known_is_refused_until_it_is_clear_that_history_was_replaced()
    {
        var state = Listed("100", At("a", 90));
        for (var i = 0; i < ReflectorStateMachine.StaleListsRefused; i++)
        {
            var refused = Step(state, Page("50", null));
            Assert.IsType<ReflectorAction.Wait>(refused.Action);
            Assert.Single(refused.State.Objects);
            state = refused.State;
        }

        var accepted = Step(state, Page("50", null));

        Assert.Equal(["Deleted a"], Texts(accepted));
        Assert.Equal("50", accepted.State.ResourceVersion);
    }

    [Fact]
    public void Waits_grow_until_there_is_progress_and_a_list_alone_is_none()
    {
        var state = Listed("10");
        for (var failures = 1; failures <= 4; failures++)
        {
            var failed = Step(state, new ReflectorInput<Widget>.Expired());
            Assert.Equal(new ReflectorAction.Wait(failures), failed.Action);
            state = Step(Step(failed.State, new ReflectorInput<Widget>.Ready()).State, Page("10", null)).State;
        }

        var progress = Step(state, Event(WatchEventType.Added, At("a", 11)));
        Assert.Equal(new ReflectorAction.Wait(1), Step(progress.State, new ReflectorInput<Widget>.Failed()).Action);
    }

    [Fact]
    public void A_watch_that_ends_at_once_waits_and_a_long_one_reopens_at_once()
    {
        var state = Listed("10");

        var brief = Step(state, new ReflectorInput<Widget>.WatchEnded(TimeSpan.FromSeconds(2)));
        var twice = Step(Step(brief.State, new ReflectorInput<Widget>.Ready()).State, new ReflectorInput<Widget>.WatchEnded(TimeSpan.FromSeconds(2)));
        var full = Step(twice.State, new ReflectorInput<Widget>.WatchEnded(TimeSpan.FromMinutes(5)));

        Assert.Equal(new ReflectorAction.Wait(1), brief.Action);
        Assert.Equal(new ReflectorAction.Wait(2), twice.Action);
        Assert.Equal(new ReflectorAction.OpenWatch("10"), full.Action);
        Assert.Equal(0, full.State.Failures);
    }

    [Fact]
    public void A_stream_stays_invisible_until_its_bookmark_and_then_goes_on_as_the_watch()
    {
        var state = Streaming(Listed("10", At("gone", 3), At("kept", 4)));

        var first = Step(state, Event(WatchEventType.Added, At("kept", 4)));
        var second = Step(first.State, Event(WatchEventType.Added, At("new", 11)));
        var changed = Step(second.State, Event(WatchEventType.Modified, At("new", 12)));
        var late = Step(changed.State, Event(WatchEventType.Added, At("new", 11)));
        var whole = Step(late.State, End("12"));

        Assert.All(new[] { first, second, changed, late }, step => Assert.Empty(step.Changes));
        Assert.Equal(["Deleted gone", "Added new"], Texts(whole));
        Assert.Equal("12", whole.State.Objects[Key("new")].ResourceVersion());
        Assert.True(whole.Synced);
        Assert.Equal(new ReflectorAction.ReadWatch(), whole.Action);
    }

    [Fact]
    public void What_is_deleted_before_the_end_of_a_stream_is_not_in_the_store()
    {
        var added = Step(Streaming(new()), Event(WatchEventType.Added, At("a", 3)));
        var deleted = Step(added.State, Event(WatchEventType.Deleted, At("a", 12)));
        var again = Step(deleted.State, Event(WatchEventType.Added, At("a", 3)));

        Assert.Empty(Step(again.State, End("12")).Changes);
    }

    [Fact]
    public void A_server_that_refuses_streams_is_asked_for_pages_from_then_on()
    {
        var refused = Step(Streaming(new()), new ReflectorInput<Widget>.StreamRefused());
        var listed = Step(refused.State, Page("10", null));
        var expired = Step(listed.State, new ReflectorInput<Widget>.Expired());

        Assert.Equal(new ReflectorAction.FetchPage(null), refused.Action);
        Assert.Equal(new ReflectorAction.FetchPage(null), Step(expired.State, new ReflectorInput<Widget>.Ready()).Action);
    }

    [Fact]
    public void A_server_that_takes_the_stream_for_an_ordinary_watch_is_asked_for_pages()
    {
        var told = Step(Streaming(new()), Event(WatchEventType.Added, At("a", 3)));

        var marked = Step(told.State, Event(WatchEventType.Bookmark, At("", 50)));
        var silent = Step(told.State, new ReflectorInput<Widget>.WatchEnded(TimeSpan.FromSeconds(15), Silent: true));

        Assert.All(new[] { marked, silent }, step =>
        {
            Assert.Empty(step.Changes);
            Assert.Equal(new ReflectorAction.FetchPage(null), step.Action);
            Assert.True(step.State.NeverStream);
        });
    }

    [Fact]
    public void After_a_stream_that_broke_pages_are_taken_once()
    {
        var told = Step(Streaming(new()), Event(WatchEventType.Added, At("a", 3)));
        var broken = Step(told.State, new ReflectorInput<Widget>.Failed());
        var pages = Step(broken.State, new ReflectorInput<Widget>.Ready());
        var listed = Step(pages.State, Page("10", null));
        var expired = Step(listed.State, new ReflectorInput<Widget>.Expired());

        Assert.Equal(new ReflectorAction.FetchPage(null), pages.Action);
        Assert.Equal(new ReflectorAction.StreamList(), Step(expired.State, new ReflectorInput<Widget>.Ready()).Action);
    }

    [Fact]
    public void A_page_that_fails_is_asked_for_again_and_those_before_it_are_kept()
    {
        var first = Step(new(), Page("10", "next", At("a", 3)));
        var failed = Step(first.State, new ReflectorInput<Widget>.Failed());
        var again = Step(failed.State, new ReflectorInput<Widget>.Ready());
        var last = Step(again.State, Page("10", null, At("b", 4)));

        Assert.Equal(new ReflectorAction.FetchPage("next"), again.Action);
        Assert.Equal(["Added a", "Added b"], Texts(last));
    }

    [Fact]
    public void Pages_of_two_versions_make_no_list()
    {
        var first = Step(new(), Page("10", "next", At("a", 3)));
        var mixed = Step(first.State, Page("9", null, At("b", 4)));

        Assert.IsType<ReflectorAction.Wait>(mixed.Action);
        Assert.Empty(mixed.Changes);
    }

    [Fact]
    public void The_server_is_waited_for_as_long_as_it_asks()
    {
        var failed = Step(Listed("10"), new ReflectorInput<Widget>.Failed(TimeSpan.FromSeconds(30)));

        Assert.Equal(new ReflectorAction.Wait(1, TimeSpan.FromSeconds(30)), failed.Action);
    }

    [Fact]
    public void A_bookmark_from_before_the_watch_shows_that_the_server_was_set_back()
    {
        var behind = Step(Listed("100", At("a", 90)), Event(WatchEventType.Bookmark, At("", 50)));

        Assert.IsType<ReflectorAction.Wait>(behind.Action);
        Assert.Equal(ListReason.Behind, behind.State.Reason);
        Assert.Single(behind.State.Objects);
    }

    [Fact]
    public void Where_history_was_replaced_equal_versions_are_not_taken_for_equal_objects()
    {
        var state = Listed("100", At("a", 40)) with { StaleLists = ReflectorStateMachine.StaleListsRefused, RefusedVersion = "50" };

        Assert.Equal(["Modified a"], Texts(Step(state, Page("50", null, At("a", 40)))));
    }

    [Fact]
    public void An_object_that_cant_be_read_stays_as_it_was_until_it_can_or_is_deleted()
    {
        var state = Listed("10", At("a", 3), At("b", 4));

        var broken = Step(state, Event(WatchEventType.Modified, Unreadable("a", 11)));
        var relisted = Step(Step(broken.State, new ReflectorInput<Widget>.Expired()).State, Whole("20", Unreadable("a", 11), new(At("b", 4))));
        var mended = Step(relisted.State, Event(WatchEventType.Modified, At("a", 21)));
        var deleted = Step(relisted.State, Event(WatchEventType.Deleted, Unreadable("a", 21)));

        Assert.Empty(broken.Changes);
        Assert.Equal([Key("a")], broken.State.Unreadable.Keys);
        Assert.Equal("11", broken.State.ResourceVersion);
        Assert.Empty(relisted.Changes);
        Assert.Equal("3", relisted.State.Objects[Key("a")].ResourceVersion());
        Assert.Equal([Key("a")], relisted.State.Unreadable.Keys);
        Assert.Equal(["Modified a"], Texts(mended));
        Assert.Empty(mended.State.Unreadable);
        Assert.Equal(["Deleted a"], Texts(deleted));
        Assert.Empty(deleted.State.Unreadable);
    }

    [Fact]
    public void An_object_that_cant_be_read_and_is_another_one_ends_the_old_one()
    {
        var state = Listed("10", At("a", 3, uid: "first"));

        var inWatch = Step(state, Event(WatchEventType.Added, Unreadable("a", 12, uid: "second")));
        var inList = Step(Step(state, new ReflectorInput<Widget>.Expired()).State, Whole("20", Unreadable("a", 12, uid: "second")));

        Assert.Equal(["Deleted a"], Texts(inWatch));
        Assert.Equal(["Deleted a"], Texts(inList));
    }

    internal static Widget At(string name, int version, string? uid = null) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = uid ?? name, ResourceVersion = version.ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };

    internal static ReflectorInput<Widget> Page(string version, string? next, params Widget[] items) =>
        new ReflectorInput<Widget>.Page(new() { Items = [.. items.Select(i => new Observed<Widget>(i))], Metadata = new() { ResourceVersion = version, ContinueProperty = next } });

    private static ReflectorInput<Widget> Whole(string version, params Observed<Widget>[] items) =>
        new ReflectorInput<Widget>.Page(new() { Items = items, Metadata = new() { ResourceVersion = version } });

    internal static ReflectorInput<Widget> Event(WatchEventType type, Widget widget) => new ReflectorInput<Widget>.Event(new(type, new(widget)));

    private static ReflectorInput<Widget> Event(WatchEventType type, Observed<Widget> observed) => new ReflectorInput<Widget>.Event(new(type, observed));

    private static ReflectorInput<Widget> End(string version) => Event(WatchEventType.Bookmark, new Widget
    {
        Metadata = new() { ResourceVersion = version, Annotations = new Dictionary<string, string> { ["k8s.io/initial-events-end"] = "true" } },
    });

    private static Observed<Widget> Unreadable(string name, int version, string? uid = null) => new(At(name, version, uid).Metadata, "its size is no number");

    private static ReflectorState<Widget> Streaming(ReflectorState<Widget> before) =>
        Step(before with { Phase = ReflectorPhase.Empty }, new ReflectorInput<Widget>.Ready()).State;

    private static ReflectorState<Widget> Listed(string version, params Widget[] items) => Step(new(), Page(version, null, items)).State;

    private static ReflectorStep<Widget> Step(ReflectorState<Widget> state, ReflectorInput<Widget> input) => ReflectorStateMachine.Step(state, input);

    private static ObjectKey Key(string name) => new("ns", name);

    private static List<string> Texts(ReflectorStep<Widget> step) => [.. step.Changes.Select(c => $"{c.Type} {c.Object.Name()}")];
}
