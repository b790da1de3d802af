namespace Foreman.Kubernetes.Tests;

public sealed class StoreTests
{
    [Fact]
    public void A_snapshot_never_changes()
    {
        var store = new Store<Widget>();
        store.Apply([Added("a", 1)]);
        var before = store.Snapshot();
        store.Apply([Added("b", 2), new(ResourceEventType.Deleted, ReflectorMachineTests.At("a", 3))]);

        Assert.Equal(["a"], before.Keys.Select(k => k.Name));
        Assert.Equal(["b"], store.Snapshot().Keys.Select(k => k.Name));
        Assert.Null(store.Get("a", "ns"));
    }

    [Fact]
    public void A_handler_hears_first_what_is_there_then_each_change_until_it_is_disposed()
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

    private static ResourceEvent<Widget> Added(string name, int version) => new(ResourceEventType.Added, ReflectorMachineTests.At(name, version));
}
