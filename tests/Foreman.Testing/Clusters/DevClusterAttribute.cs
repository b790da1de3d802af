namespace Foreman.Testing;

/// <summary>Runs the theory on the embedded dev cluster; the parameter is an <see cref="IClusterUnderTest"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DevClusterAttribute : ClusterAttribute
{
    private protected override string ClusterName => "dev cluster";

    private protected override string? Reason => null;

    private protected override async Task<IClusterUnderTest> StartedAsync() =>
        await (ForOperators ? SharedServers.DevClusterOfOperatorsAsync() : EmbeddedDevCluster.SharedAsync());
}
