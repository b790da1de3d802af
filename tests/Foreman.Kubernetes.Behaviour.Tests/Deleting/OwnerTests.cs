namespace Foreman.Kubernetes.Behaviour.Tests.Deleting;

/// <summary>What the garbage collector does: kube-controller-manager on a real cluster, the dev cluster itself.</summary>
public sealed class OwnerTests
{
    // The collector of a real cluster needs some seconds to begin, and looks for new kinds only every half minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static async Task<Workspace> WithCollectorAsync(IClusterUnderTest cluster)
    {
        (cluster as KubeApiServer)?.StartControllers();
        return await Workspace.OpenAsync(cluster);
    }

    private static Task<V1ConfigMap> CreateAsync(Workspace at, string name, params IReadOnlyList<V1OwnerReference>? owners) =>
        at.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = name, NamespaceProperty = at.Namespace, OwnerReferences = owners } });

    private static Task GoneAsync(Workspace at, string name) =>
        Eventually.TrueAsync(async () => await at.Client.TryReadAsync<V1ConfigMap>(name, at.Namespace) is null, $"{name} to be gone", Patience);

    [Theory, DevCluster, KubeApiServer]
    public async Task What_loses_its_last_owner_is_collected(IClusterUnderTest cluster)
    {
        using var at = await WithCollectorAsync(cluster);
        var (first, second) = (await CreateAsync(at, "first"), await CreateAsync(at, "second"));
        await CreateAsync(at, "child", first.AsOwner(), second.AsOwner());
        await CreateAsync(at, "only-child", first.AsOwner());
        await at.Client.DeleteAsync<V1ConfigMap>("first", at.Namespace);
        await GoneAsync(at, "only-child");
        Assert.NotNull(await at.Client.TryReadAsync<V1ConfigMap>("child", at.Namespace));
        await at.Client.DeleteAsync<V1ConfigMap>("second", at.Namespace);
        await GoneAsync(at, "child");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_an_orphaning_deletion_leaves_has_no_owner_any_more(IClusterUnderTest cluster)
    {
        using var at = await WithCollectorAsync(cluster);
        var owner = await CreateAsync(at, "owner");
        await CreateAsync(at, "child", owner.AsOwner());
        await at.Client.DeleteAsync<V1ConfigMap>("owner", at.Namespace, new() { PropagationPolicy = PropagationPolicy.Orphan });
        await GoneAsync(at, "owner");
        Assert.True((await at.Client.ReadAsync<V1ConfigMap>("child", at.Namespace)).Metadata.OwnerReferences is null or { Count: 0 });
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_foreground_deletion_takes_the_dependents_first(IClusterUnderTest cluster)
    {
        using var at = await WithCollectorAsync(cluster);
        var owner = await CreateAsync(at, "owner");
        await CreateAsync(at, "child", owner.AsOwner() with { BlockOwnerDeletion = true });
        await at.Client.DeleteAsync<V1ConfigMap>("owner", at.Namespace, new() { PropagationPolicy = PropagationPolicy.Foreground });
        await GoneAsync(at, "owner");
        Assert.Null(await at.Client.TryReadAsync<V1ConfigMap>("child", at.Namespace));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task What_names_an_owner_that_is_not_there_is_collected(IClusterUnderTest cluster)
    {
        using var at = await WithCollectorAsync(cluster);
        await CreateAsync(at, "child", new V1OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = "nobody", Uid = Guid.NewGuid().ToString() });
        await GoneAsync(at, "child");
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_deleted_namespace_takes_its_content_along(IClusterUnderTest cluster)
    {
        using var at = await WithCollectorAsync(cluster);
        await CreateAsync(at, "one");
        await at.Client.DeleteAsync<V1Namespace>(at.Namespace);
        await Eventually.TrueAsync(async () => await at.Client.TryReadAsync<V1Namespace>(at.Namespace) is null, "the namespace to be gone", Patience);
        Assert.Empty((await at.Client.ListAsync<V1ConfigMap>(at.Namespace)).Items);
    }
}
