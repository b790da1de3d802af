namespace Foreman.Testing;

/// <summary>Runs the theory on the embedded dev cluster; the parameter is an <see cref="IClusterUnderTest"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DevClusterAttribute : ClusterAttribute
{
    private protected override string ClusterName => "dev cluster";

    private protected override string? Reason => "the embedded dev cluster is not part of this build";

    private protected override Task<IClusterUnderTest> StartedAsync() => throw new InvalidOperationException(Reason);
}
