using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Schedules.Tests.Scenarios;

/// <summary>The behaviours of all backends over a Kubernetes API.</summary>
public abstract class ClusterBackendBehaviours : ScheduleBackendBehaviours, IAsyncLifetime
{
    private static readonly string[] Spaces = ["team", "elsewhere"];

    private readonly HashSet<ObjectKey> _seen = [];
    private KubernetesClient? _client;

    private protected ClusterBackendBehaviours()
    {
    }

    private protected IKubernetes Client => _client ?? throw new InvalidOperationException("The cluster is not there yet.");

    /// <summary>What the CronJobs run; null for no CronJobs.</summary>
    private protected abstract CronJobSettings? CronJobs { get; }

    // What changes with each write, and with nothing else.
    private protected override int Writes => StringComparer.Ordinal.GetHashCode(Task.Run(VersionsAsync).GetAwaiter().GetResult());

    public async ValueTask InitializeAsync()
    {
        var cluster = await ClusterAsync();
        await ForemanDefinitions.InstallAsync(cluster);
        _client = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        foreach (var space in Spaces)
        {
            if (await _client.TryReadAsync<V1Namespace>(space) is null)
            {
                await _client.CreateAsync(new V1Namespace { Metadata = new() { Name = space } });
            }
        }

        await CleanAsync();
    }

    [Fact]
    public async Task What_people_applied_counts_as_declared_and_no_sync_deletes_it()
    {
        var backend = Start();
        await Client.CreateAsync(Given.Schedule(name: "applied"), null, Never);

        await backend.SyncAsync([Given.Schedule()], Never);
        await backend.SyncAsync([], Never);

        var stored = Assert.Single(await backend.ListAsync(null, Never));
        Assert.Equal(("applied", ScheduleSource.Yaml), (stored.Name(), ScheduleSource.Of(stored)));
        await Assert.ThrowsAsync<ScheduleException>(() => backend.DeleteAsync(ObjectKey.Of(stored), Never));
    }

    [Fact]
    public async Task What_people_applied_is_obeyed_and_says_so()
    {
        var backend = Start();
        await Client.CreateAsync(Given.Schedule(), null, Never);

        await LookAsync(backend);

        var status = (await backend.GetAsync(Given.Key, Never))!.Status!;
        Assert.True(status.Conditions.IsTrue(ConditionTypes.Accepted));
        Assert.True(status.Conditions.IsTrue(ConditionTypes.Synced));
        Assert.NotNull(status.NextScheduleTime);
    }

    [Fact]
    public async Task What_is_wrong_with_an_applied_schedule_stands_in_a_condition_and_begins_nothing()
    {
        var backend = Start();
        await Client.CreateAsync(Given.Schedule("0 0 30 2 *"), null, Never);

        await LookAsync(backend);

        var accepted = (await backend.GetAsync(Given.Key, Never))!.Status!.Conditions.Find(ConditionTypes.Accepted)!;
        Assert.Equal((Conditions.False, Reasons.InvalidSchedule), (accepted.Status, accepted.Reason));
        Assert.Contains("never be due", accepted.Message, StringComparison.Ordinal);
        Assert.Empty(Objects.Created);
    }

    /// <summary>The cluster.</summary>
    private protected abstract Task<IClusterUnderTest> ClusterAsync();

    /// <summary>Lets what the cluster does by itself have its effects.</summary>
    /// <returns>False when something of it failed.</returns>
    private protected abstract Task<bool> ClusterActsAsync();

    private protected override IScheduleBackend Open(bool allowDynamic) => new KubernetesScheduleBackend(
        new() { Owner = "foreman-tests", AllowDynamic = allowDynamic, CronJobs = CronJobs }, Client, Objects, Audit, Clock, NullLogger.Instance);

    private protected override async Task LookAsync(IScheduleBackend backend)
    {
        await ReconcileAsync((KubernetesScheduleBackend)backend);
        if (!await ClusterActsAsync())
        {
            // The operator leaves a CronJob its minute.
            Clock.Advance(TimeSpan.FromSeconds(61));
        }

        await ReconcileAsync((KubernetesScheduleBackend)backend);
    }

    private protected override Task CloseAsync(IScheduleBackend backend) => backend.StopAsync();

    private protected override void Clean()
    {
        if (_client is { } client)
        {
            Task.Run(CleanAsync).GetAwaiter().GetResult();
            client.Dispose();
        }
    }

    private async Task ReconcileAsync(KubernetesScheduleBackend backend)
    {
        _seen.UnionWith((await backend.ListAsync(null, Never)).Select(s => ObjectKey.Of(s)));
        foreach (var key in _seen)
        {
            Assert.True(await backend.ReconcileAsync(key, Never) > TimeSpan.Zero);
        }
    }

    private async Task<string> VersionsAsync()
    {
        var versions = new List<string>();
        foreach (var space in Spaces)
        {
            versions.AddRange((await Client.ListAsync<TaskSchedule>(space)).Items.Select(s => $"{s.Uid()}/{s.ResourceVersion()}"));
            if (CronJobs is not null)
            {
                var list = await Client.Dynamic.ListAsync(CronJobManifest.Type, space);
                versions.AddRange(((JsonArray)list["items"]!).Select(c => $"{c!["metadata"]!["uid"]}/{c["metadata"]!["resourceVersion"]}"));
            }
        }

        return string.Join(' ', versions);
    }

    private async Task CleanAsync()
    {
        foreach (var space in Spaces)
        {
            await Client.Dynamic.DeleteCollectionAsync(TaskSchedule.Type, space);
            if (CronJobs is not null)
            {
                await Client.Dynamic.DeleteCollectionAsync(CronJobManifest.Type, space);
            }
        }
    }
}
