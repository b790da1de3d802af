namespace Foreman.Kubernetes.Tests;

public sealed class StoreTests
{
    [Fact]
    public void A_snapshot_never_changes()
    {
        var store = new Store<Widget>();
        store.Apply([Added("a", 1)]);
        var before = store.Snapshot();
        store.Apply([Added("b", 2), new(ResourceEventType.Deleted, ReflectorStateMachineTests.At("a", 3))]);

        Assert.Equal(["a"], before.Keys.Select(k => k.Name));
        Assert.Equal(["b"], store.Snapshot().Keys.Select(k => k.Name));
        Assert.Null(store.Get("a", "ns"));
    }

    [Fact]
    public void A_handler_gets_existing_objects_then_each_change_until_disposed()
    {
        var store = new Store<Widget>();
        store.Apply([Added("a", 1)]);
        var heard = new List<string>();
        var subscription = store.Subscribe(e => heard.Add($"{e.Type} {e.Object.Name()}"));
        store.Apply([Added("b", 2)]);
        subscription.Dispose();
        store.Apply([Added("c", 3)]);

        Assert.Equal(["Added a", "Added b"], heard);
    }

    [Fact]
    public void Readers_see_the_changes_of_a_list_all_at_once()
    {
        var store = new Store<Widget>();
        var sizes = new List<int>();
        using var subscription = store.Subscribe(_ => sizes.Add(store.Snapshot().Count));
        store.Apply([Added("a", 1), Added("b", 1), Added("c", 1)]);

        Assert.Equal([3, 3, 3], sizes);
    }

    [Fact]
    public void An_index_finds_what_is_there_and_follows_every_change()
    {
        var store = new Store<Widget>();
        store.Apply([new(ResourceEventType.Added, Sized("a", 1))]);
        store.AddIndexer("size", w => [$"{w.Spec!.Size}", "any"]);
        store.Apply([new(ResourceEventType.Added, Sized("b", 1)), new(ResourceEventType.Added, Sized("c", 2))]);
        Assert.Equal(["a", "b"], Names(store, "1"));

        store.Apply([new(ResourceEventType.Modified, Sized("a", 2), Sized("a", 1)), new(ResourceEventType.Deleted, Sized("b", 7))]);

        Assert.Empty(Names(store, "1"));
        Assert.Equal(["a", "c"], Names(store, "2"));
        Assert.Equal(["2", "any"], store.IndexKeys("size").Order());
        Assert.Equal(["a", "c"], Names(store, "any"));
    }

    [Fact]
    public void A_re_created_object_is_indexed_under_its_new_key_only()
    {
        var store = new Store<Widget>();
        store.AddIndexer("size", w => [$"{w.Spec!.Size}"]);
        store.Apply([new(ResourceEventType.Added, Sized("a", 1))]);

        store.Apply([new(ResourceEventType.Deleted, Sized("a", 1)), new(ResourceEventType.Added, Sized("a", 2))]);

        Assert.Equal(["2"], store.IndexKeys("size"));
        Assert.Equal(["a"], Names(store, "2"));
    }

    [Fact]
    public void An_unknown_index_is_an_error()
    {
        var store = new Store<Widget>();
        store.AddIndexer("size", w => []);

        Assert.Contains("widgets has no index `node`", Assert.Throws<ArgumentException>(() => store.ByIndex("node", "x")).Message);
        Assert.Contains("widgets has an index `size` already", Assert.Throws<ArgumentException>(() => store.AddIndexer("size", w => [])).Message);
    }

    private static Widget Sized(string name, int size) => ReflectorStateMachineTests.At(name, 1) with { Spec = new() { Size = size } };

    private static IEnumerable<string> Names(Store<Widget> store, string size) => store.ByIndex("size", size).Keys.Select(k => k.Name).Order();

    private static ResourceEvent<Widget> Added(string name, int version) => new(ResourceEventType.Added, ReflectorStateMachineTests.At(name, version));
}
