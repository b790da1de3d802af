using System.Globalization;

namespace Foreman.Kubernetes.Behaviour.Tests.Reading;

public sealed class VersionTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task A_list_not_older_than_a_version_is_at_least_that_new(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var list = await at.ListAsync(new() { ResourceVersion = created.Version(), ResourceVersionMatch = "NotOlderThan" });
        Assert.Equal(["one"], list.Names());
        Assert.True(Number(list.Version()) >= Number(created.Version()));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_list_at_version_zero_is_answered_with_any_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        await Eventually.TrueAsync(async () => (await at.ListAsync(new() { ResourceVersion = "0" })).Names() is ["one"], "the cache to hold the object");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_match_needs_a_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ListAsync(new() { ResourceVersionMatch = "Exact" }));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["resourceVersionMatch FieldValueForbidden"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_unknown_match_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var version = (await at.ListAsync()).Version();
        var refusal = await Workspace.RefusedAsync(() => at.ListAsync(new() { ResourceVersion = version, ResourceVersionMatch = "Nearly" }));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["resourceVersionMatch FieldValueNotSupported"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_exact_match_at_version_zero_is_refused(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ListAsync(new() { ResourceVersion = "0", ResourceVersionMatch = "Exact" }));
        Assert.Equal((422, "Invalid"), refusal.Kind());
        Assert.Equal(["resourceVersionMatch FieldValueForbidden"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_exact_match_shows_the_list_as_it_was(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        await at.CreateAsync("one");
        var version = (await at.CreateAsync("two")).Version();
        await at.CreateAsync("three");
        await at.Client.DeleteAsync<Gadget>("one", at.Namespace);
        var list = await at.ListAsync(new() { ResourceVersion = version, ResourceVersionMatch = "Exact" });
        Assert.Equal(["one", "two"], list.Names());
        Assert.Equal(version, list.Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_version_that_is_no_number_is_400(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.ListAsync(new() { ResourceVersion = "yesterday" }));
        Assert.Equal(400, refusal.Kind().Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_write_that_changes_nothing_keeps_the_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        Assert.Equal(created.Version(), (await at.MergeAsync("one", """{"spec":{"kind":"a"}}""")).Version());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Every_change_raises_the_version(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.CreateAsync("one");
        var labelled = await at.MergeAsync("one", """{"metadata":{"labels":{"a":"b"}}}""");
        var running = await at.SetPhaseAsync("one", "Running");
        Assert.True(Number(created.Version()) < Number(labelled.Version()));
        Assert.True(Number(labelled.Version()) < Number(running.Version()));
    }

    private static long Number(string version) => long.Parse(version, CultureInfo.InvariantCulture);
}
