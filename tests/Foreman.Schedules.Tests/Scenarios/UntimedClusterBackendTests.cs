using Foreman.Testing;

namespace Foreman.Schedules.Tests.Scenarios;

/// <summary>The behaviours on the dev cluster, which knows no CronJobs: the operator begins all runs.</summary>
public sealed class UntimedClusterBackendTests : ClusterBackendBehaviours
{
    private protected override CronJobSettings? CronJobs => null;

    private protected override async Task<IClusterUnderTest> ClusterAsync() => await EmbeddedDevCluster.SharedAsync();

    private protected override Task<bool> ClusterActsAsync() => Task.FromResult(true);
}
