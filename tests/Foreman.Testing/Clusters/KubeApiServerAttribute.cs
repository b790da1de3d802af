namespace Foreman.Testing;

/// <summary>Runs the theory on a real kube-apiserver; the parameter is an <see cref="IClusterUnderTest"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubeApiServerAttribute : ClusterAttribute
{
    private protected override string ClusterName => "kube-apiserver";

    private protected override string? Reason => ForOperators ? KubeApiServer.OwnSkipReason : KubeApiServer.SkipReason;

    private protected override async Task<IClusterUnderTest> StartedAsync() =>
        await (ForOperators ? SharedServers.KubeApiServerOfOperatorsAsync() : KubeApiServer.SharedAsync());
}
