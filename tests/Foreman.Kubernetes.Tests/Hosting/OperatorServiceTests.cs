using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Foreman.Kubernetes.Tests;

public sealed class OperatorServiceTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Controllers_run_as_part_of_a_host(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var log = new WorkLog("one");
        await client.CreateAsync(Widget.Named("a", ns));

        using var host = Build(cluster, log, builder => builder.AddController<LoggingController, Widget>(o => o with { Workers = 2 }), o => o with { Namespaces = [ns] });
        await host.StartAsync();
        await Eventually.TrueAsync(() => log.Entries.Contains("one: a"), "the object to be reconciled");
        var shared = host.Services.GetRequiredService<ReflectorSet>().For<Widget>(new() { Namespaces = [ns] });
        Assert.NotNull(shared.Store.Get("a", ns));
        await host.StopAsync();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Of_two_hosts_only_the_leader_reconciles_and_the_other_takes_over_when_it_stops(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var log = new ConcurrentQueue<string>();
        using var first = Contender(cluster, ns, new("first", log));
        using var second = Contender(cluster, ns, new("second", log));
        await client.CreateAsync(Widget.Named("a", ns));
        await first.StartAsync();
        await Eventually.TrueAsync(() => log.Contains("first: a"), "the first to lead");
        await second.StartAsync();
        await client.CreateAsync(Widget.Named("b", ns));
        await Eventually.TrueAsync(() => log.Contains("first: b"), "the leader to reconcile");
        Assert.DoesNotContain(log, entry => entry.StartsWith("second", StringComparison.Ordinal));

        await first.StopAsync();

        await Eventually.TrueAsync(() => log.Contains("second: a") && log.Contains("second: b"), "the second to take over with all objects");
        await second.StopAsync();
    }

    private static IHost Contender(IClusterUnderTest cluster, string ns, WorkLog log) => Build(
        cluster,
        log,
        builder => builder.AddController<LoggingController, Widget>(),
        o => o with
        {
            Namespaces = [ns],
            LeaderElection = new() { Namespace = ns, LeaseName = "widgets", Identity = log.Name, RetryPeriod = TimeSpan.FromMilliseconds(200) },
        });

    private static IHost Build(
        IClusterUnderTest cluster, WorkLog log, Action<KubernetesOperatorBuilder> add, Func<OperatorOptions, OperatorOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IKubernetes>(_ => Connect.AsAdmin(cluster));
        builder.Services.AddSingleton(log);
        add(builder.Services.AddKubernetesOperator(configure));
        return builder.Build();
    }

    private sealed record WorkLog(string Name, ConcurrentQueue<string> Entries)
    {
        public WorkLog(string name)
            : this(name, new())
        {
        }
    }

    private sealed class LoggingController(WorkLog log) : IEntityController<Widget>
    {
        public Task<ReconcileResult> ReconcileAsync(ReconcileContext<Widget> context, CancellationToken cancellationToken)
        {
            log.Entries.Enqueue($"{log.Name}: {context.Key.Name}");
            return Task.FromResult(ReconcileResult.Done);
        }
    }
}
