using Foreman.Kubernetes.Faults.Tests.Support;
using Foreman.Testing.Faults;

namespace Foreman.Kubernetes.Faults.Tests.Client;

public sealed class RefusedWatchTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A02_14_A_watch_that_is_refused_is_tried_every_half_minute_and_goes_on_when_allowed(IClusterUnderTest cluster)
    {
        foreach (var code in new[] { 401, 403 })
        {
            await using var scene = await Scene.StartAsync(cluster);
            await scene.CreateManyAsync(3);
            var follower = await scene.FollowAsync();
            var refused = scene.Proxy.Inject(CallMatch.Any, new Fault.Answer(code));
            var known = follower.Backoffs.Count;
            scene.Proxy.ResetConnections();
            await follower.PassAsync(() => refused.Hits >= 4, "some attempts");
            await scene.ChurnAsync("unseen");

            // The first wait is for the connection; then one short one, lest a passing fault costs half a minute.
            Assert.All(follower.Backoffs.Skip(known + 2), wait => Assert.True(wait >= TimeSpan.FromSeconds(30), $"{wait}"));
            Assert.Equal(code, (int)Assert.IsType<KubernetesException>(follower.Reflector.LastError).StatusCode);
            refused.Dispose();
            await follower.SettlesAsync();
        }
    }
}
