using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Controllers;
using Foreman.Operator.Tests.Hosting;
using Foreman.Operator.Tests.UserDeployments;
using Foreman.Operator.Tests.Workloads;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Deployment = Foreman.Kubernetes.ModelObject<k8s.Models.V1Deployment, Foreman.UserDeployments.DeploymentFormat>;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>UserDeployments under a leader that follows the cluster by itself.</summary>
[Collection(nameof(OneLeader))]
public sealed class UserDeploymentTests
{
    private const int Many = 30;

    [Theory, KubeApiServer]
    public async Task U12_A_leader_makes_what_is_there_at_the_start_and_follows_its_state(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        for (var i = 0; i < Many; i++)
        {
            await scene.CreateAsync($"a{i}");
        }

        await using var followed = await FollowedCaches.StartAsync(scene.Client);
        await using (await StartAsync(scene, followed.Caches))
        {
            await Eventually.TrueAsync(
                async () => (await scene.Client.ListAsync<UserDeployment>(scene.Space)).Items.Count(d => d.Status?.Conditions.IsTrue(ConditionTypes.Provisioned) == true) == Many, "all to be provisioned");
            var space = await scene.NamespaceOfAsync("a7");
            await scene.MakeReadyAsync(space, "web", 1);
            await scene.MakeReadyAsync(space, "db", 1);
            await Eventually.TrueAsync(async () => (await scene.ReadAsync("a7")).Status?.Phase == UserDeploymentPhase.Running, "the state of the Deployments to be told");

            await scene.Client.DeleteAsync<Deployment>("db", space);
            await Eventually.TrueAsync(async () => await scene.Client.TryReadAsync<Deployment>("db", space) is not null, "a deleted Deployment to come back");
        }

        // The next leader takes over what the first one made, and takes it away.
        await using (await StartAsync(scene, followed.Caches))
        {
            var space = await scene.NamespaceOfAsync("a3");
            await scene.Client.DeleteAsync<UserDeployment>("a3", scene.Space);
            await Eventually.TrueAsync(async () => (await scene.NamespaceAsync(space))?.IsDeleting() == true, "the namespace to be deleted");
            await scene.FinalizeAsync(space);
            await Eventually.TrueAsync(
                async () =>
                {
                    scene.Time.Skip(TimeSpan.FromSeconds(5));
                    return await scene.Client.TryReadAsync<UserDeployment>("a3", scene.Space) is null;
                },
                "the UserDeployment to go");
        }
    }

    private static Task<LeaderControllers> StartAsync(DeploymentScene scene, ClusterCaches caches) =>
        LeaderControllers.StartAsync(scene.Client, caches, new SchedulerSettings(), scene.Time, NullLogger.Instance, new() { Deployments = DeploymentScene.Settings });
}
