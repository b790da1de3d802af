using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Watching;

public sealed class RandomFaultsTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Whatever_goes_wrong_the_store_comes_to_equal_a_fresh_list_and_tells_a_story(IClusterUnderTest cluster)
    {
        var hits = 0;
        var seeds = LongRun.Seeds(quick: 3, full: 20);

        // A watch that is never cut is one call, which some seeds leave alone: more seeds follow until a fault has met one.
        for (var seed = 1; seed <= seeds || (hits == 0 && seed <= 10 * seeds); seed++)
        {
            await using var scene = await Scene.StartAsync(cluster);
            await scene.CreateManyAsync(12, size: 100);
            var history = await scene.RecordAsync();
            var faults = scene.Proxy.Inject(new RandomFaults(seed) { Share = 0.7 });
            var follower = scene.Follow(options: new() { PageSize = 5, Seed = seed });

            for (var i = 0; i < 4; i++)
            {
                await scene.ChurnAsync($"turn-{i}", rounds: 2);
                await follower.PassAsync(() => follower.Reflector.Ready.IsCompleted, $"the first list (seed {seed})");
            }

            faults.Dispose();
            await follower.SettlesAsync(history);
            hits += faults.Hits;
        }

        Assert.True(hits > 0);
    }
}
