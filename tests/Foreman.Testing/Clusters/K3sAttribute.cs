namespace Foreman.Testing;

/// <summary>Runs the theory on K3s in a container, where Docker runs; the parameter is an <see cref="IClusterUnderTest"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class K3sAttribute : ClusterAttribute
{
    private static readonly SharedServer<K3sCluster> Shared = new(K3sCluster.StartAsync);

    private protected override string ClusterName => "k3s";

    private protected override string? Reason => K3sCluster.SkipReason;

    private protected override async Task<IClusterUnderTest> StartedAsync() => await Shared.GetAsync();

    internal static Task StopAsync() => Shared.StopAsync();
}
