namespace Foreman.Kubernetes.Tests;

public sealed class OwnerReferencesTests
{
    private static readonly Widget Owner = Stored("owner", "ns", "uid-1");

    [Fact]
    public void An_owner_is_added_once_and_brought_up_to_date()
    {
        var once = new V1ObjectMeta { Name = "a", NamespaceProperty = "ns" }.WithOwner(Owner, controller: false);
        var twice = once.WithOwner(Owner);
        var config = new V1ConfigMap { Metadata = twice };

        var reference = Assert.Single(twice.OwnerReferences!);
        Assert.Equal(("Widget", "owner", "uid-1", true, true), (reference.Kind, reference.Name, reference.Uid, reference.Controller, reference.BlockOwnerDeletion));
        Assert.Null(Assert.Single(once.OwnerReferences!).Controller);
        Assert.True(config.IsOwnedBy(Owner));
        Assert.False(config.IsOwnedBy(Stored("owner", "ns", "uid-2")));
        Assert.Equal("owner", config.GetController()!.Name);
    }

    [Fact]
    public void Owners_that_the_garbage_collector_would_not_find_are_refused()
    {
        Refused("UID", new() { Name = "a", NamespaceProperty = "ns" }, Widget.Named("owner", "ns"));
        Refused("namespace other", new() { Name = "a", NamespaceProperty = "other" }, Owner);
        Refused("names no namespace", new() { Name = "a" }, Owner);
    }

    [Fact]
    public void Only_one_owner_manages_an_object()
    {
        var managed = new V1ObjectMeta { Name = "a", NamespaceProperty = "ns" }.WithOwner(Owner);
        var second = Stored("second", "ns", "uid-2");

        Refused("Widget owner manages it already", managed, second);
        Assert.Equal(2, managed.WithOwner(second, controller: false).OwnerReferences!.Count);
    }

    [Fact]
    public void Objects_of_the_cluster_own_objects_everywhere()
    {
        var space = new V1Namespace { Metadata = new() { Name = "space", Uid = "uid-3" } };

        Assert.Single(new V1ObjectMeta { Name = "a", NamespaceProperty = "ns" }.WithOwner(space).OwnerReferences!);
        Assert.Single(new V1ObjectMeta { Name = "a" }.WithOwner(space).OwnerReferences!);
    }

    private static void Refused(string why, V1ObjectMeta metadata, Widget owner) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => metadata.WithOwner(owner)).Message, StringComparison.Ordinal);

    private static Widget Stored(string name, string ns, string uid) => new() { Metadata = new() { Name = name, NamespaceProperty = ns, Uid = uid } };
}
