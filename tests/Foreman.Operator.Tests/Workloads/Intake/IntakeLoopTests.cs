using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Intake;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workloads.Intake;

/// <summary>When rounds are made. An operator of another test would act on the same Workloads, so these run alone.</summary>
[Collection(nameof(OneLeader))]
public class IntakeLoopTests
{
    [Theory, DevCluster]
    public async Task A_source_is_looked_at_at_once_then_every_minute_and_when_its_spec_changes(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        await using var loop = new IntakeLoop(scene.Round, TimeSpan.FromMinutes(1), scene.Cluster.Time, NullLogger.Instance);
        var source = await scene.ReadAsync();

        loop.Follow(source);
        await LookedAsync(scene, 1);
        loop.Follow(source);
        await Eventually.TrueAsync(() => scene.Cluster.Time.PendingTimers > 0, "the loop to wait");
        Assert.Equal(1, Lists(scene));
        scene.Cluster.Time.Advance(TimeSpan.FromSeconds(67));
        await LookedAsync(scene, 2);
        await Eventually.TrueAsync(() => scene.Cluster.Time.PendingTimers > 0, "the loop to wait");
        loop.Follow(await scene.Cluster.ChangeAsync(IntakeScene.Source, new() { ["maxTasks"] = 9 }));
        await LookedAsync(scene, 3);
        Assert.Equal(1, loop.Followed);
    }

    [Theory, DevCluster]
    public async Task A_source_that_is_forgotten_is_not_looked_at_any_more(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        await using var loop = new IntakeLoop(scene.Round, TimeSpan.FromMinutes(1), scene.Cluster.Time, NullLogger.Instance);
        loop.Follow(await scene.ReadAsync());
        await LookedAsync(scene, 1);
        await Eventually.TrueAsync(() => scene.Cluster.Time.PendingTimers > 0, "the loop to wait");

        loop.Forget(ObjectKey.Of(await scene.ReadAsync()));
        await Eventually.TrueAsync(() => scene.Cluster.Time.PendingTimers == 0, "the loop to stop");

        Assert.Equal((0, 1), (loop.Followed, Lists(scene)));
    }

    [Theory, DevCluster]
    public async Task A_round_that_fails_is_logged_and_made_again(IClusterUnderTest cluster)
    {
        await using var scene = await IntakeScene.StartAsync(cluster);
        scene.NewOperator(lastWrite: 1);
        scene.AddIssue(1);
        var logger = new RecordingLogger();
        await using var loop = new IntakeLoop(scene.Round, TimeSpan.FromMinutes(1), scene.Cluster.Time, logger);

        loop.Follow(await scene.ReadAsync());
        await LookedAsync(scene, 1);
        await Eventually.TrueAsync(() => scene.Cluster.Time.PendingTimers > 0, "the loop to wait");
        Assert.Contains(logger.Entries, e => e.Message.Contains("could not be looked at", StringComparison.Ordinal));
        scene.Cluster.Time.Advance(TimeSpan.FromSeconds(67));
        await LookedAsync(scene, 2);
    }

    private static Task LookedAsync(IntakeScene scene, int times) => Eventually.TrueAsync(() => Lists(scene) >= times, $"look {times}");

    private static int Lists(IntakeScene scene) => scene.Forge.Calls.Count(c => c.Method == "GET" && c.Path.EndsWith("/issues", StringComparison.Ordinal));
}
