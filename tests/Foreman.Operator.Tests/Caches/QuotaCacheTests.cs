using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;
using Foreman.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Caches;

public class QuotaCacheTests
{
    private const string Space = "default";

    [Fact]
    public async Task The_last_good_quotas_stay_when_a_file_is_wrong_and_go_with_the_config_map()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        await using var followed = Followed.Start(client);
        await followed.Cache.Ready;
        Assert.Empty(followed.Cache.Current.All);

        await client.CreateAsync(Map("- {namespace: a, maxRunning: 1}"));
        await client.CreateAsync(Map("- {namespace: b, maxRunning: 1}") with { Metadata = new() { Name = "others", NamespaceProperty = Space } });
        await Eventually.TrueAsync(() => Task.FromResult(followed.Cache.Current.All is [{ Namespace: "a", MaxRunning: 1 }]), "the quotas are in force");
        var good = followed.Cache.Current;

        await client.ReplaceAsync(Map("- {namespace: a, maxRunning: many}"));
        await Eventually.TrueAsync(() => Task.FromResult(followed.Log.Entries.Any(e => e.Level == LogLevel.Error)), "the error is logged");
        Assert.Same(good, followed.Cache.Current);
        var told = Assert.Single(followed.Log.Entries, e => e.Level == LogLevel.Error).Message;
        Assert.Contains("default/foreman-quotas has errors, and the last ones without an error stay in force: entry 1 (a): maxRunning: many is not a whole number", told, StringComparison.Ordinal);

        await client.DeleteAsync<V1ConfigMap>(QuotaFile.ConfigMap, Space);
        await Eventually.TrueAsync(() => Task.FromResult(followed.Cache.Current.All.IsEmpty), "no ConfigMap, no quotas");
    }

    [Fact]
    public async Task At_the_start_the_entries_without_an_error_count()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        await client.CreateAsync(Map("[{namespace: a, maxRunning: 1}, {namespace: b}]"));
        await using var followed = Followed.Start(client);

        await followed.Cache.Ready;

        Assert.Equal("a", Assert.Single(followed.Cache.Current.All).Namespace);
    }

    [Fact]
    public async Task Without_the_right_to_read_them_the_operator_works_without_quotas_and_says_so_once()
    {
        using var client = new FakeKubernetes { Refusal = FakeKubernetes.Answer(System.Net.HttpStatusCode.Forbidden) };
        await using var followed = Followed.Start(client);

        await followed.Cache.Ready.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Empty(followed.Cache.Current.All);
        Assert.Contains("Grant get, list and watch of it", Assert.Single(followed.Log.Entries, e => e.Message.Contains("foreman-quotas", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_quotas_are_told_by_an_event_about_the_config_map()
    {
        using var client = new FakeKubernetes();
        await using (var events = new QuotaEvents(new EventRecorder(client), NullLogger.Instance, CancellationToken.None))
        {
            events.Apply(new(ResourceEventType.Added, Map("- {namespace: a, maxRunning: 1}") with { Metadata = Stored("1") }));
            events.Apply(new(ResourceEventType.Modified, Map("- {namespace: a}") with { Metadata = Stored("2") }));
            events.Apply(new(ResourceEventType.Deleted, Map("- {namespace: a}") with { Metadata = Stored("3") }));
        }

        var told = Assert.Single(client.Created.OfType<CoreV1Event>());
        Assert.Equal(("InvalidQuotas", "Warning", "foreman-quotas"), (told.Reason, told.EventType, told.InvolvedObject?.Name));
        Assert.Contains("entry 1 (a): it neither weighs nor limits anything", told.Message, StringComparison.Ordinal);
    }

    private static V1ObjectMeta Stored(string version) => new() { Name = QuotaFile.ConfigMap, NamespaceProperty = Space, Uid = "u", ResourceVersion = version };

    private static V1ConfigMap Map(string quotas) => new()
    {
        Metadata = new() { Name = QuotaFile.ConfigMap, NamespaceProperty = Space },
        Data = new Dictionary<string, string> { [QuotaFile.Key] = quotas },
    };

    private sealed class Followed : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _following = Task.CompletedTask;

        public required QuotaCache Cache { get; init; }

        public required RecordingLogger Log { get; init; }

        public static Followed Start(IKubernetes client)
        {
            var log = new RecordingLogger();
            var followed = new Followed { Log = log, Cache = new(client, Space, new() { Logger = log }) };
            followed._following = followed.Cache.RunAsync(followed._stop.Token);
            return followed;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _following;
            _stop.Dispose();
        }
    }
}
