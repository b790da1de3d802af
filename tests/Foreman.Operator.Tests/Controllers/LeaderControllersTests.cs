using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Controllers;
using Foreman.Operator.Tests.Hosting;
using Foreman.Operator.Tests.Workloads;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Controllers;

[Collection(nameof(OneLeader))]
public class LeaderControllersTests
{
    [Theory, DevCluster, KubeApiServer]
    public async Task All_kinds_are_reconciled_while_leading_and_not_afterwards(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync();
        await using var followed = await FollowedCaches.StartAsync(client);
        var time = new SkippingTimeProvider();
        await using (await StartAsync(client, followed.Caches, time))
        {
            await client.CreateAsync(Agent("good", space, "You work."));
            await client.CreateAsync(ReviewerWithoutIssues("bad", space));
            await client.CreateAsync(new Workload { Metadata = new() { Name = "w", NamespaceProperty = space }, Spec = new() { Intent = "x" } });

            // An Agent that plans might still come.
            time.Skip(TimeSpan.FromSeconds(10));
            await Eventually.PassesAsync(
                async () =>
                {
                    Assert.Equal(Reasons.ConfigComplete, await ValidatedAsync(client, "good", space));
                    Assert.Equal(Reasons.MissingRoleTools, await ValidatedAsync(client, "bad", space));
                    var workload = await client.ReadAsync<Workload>("w", space);
                    Assert.Equal((WorkloadPhase.Failed, Reasons.NoPlannerOrPipeline), (workload.Status?.Phase, workload.Status?.Conditions.Find(ConditionTypes.Planned)?.Reason));
                },
                "the conditions");
            await Eventually.TrueAsync(
                async () => (await client.ListAsync<CoreV1Event>(space)).Items.Count(e => e.EventType == "Warning") == 2, "the events about the bad Agent and the Workload");
        }

        await client.CreateAsync(Agent("late", space, "You work."));
        Assert.Null(await ValidatedAsync(client, "late", space));
        await using (await StartAsync(client, followed.Caches))
        {
            await Eventually.TrueAsync(async () => await ValidatedAsync(client, "late", space) == Reasons.ConfigComplete, "what came between two leads");
        }
    }

    [Theory, DevCluster]
    public async Task Nothing_is_written_when_the_lead_may_be_lost(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync();
        var fence = new ClosedFence();
        await client.CreateAsync(Agent("x", space, "You work."));

        await using (await StartAsync(client.Fenced(fence), CachesOf(client)))
        {
            await Eventually.TrueAsync(() => fence.Asked > 0, "a write that is held back");
        }

        Assert.Null(await ValidatedAsync(client, "x", space));
    }

    [Theory, DevCluster]
    public async Task A_reconcile_that_hangs_is_waited_for_two_seconds_only(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var logger = new RecordingLogger();
        using var fence = new HangingFence();
        await client.CreateAsync(Agent("x", await cluster.NewNamespaceAsync(), "You work."));
        var controllers = await LeaderControllers.StartAsync(client.Fenced(fence), CachesOf(client), new SchedulerSettings(), TimeProvider.System, logger);
        await fence.Hangs.WaitAsync(TestDeadline.Default);

        await controllers.DisposeAsync();

        Assert.False(fence.IsReleased);
        Assert.Contains(logger.Entries, e => e.Message.Contains("agents", StringComparison.Ordinal) && e.Message.Contains("00:00:02", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_controller_that_breaks_off_is_told()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<IHostedService, BreaksOff>();
        await using var controllers = await LeaderControllers.StartAsync(builder.Build());

        await controllers.Stopped.WhenCancelledAsync().WaitAsync(TestDeadline.Default);
    }

    private static Task<LeaderControllers> StartAsync(IKubernetes client, ClusterCaches caches, TimeProvider? time = null) =>
        LeaderControllers.StartAsync(client, caches, new SchedulerSettings(), time ?? TimeProvider.System, NullLogger.Instance);

    // They are never complete, so Workloads wait.
    private static ClusterCaches CachesOf(KubernetesClient client) => new(client, "foreman-system", TimeProvider.System, NullLogger.Instance);

    private static Agent Agent(string name, string space, string prompt) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = space },
        Spec = new() { Role = AgentRole.Coder, SystemPrompt = prompt, Tools = ["submit_result"] },
    };

    // It can be stored and not be used.
    private static Agent ReviewerWithoutIssues(string name, string space)
    {
        var agent = Agent(name, space, "You review.");
        return agent with { Spec = agent.Spec with { Role = AgentRole.Reviewer } };
    }

    private static async Task<string?> ValidatedAsync(KubernetesClient client, string name, string space) =>
        (await client.ReadAsync<Agent>(name, space)).Status?.Conditions.Find(ConditionTypes.Validated)?.Reason;

    private sealed class BreaksOff : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("broke off");
        }
    }

    private sealed class HangingFence : IWriteFence, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Hangs => _hangs.Task;

        public bool IsReleased => _released.IsSet;

        public TimeSpan Remaining => TimeSpan.FromMinutes(1);

        public void ThrowIfClosed()
        {
            _hangs.TrySetResult();
            _released.Wait(TestDeadline.Default, CancellationToken.None);
        }

        public void OnUnanswered()
        {
        }

        public void Dispose() => _released.Set();
    }

    private sealed class ClosedFence : IWriteFence
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public TimeSpan Remaining
        {
            get
            {
                Interlocked.Increment(ref _asked);
                return TimeSpan.Zero;
            }
        }

        public void ThrowIfClosed()
        {
            Interlocked.Increment(ref _asked);
            throw new LeadershipLostException("closed");
        }

        public void OnUnanswered()
        {
        }
    }
}
