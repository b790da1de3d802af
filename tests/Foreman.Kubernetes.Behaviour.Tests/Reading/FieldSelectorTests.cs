namespace Foreman.Kubernetes.Behaviour.Tests.Reading;

public sealed class FieldSelectorTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task Objects_are_selected_by_name(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b");
        Assert.Equal(["a"], (await at.ListAsync(new() { FieldSelector = Selectors.Equal("metadata.name", "a") })).Names());
        Assert.Equal(["b"], (await at.ListAsync(new() { FieldSelector = Selectors.NotEqual("metadata.name", "a") })).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Objects_of_all_namespaces_are_selected_by_namespace(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        var list = await at.Client.ListAsync<Gadget>(null, new() { FieldSelector = Selectors.Equal("metadata.namespace", at.Namespace) });
        Assert.Equal(["a"], list.Items.Select(item => item.Name()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Selectable_fields_of_spec_and_status_select(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b", """{"kind":"b"}""");
        await at.CreateAsync("c");
        await at.SetPhaseAsync("c", "Running");
        Assert.Equal(["a", "c"], (await at.ListAsync(new() { FieldSelector = "spec.kind=a" })).Names());
        Assert.Equal(["c"], (await at.ListAsync(new() { FieldSelector = "spec.kind=a,status.phase=Running" })).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Selectable_fields_may_be_numbers(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a", """{"kind":"a","size":7}""");
        await at.CreateAsync("b");
        Assert.Equal(["a"], (await at.ListAsync(new() { FieldSelector = "spec.size=7" })).Names());
        Assert.Equal(["b"], (await at.ListAsync(new() { FieldSelector = "spec.size=3" })).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_absent_field_counts_as_empty(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("a");
        await at.CreateAsync("b");
        await at.SetPhaseAsync("b", "Done");
        Assert.Equal(["a"], (await at.ListAsync(new() { FieldSelector = "status.phase=" })).Names());
        Assert.Equal(["a"], (await at.ListAsync(new() { FieldSelector = "status.phase!=Done" })).Names());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_field_that_is_not_selectable_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var custom = await Workspace.RefusedAsync(() => at.ListAsync(new() { FieldSelector = "spec.text=x" }));
        var builtIn = await Workspace.RefusedAsync(() => at.Client.ListAsync<V1ConfigMap>(at.Namespace, new() { FieldSelector = "data.a=x" }));
        Assert.Equal([(400, "BadRequest"), (400, "BadRequest")], [custom.Kind(), builtIn.Kind()]);
        Assert.Contains("field label not supported: spec.text", custom.Status.Message);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_field_selector_that_can_not_be_read_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ListAsync(new() { FieldSelector = "metadata.name" }));
        Assert.Equal((400, "BadRequest"), refusal.Kind());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Secrets_are_selected_by_type(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.Client.CreateAsync(new V1Secret { Metadata = new() { Name = "a", NamespaceProperty = at.Namespace }, SecretType = "example.com/a" });
        await at.Client.CreateAsync(new V1Secret { Metadata = new() { Name = "b", NamespaceProperty = at.Namespace } });
        var found = await at.Client.ListAsync<V1Secret>(at.Namespace, new() { FieldSelector = Selectors.Equal("type", "example.com/a") });
        Assert.Equal(["a"], found.Items.Select(item => item.Name()));
    }
}
