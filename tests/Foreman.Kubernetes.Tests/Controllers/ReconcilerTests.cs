using System.Collections.Concurrent;
using System.Text.Json;

namespace Foreman.Kubernetes.Tests;

public sealed class ReconcilerTests : IDisposable
{
    private static readonly ObjectKey Key = new("ns", "a");

    private readonly ManualTimeProvider _clock = new();
    private readonly ConcurrentQueue<string> _events = new();
    private readonly Store<Widget> _store = new();
    private readonly ScriptedServer _server;
    private readonly KubernetesClient _client;
    private readonly ControllerOptions<Widget> _options;
    private readonly WorkQueue<ObjectKey> _queue;

    public ReconcilerTests()
    {
        _server = new ScriptedServer(request =>
        {
            using var reader = new StreamReader(request.InputStream);
            var body = reader.ReadToEnd();
            _events.Enqueue(JsonDocument.Parse(body).RootElement.GetProperty("reason").GetString()!);
            return new(201, body);
        });
        _client = _server.Client();
        _options = new()
        {
            Name = $"widgets-{Guid.NewGuid():n}",
            Time = _clock,
            Backoff = new() { Base = TimeSpan.FromSeconds(1), Max = TimeSpan.FromSeconds(60), Retries = 3, Jitter = 0 },
        };
        _queue = new(new() { Name = _options.Name, Time = _clock, Backoff = _options.Backoff });
        _store.Apply([new(ResourceEventType.Added, Widget.Named("a", "ns") with { Metadata = new() { Name = "a", NamespaceProperty = "ns", Uid = "uid-a" } })]);
    }

    [Fact]
    public async Task A_key_that_keeps_failing_is_retried_at_the_maximum_delay_and_reported_by_one_event()
    {
        using var readings = new MeterReadings("Foreman.Kubernetes", "controller", _options.Name);
        var tried = new ConcurrentQueue<double>();
        await using var working = Work((_, _) =>
        {
            tried.Enqueue(_clock.Elapsed.TotalSeconds);
            throw new InvalidOperationException("poison");
        });
        _queue.Add(Key);
        foreach (var seconds in new[] { 1, 2, 4, 60, 60, 60 })
        {
            await _clock.WaitForTimersAsync(1);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        await Eventually.TrueAsync(() => tried.Count == 7, "the seventh attempt");
        Assert.Equal([0, 1, 3, 7, 67, 127, 187], tried);
        await Eventually.TrueAsync(() => readings["controller.retries.exhausted"] == 1, "the metric of keys without retries");
        await Eventually.TrueAsync(() => _events.Count == 1, "the event");
        Assert.Equal("ReconcileFailed", _events.First());
    }

    [Fact]
    public async Task A_result_with_a_delay_is_requeued_and_resets_failures()
    {
        var seen = new ConcurrentQueue<(double Seconds, int Failures)>();
        await using var working = Work((context, _) =>
        {
            seen.Enqueue((_clock.Elapsed.TotalSeconds, context.Failures));
            return seen.Count == 1 ? throw new TimeoutException("once") : Task.FromResult(ReconcileResult.RequeueAfter(TimeSpan.FromSeconds(30)));
        });
        _queue.Add(Key);
        foreach (var seconds in new[] { 1, 30 })
        {
            await _clock.WaitForTimersAsync(1);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        await Eventually.TrueAsync(() => seen.Count == 3, "the third reconcile");
        Assert.Equal([(0, 0), (1, 1), (31, 0)], seen);
    }

    [Fact]
    public async Task A_reconcile_gets_the_object_as_the_store_holds_it_or_none()
    {
        var seen = new ConcurrentQueue<string?>();
        await using var working = Work((context, _) =>
        {
            seen.Enqueue(context.Entity?.Uid());
            return Task.FromResult(ReconcileResult.Done);
        });

        _queue.Add(Key);
        await Eventually.TrueAsync(() => seen.Count == 1, "the first reconcile");
        _queue.Add(new("ns", "missing"));

        await Eventually.TrueAsync(() => seen.Count == 2, "the second reconcile");
        Assert.Equal(["uid-a", null], seen);
    }

    [Fact]
    public async Task A_cancelled_reconcile_leaves_its_key_for_the_next_start()
    {
        var begun = new TaskCompletionSource();
        await using (Work(async (_, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return ReconcileResult.Done;
        }))
        {
            _queue.Add(Key);
            await begun.Task;
        }

        Assert.Equal(0, _queue.NumRequeues(Key));
        Assert.Equal(Key, (await _queue.TakeAsync())!.Key);
    }

    [Fact]
    public async Task A_worker_with_a_closed_fence_starts_nothing_and_loses_no_key()
    {
        var fence = new SwitchedFence();
        var seen = new ConcurrentQueue<ObjectKey>();
        var reconciler = new Reconciler<Widget>(
            _client,
            (context, _) =>
            {
                seen.Enqueue(context.Key);
                fence.Remaining = TimeSpan.Zero;
                throw new LeadershipLostException("too late");
            },
            _options,
            _store,
            _queue);
        _queue.Add(Key);
        _queue.Add(new("ns", "b"));

        await reconciler.WorkAsync(fence, CancellationToken.None);

        Assert.Single(seen);
        Assert.Equal(2, _queue.Count);
        Assert.Equal(0, _queue.NumRequeues(Key));
    }

    [Fact]
    public async Task Reconciles_are_measured_by_result()
    {
        using var readings = new MeterReadings("Foreman.Kubernetes", "controller", _options.Name);
        await using var working = Work((_, _) => Task.FromResult(ReconcileResult.Done));

        _queue.Add(Key);

        await Eventually.TrueAsync(() => readings["controller.reconciles"] == 1, "the reconcile to be counted");
        await Eventually.TrueAsync(() => readings["controller.active_workers"] == 0, "the worker to be idle again");
    }

    public void Dispose()
    {
        _queue.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    private Running Work(Func<ReconcileContext<Widget>, CancellationToken, Task<ReconcileResult>> reconcile) =>
        Running.Start(token => new Reconciler<Widget>(_client, reconcile, _options, _store, _queue).WorkAsync(fence: null, token));

    private sealed class SwitchedFence : IWriteFence
    {
        public TimeSpan Remaining { get; set; } = TimeSpan.FromSeconds(10);

        public void ThrowIfClosed()
        {
        }

        public void OnUnanswered()
        {
        }
    }
}
