namespace Foreman.Kubernetes.Behaviour.Tests.Kinds;

public sealed class LeaseTests
{
    private static V1Lease Lease(Workspace at, V1LeaseSpec spec) => new() { Metadata = new() { Name = "one", NamespaceProperty = at.Namespace }, Spec = spec };

    [Theory, DevCluster, KubeApiServer]
    public async Task Times_of_leases_keep_their_microseconds(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(120);
        var created = await at.Client.CreateAsync(Lease(at, new() { HolderIdentity = "h", LeaseDurationSeconds = 15, AcquireTime = time, RenewTime = time.AddMicroseconds(1), LeaseTransitions = 0 }));
        Assert.Equal((time, time.AddMicroseconds(1), 0), (created.Spec!.AcquireTime, created.Spec.RenewTime, created.Spec.LeaseTransitions));
        Assert.Equal("2026-01-02T03:04:05.000120Z", (await at.Dynamic.TryReadAsync(V1Lease.Type, "one", at.Namespace)).Text("spec.acquireTime"));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_lease_lasts_at_least_a_second(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(Lease(at, new() { HolderIdentity = "h", LeaseDurationSeconds = 0 })));
        Assert.Equal(["spec.leaseDurationSeconds FieldValueInvalid"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Transitions_of_a_lease_never_fall_below_zero(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var refusal = await Workspace.RefusedAsync(() => at.Client.CreateAsync(Lease(at, new() { LeaseTransitions = -1 })));
        Assert.Equal(["spec.leaseTransitions FieldValueInvalid"], refusal.Causes());
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task An_empty_holder_is_refused_when_a_lease_is_created(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Client.CreateAsync(Lease(at, new() { HolderIdentity = "", LeaseDurationSeconds = 1 }));
        Assert.True(string.IsNullOrEmpty(created.Spec!.HolderIdentity));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Of_two_who_renew_at_one_version_one_gets_a_conflict(IClusterUnderTest cluster)
    {
        using var at = await Workspace.OpenAsync(cluster);
        var created = await at.Client.CreateAsync(Lease(at, new() { HolderIdentity = "a", LeaseDurationSeconds = 15 }));
        Task<V1Lease> Take(string holder) => at.Client.PatchAsync<V1Lease>(
            V1Patch.Merge(Tree.Of($$$"""{"metadata":{"resourceVersion":"{{{created.ResourceVersion()}}}"},"spec":{"holderIdentity":"{{{holder}}}"}}""")), "one", at.Namespace);
        var takes = new[] { Take("b"), Take("c") };
        await Task.WhenAll(takes.Select(take => take.ContinueWith(_ => { }, TaskScheduler.Default)));
        Assert.Equal(1, takes.Count(take => take.IsCompletedSuccessfully));
        var refusal = Assert.IsType<KubernetesException>(takes.Single(take => take.IsFaulted).Exception!.InnerException);
        Assert.True(refusal.IsConflict);
    }
}
