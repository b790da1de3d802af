namespace Foreman.Kubernetes.Behaviour.Tests.Reading;

public sealed class GetTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_read_object_equals_the_answer_to_its_creation(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one", """{"kind":"b","text":"hello"}""");
        Assert.Equal(created.Show("metadata.uid"), (await at.ReadAsync("one")).Show("metadata.uid"));
        Assert.Equal(created.Show("spec"), (await at.ReadAsync("one")).Show("spec"));
        Assert.Equal(created.Version(), (await at.ReadAsync("one")).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_that_is_not_there_is_404_with_its_name_and_plural(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.Client.ReadAsync<Gadget>("nobody", at.Namespace));
        Assert.Equal((404, "NotFound"), refusal.Kind());
        Assert.Equal(("nobody", "behaviour.foreman.dev", "gadgets"), (refusal.Status.Details!.Name, refusal.Status.Details.Group, refusal.Status.Details.Kind));
        Assert.Equal("gadgets.behaviour.foreman.dev \"nobody\" not found", refusal.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_object_of_another_namespace_is_not_found(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        Assert.Null(await at.Client.TryReadAsync<Gadget>("one", "default"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_namespace_that_is_not_there_makes_reads_404_and_lists_empty(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.Null(await at.Client.TryReadAsync<V1ConfigMap>("one", "nowhere"));
        Assert.Empty((await at.Client.ListAsync<V1ConfigMap>("nowhere")).Items);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_kind_that_is_not_served_is_404(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var wodgets = new ResourceType("behaviour.foreman.dev", "v1", "Wodget", "wodgets", Namespaced: true);
        Assert.True((await Workspace.RefusedAsync(() => at.Dynamic.ListAsync(wodgets, at.Namespace))).IsNotFound);
        Assert.True((await Workspace.RefusedAsync(() => at.Dynamic.ResolveAsync("behaviour.foreman.dev/v1", "Wodget"))).IsNotFound);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_version_of_a_group_that_is_not_served_is_404(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        Assert.True((await Workspace.RefusedAsync(() => at.Dynamic.ListAsync(Gadget.Type with { Version = "v2" }, at.Namespace))).IsNotFound);
        Assert.True((await Workspace.RefusedAsync(() => at.Dynamic.ResolveAsync("behaviour.foreman.dev/v2", "Gadget"))).IsNotFound);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_status_endpoint_is_read_as_the_whole_object(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await at.SetPhaseAsync("one", "Running");
        var read = await at.Dynamic.GetAsync(Gadget.Type.CollectionPath(at.Namespace) + "/one/status");
        Assert.Equal(("Gadget", "a", "Running"), (read.Text("kind"), read.Text("spec.kind"), read.Text("status.phase")));
    }
}
