namespace Foreman.Kubernetes.Behaviour.Tests.Reading;

public sealed class MetadataTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_is_read_as_its_metadata_alone(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", metadata: """{"labels":{"a":"b"},"annotations":{"c":"d"},"finalizers":["a.b/c"]}""");
        var read = await at.Dynamic.ReadMetadataAsync(Gadget.Type, "one", at.Namespace);
        Assert.Equal(("PartialObjectMetadata", "meta.k8s.io/v1"), (read.Kind, read.ApiVersion));
        Assert.Equal((created.Uid(), created.Version(), "b", "d"), (read.Uid(), read.ResourceVersion(), read.GetLabel("a"), read.GetAnnotation("c")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Objects_are_listed_as_their_metadata_in_pages_and_by_selection(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a", metadata: """{"labels":{"x":"1"}}""");
        await at.CreateAsync("b");
        await at.CreateAsync("c", metadata: """{"labels":{"x":"1"}}""");
        var list = await at.Dynamic.ListMetadataAsync(Gadget.Type, at.Namespace, new() { LabelSelector = "x=1" });
        var page = await at.Dynamic.ListMetadataAsync(Gadget.Type, at.Namespace, new() { Limit = 1 });
        Assert.Equal(("PartialObjectMetadataList", "meta.k8s.io/v1"), (list.Kind, list.ApiVersion));
        Assert.Equal(["a", "c"], list.Items.Select(item => item.Name()));
        Assert.Equal((2L, "a"), (page.Metadata.RemainingItemCount, page.Items.Single().Name()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_watch_may_tell_metadata_alone(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var from = (await at.ListAsync()).Version();
        await at.CreateAsync("one");
        await at.SetPhaseAsync("one", "Running");
        var seen = new List<string>();
        using var deadline = TestDeadline.Start();
        await foreach (var (type, item) in at.Dynamic.WatchMetadataAsync(Gadget.Type, at.Namespace, new() { ResourceVersion = from, AllowWatchBookmarks = false }, deadline.Token))
        {
            seen.Add($"{type} {item.Kind} {item.Name()}");
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.Equal(["Added PartialObjectMetadata one", "Modified PartialObjectMetadata one"], seen);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_patch_may_answer_with_metadata_alone(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var metadata = await at.Client.PatchMetadataAsync<Gadget>(V1Patch.Merge(Tree.Of("""{"spec":{"size":4}}""")), "one", at.Namespace);
        var read = await at.ReadAsync("one");
        Assert.Equal((read.Version(), 2L), (metadata.ResourceVersion, metadata.Generation));
    }
}
