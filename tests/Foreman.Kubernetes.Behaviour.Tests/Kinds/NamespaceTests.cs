namespace Foreman.Kubernetes.Behaviour.Tests.Kinds;

public sealed class NamespaceTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_namespace_is_active_labelled_with_its_name_and_held_by_a_finalizer(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var read = await at.Dynamic.TryReadAsync(V1Namespace.Type, at.Namespace);
        Assert.Equal("Active", read.Text("status.phase"));
        Assert.Equal("""{"finalizers":["kubernetes"]}""", read.Show("spec"));
        Assert.Equal(at.Namespace, read!["metadata"]!["labels"]!["kubernetes.io/metadata.name"]!.GetValue<string>());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_label_with_the_name_comes_back(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var patched = await at.Client.PatchAsync<V1Namespace>(V1Patch.Merge(Tree.Of("""{"metadata":{"labels":{"kubernetes.io/metadata.name":"other","a":"b"}}}""")), at.Namespace);
        Assert.Equal((at.Namespace, "b"), (patched.GetLabel("kubernetes.io/metadata.name"), patched.GetLabel("a")));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_namespace_that_is_ending_takes_nothing_new(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one", metadata: """{"finalizers":["a.b/c"]}""");
        await at.Client.DeleteAsync<V1Namespace>(at.Namespace);
        Assert.Equal("Terminating", (await at.Dynamic.TryReadAsync(V1Namespace.Type, at.Namespace)).Text("status.phase"));
        var refusal = await Workspace.RefusedAsync(() => at.CreateAsync("two"));
        Assert.Equal((403, "Forbidden"), refusal.Kind());
        Assert.Equal(["metadata.namespace NamespaceTerminating"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Namespaces_are_selected_by_phase_and_label(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var selector = Selectors.Equal("kubernetes.io/metadata.name", at.Namespace);
        Assert.Single((await at.Client.ListAsync<V1Namespace>(null, new() { LabelSelector = selector, FieldSelector = "status.phase=Active" })).Items);
        Assert.Empty((await at.Client.ListAsync<V1Namespace>(null, new() { LabelSelector = selector, FieldSelector = "status.phase=Terminating" })).Items);
    }
}
