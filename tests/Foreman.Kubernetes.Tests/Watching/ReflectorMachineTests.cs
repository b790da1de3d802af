namespace Foreman.Kubernetes.Tests;

public sealed class ReflectorMachineTests
{
    [Fact]
    public void It_begins_with_the_first_page_of_a_list()
    {
        var step = Step(new(), new ReflectorInput<Widget>.Ready());

        Assert.Equal(new ReflectorAction.FetchPage(null), step.Action);
        Assert.Empty(step.Changes);
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
        Assert.Equal(new ReflectorAction.FetchPage(null), next.Action);
    }

    [Fact]
    public void After_410_the_list_is_swapped_in_whole_and_tells_what_was_deleted_meanwhile()
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

        Assert.Equal(new ReflectorAction.FetchPage(null), again.Action);
        Assert.Empty(again.State.Pages);
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
        for (var i = 0; i < ReflectorMachine.StaleListsRefused; i++)
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

    internal static Widget At(string name, int version, string? uid = null) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = uid ?? name, ResourceVersion = version.ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };

    internal static ReflectorInput<Widget> Page(string version, string? next, params Widget[] items) =>
        new ReflectorInput<Widget>.Page(new() { Items = items, Metadata = new() { ResourceVersion = version, ContinueProperty = next } });

    internal static ReflectorInput<Widget> Event(WatchEventType type, Widget widget) => new ReflectorInput<Widget>.Event(new(type, widget));

    private static ReflectorState<Widget> Listed(string version, params Widget[] items) => Step(new(), Page(version, null, items)).State;

    private static ReflectorStep<Widget> Step(ReflectorState<Widget> state, ReflectorInput<Widget> input) => ReflectorMachine.Step(state, input);

    private static ObjectKey Key(string name) => new("ns", name);

    private static List<string> Texts(ReflectorStep<Widget> step) => [.. step.Changes.Select(c => $"{c.Type} {c.Object.Name()}")];
}
