namespace Foreman.Kubernetes.Tests;

public sealed class FencedCallTests
{
    private const string Stored = """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"log","namespace":"ns","resourceVersion":"1"}}""";

    private static readonly V1Patch Patch = V1Patch.Json(JsonPatchOperation.Add("/data", new System.Text.Json.Nodes.JsonObject()));

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Behind_an_open_fence_every_write_passes_and_behind_a_closed_one_none(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();
        var fence = new ManualFence();
        using var fenced = client.Fenced(fence);

        await fenced.CreateAsync(Map("a", ns));
        await fenced.PatchAsync<V1ConfigMap>(Patch, "a", ns);
        await fenced.DeleteAsync<V1ConfigMap>("a", ns);
        Assert.Null(await fenced.TryReadAsync<V1ConfigMap>("a", ns));
        await fenced.CreateAsync(Map("b", ns));
        fence.Open = false;

        await Assert.ThrowsAsync<LeadershipLostException>(() => fenced.CreateAsync(Map("c", ns)));
        await Assert.ThrowsAsync<LeadershipLostException>(() => fenced.PatchAsync<V1ConfigMap>(Patch, "b", ns));
        await Assert.ThrowsAsync<LeadershipLostException>(() => fenced.DeleteAsync<V1ConfigMap>("b", ns));
        Assert.Equal("b", (await fenced.ReadAsync<V1ConfigMap>("b", ns)).Name());
        Assert.Null(await client.TryReadAsync<V1ConfigMap>("c", ns));
        Assert.False(fence.Unanswered);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_fence_that_closes_after_the_call_has_begun_keeps_the_write_back(IClusterUnderTest cluster)
    {
        using var client = Connect.AsAdmin(cluster);
        var ns = await cluster.NewNamespaceAsync();

        // Asked when the call begins and when its message is made; closed when the connection is ready for the body.
        var fence = new ManualFence { PassesLeft = 2 };
        var lost = await Assert.ThrowsAsync<LeadershipLostException>(() => client.Fenced(fence).CreateAsync(Map("a", ns)));

        Assert.False(lost.MayHaveArrived);
        Assert.False(fence.Unanswered);
        Assert.Null(await client.TryReadAsync<V1ConfigMap>("a", ns));
        fence.PassesLeft = int.MaxValue;
        await client.Fenced(fence).CreateAsync(Map("a", ns));
    }

    [Fact]
    public async Task A_write_that_the_server_asks_to_wait_for_is_not_sent_again_after_the_end()
    {
        var time = new ManualTimeProvider();
        var asked = 0;
        var fence = new ManualFence();
        using var server = new ScriptedServer(_ =>
        {
            Interlocked.Increment(ref asked);
            return new(429, """{"kind":"Status","reason":"TooManyRequests","code":429}""") { Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } };
        });
        using var client = server.Client(new() { Time = time });
        var write = client.Fenced(fence).PatchAsync<V1ConfigMap>(Patch, "log", "ns");

        // The limit of the call, and the wait that the server asked for.
        await time.WaitForTimersAsync(2);
        fence.Open = false;
        time.Advance(TimeSpan.FromSeconds(3));

        Assert.False((await Assert.ThrowsAsync<LeadershipLostException>(() => write)).MayHaveArrived);
        Assert.Equal(1, Volatile.Read(ref asked));
        Assert.False(fence.Unanswered);
    }

    [Fact]
    public async Task A_write_without_a_response_is_cancelled_when_the_leadership_ends_and_may_have_arrived()
    {
        var time = new ManualTimeProvider();
        using var asked = new ManualResetEventSlim();
        using var answer = new ManualResetEventSlim();
        using var server = new ScriptedServer(_ =>
        {
            asked.Set();
            answer.Wait(TestDeadline.Default);
            return new(200, Stored);
        });
        using var client = server.Client(new() { Time = time });
        var fence = new ManualFence { Left = TimeSpan.FromSeconds(4) };
        var write = Task.Run(() => client.Fenced(fence).PatchAsync<V1ConfigMap>(Patch, "log", "ns"));
        await Eventually.TrueAsync(() => asked.IsSet, "the write to arrive");
        fence.Left = TimeSpan.Zero;

        await time.AdvanceUntilAsync(() => write.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), "the write to be given up");

        Assert.True((await Assert.ThrowsAsync<LeadershipLostException>(() => write)).MayHaveArrived);
        Assert.True(fence.Unanswered);
        answer.Set();
    }

    [Fact]
    public async Task The_callers_cancellation_is_passed_on()
    {
        using var asked = new ManualResetEventSlim();
        using var answer = new ManualResetEventSlim();
        using var server = new ScriptedServer(_ =>
        {
            asked.Set();
            answer.Wait(TestDeadline.Default);
            return new(200, Stored);
        });
        using var client = server.Client();
        var fence = new ManualFence();
        using var stop = new CancellationTokenSource();
        var write = Task.Run(() => client.Fenced(fence).PatchAsync<V1ConfigMap>(Patch, "log", "ns", cancellationToken: stop.Token));
        await Eventually.TrueAsync(() => asked.IsSet, "the write to arrive");

        await stop.CancelAsync();

        Assert.IsNotType<LeadershipLostException>(await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write));
        Assert.True(fence.Unanswered);
        answer.Set();
    }

    private static V1ConfigMap Map(string name, string ns) => new() { Metadata = new() { Name = name, NamespaceProperty = ns } };

    private sealed class ManualFence : IWriteFence
    {
        private long _left = TimeSpan.FromMinutes(1).Ticks;
        private int _passes = int.MaxValue;
        private volatile bool _open = true;
        private volatile bool _unanswered;

        public bool Open
        {
            set => _open = value;
        }

        public TimeSpan Left
        {
            set => Interlocked.Exchange(ref _left, value.Ticks);
        }

        public int PassesLeft
        {
            set => Interlocked.Exchange(ref _passes, value);
        }

        public bool Unanswered => _unanswered;

        public TimeSpan Remaining => _open ? new(Interlocked.Read(ref _left)) : TimeSpan.Zero;

        public void ThrowIfClosed()
        {
            if (!_open || Remaining <= TimeSpan.Zero || Interlocked.Decrement(ref _passes) < 0)
            {
                throw new LeadershipLostException("closed");
            }
        }

        public void OnUnanswered() => _unanswered = true;
    }
}
