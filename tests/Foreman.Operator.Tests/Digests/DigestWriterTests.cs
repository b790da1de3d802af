using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;
using Foreman.Runner.RunLogs;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Digests;

[Trait("Kind", "4")]
public sealed class DigestWriterTests
{
    private readonly RecordingLogger _logger = new();

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Segments_are_read_in_their_order_and_not_in_that_of_their_names(IClusterUnderTest cluster)
    {
        using var scene = await SceneAsync(cluster);
        for (var i = 0; i < 12; i++)
        {
            await scene.StoreAsync(i, $$"""{"type":"answer","turn":{{i}}}""" + "\n");
        }

        Assert.Null(await scene.WriteAsync(_logger));

        Assert.Equal(Enumerable.Range(0, 12), (await scene.RecordsAsync()).Select(r => (int)r["turn"]!));
        Assert.Empty(_logger.Entries);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Hostile_segments_leave_a_digest_that_says_what_was_left_out(IClusterUnderTest cluster)
    {
        using var scene = await SceneAsync(cluster);
        await scene.StoreAsync(0, "{\"type\":\"start\"}\n");
        await scene.StoreAsync(1, Bomb(), RunLogPacker.Compressed);
        await scene.StoreAsync(2, "no base64", RunLogPacker.Compressed);
        await scene.StoreAsync(3, "{\"type\":\"forged\"}\n", writer: "host-z/1");
        await scene.StoreAsync(4, "{\"type\":\"foreign\"}\n", change: s => s with { Attempt = 7 });
        await scene.StoreAsync(5, "\n" + new string('[', 100_000) + "\n{\"type\":\"a\",\"content\":\"\\ud83d\"}\n");
        await scene.StoreAsync(int.MaxValue, "{\"type\":\"far\"}\n{\"type\":\"end\"}\n");
        await scene.StoreAsync(6, "{\"type\":\"named\"}\n", name: "zzz");

        Assert.Null(await scene.WriteAsync(_logger));

        Assert.Equal(["start", "a", "end"], (await scene.RecordsAsync()).Select(r => (string?)r["type"]));
        var leftOut = (await scene.MetaAsync())["leftOut"]!.AsArray().Select(s => (string)s!).ToList();
        Assert.Contains(leftOut, s => s.StartsWith("segments that are missing:", StringComparison.Ordinal));
        Assert.Contains("segments that are damaged or in a form that this release does not know: 1", leftOut);
        Assert.Contains("segments that are not written by the holder of the attempt, or not what their name says: 3", leftOut);
        Assert.Contains("segments that are larger than a runner makes them; their beginning was read: 1", leftOut);
        Assert.Contains("lines that are too long or no record: 1", leftOut);
        Assert.Single(_logger.Entries);
    }

    [Theory]
    [DevCluster]
    public async Task A_digest_that_is_there_is_not_made_again_and_that_of_an_earlier_task_is_replaced(IClusterUnderTest cluster)
    {
        using var scene = await SceneAsync(cluster);
        await scene.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Name = "foreman-transcript-task", NamespaceProperty = scene.Space, Labels = new Dictionary<string, string> { [Labels.TranscriptUid] = "earlier" } },
        });
        await scene.StoreAsync(0, "{\"type\":\"start\"}\n");
        await scene.WriteAsync(_logger);
        await scene.StoreAsync(1, "{\"type\":\"late\"}\n");
        await scene.WriteAsync(_logger);

        Assert.Equal(["start"], (await scene.RecordsAsync()).Select(r => (string?)r["type"]));
    }

    [Theory]
    [DevCluster]
    public async Task A_run_of_many_small_and_of_large_segments_is_read_within_the_bounds(IClusterUnderTest cluster)
    {
        using var scene = await SceneAsync(cluster);
        var line = $$"""{"type":"answer","content":"{{new string('x', 150_000)}}"}""" + "\n";
        for (var i = 0; i < 60; i++)
        {
            await scene.StoreAsync(i, line);
        }

        Assert.Null(await scene.WriteAsync(_logger));

        Assert.Contains((await scene.MetaAsync())["leftOut"]!.AsArray(), s => ((string)s!).StartsWith("more than 8 MiB are stored; segments from 55 on", StringComparison.Ordinal));
    }

    [Theory]
    [DevCluster]
    public async Task A_run_whose_segments_take_too_long_is_read_in_part(IClusterUnderTest cluster)
    {
        using var scene = await SceneAsync(cluster);
        for (var i = 0; i < 12; i++)
        {
            await scene.StoreAsync(i, $$"""{"type":"answer","turn":{{i}}}""" + "\n");
        }

        Assert.Null(await scene.WriteAsync(_logger, new SteppingTime(TimeSpan.FromSeconds(10))));

        Assert.Equal(6, (await scene.RecordsAsync()).Count());
        Assert.Equal(["reading took more than 60 s; segments from 6 on were not read"], (await scene.MetaAsync())["leftOut"]!.AsArray().Select(s => (string?)s));
    }

    [Fact]
    public async Task A_failure_of_any_kind_is_told_and_logged()
    {
        var client = new Fakes.FakeKubernetes { OnCreate = _ => throw new InvalidOperationException("odd") };

        Assert.Equal("odd", await new DigestWriter(client, TimeProvider.System, _logger).WriteAsync(Fakes.Sample.Task("t"), CancellationToken.None));

        Assert.Contains("odd", Assert.Single(_logger.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_digest_is_made_at_a_time()
    {
        var (atOnce, most) = (0, 0);
        var client = new Fakes.FakeKubernetes();
        client.OnCreate = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
        };
        var writer = new DigestWriter(client, TimeProvider.System, _logger);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => writer.WriteAsync(Fakes.Sample.Task($"t{i}"), CancellationToken.None))));

        Assert.Equal((1, 20), (most, client.Created.Count));
    }

    // As small as it packs: the definition of RunLogs takes 256 KiB at most.
    private static string Bomb()
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var part = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"type\":\"content\"}\n", 50_000)));
            for (var i = 0; i < 20; i++)
            {
                zip.Write(part);
            }
        }

        return Convert.ToBase64String(memory.ToArray());
    }

    private static async Task<Scene> SceneAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync("digests");
        var task = await client.CreateAsync(new AgenticTask
        {
            Metadata = new() { Name = "task", NamespaceProperty = space },
            Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "p" }, Suspend = true },
        });
        return new(client, space, task with { Status = task.Status with { Attempt = 2, Claim = new() { Holder = "host-a/1" } } });
    }

    /// <summary>A clock on which every look at it takes a while.</summary>
    private sealed class SteppingTime(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _now, step.Ticks);
    }

    /// <summary>A task of an attempt 2 that host-a held, and its segments.</summary>
    private sealed class Scene(KubernetesClient client, string space, AgenticTask task) : IDisposable
    {
        public KubernetesClient Client => client;

        public string Space => space;

        public void Dispose() => client.Dispose();

        public Task<string?> WriteAsync(RecordingLogger logger, TimeProvider? time = null) =>
            new DigestWriter(client, time ?? TimeProvider.System, logger).WriteAsync(task, CancellationToken.None);

        public Task<RunLog> StoreAsync(
            int seq, string data, string codec = RunLogPacker.Plain, string writer = "host-a/2", string? name = null, Func<RunLogSpec, RunLogSpec>? change = null)
        {
            var spec = new RunLogSpec { TaskRef = new() { Name = "task", Uid = task.Uid() }, Attempt = 2, Seq = seq, Writer = writer, Node = task.Status.Placement is { IsOnHost: true } ? task.Status.AssignedNode : null, Codec = codec, Data = data };
            return client.CreateAsync(new RunLog
            {
                Metadata = new()
                {
                    Name = name ?? Labels.RunLogName(task.Uid(), 2, seq),
                    NamespaceProperty = space,
                    Labels = new Dictionary<string, string> { [Labels.TranscriptUid] = task.Uid() },
                },
                Spec = change?.Invoke(spec) ?? spec,
            });
        }

        public async Task<JsonObject> MetaAsync() => JsonNode.Parse((await ReadAsync()).Data!["meta.json"])!.AsObject();

        public async Task<IEnumerable<JsonObject>> RecordsAsync() => JsonNode.Parse((await ReadAsync()).Data!["transcript.json"])!.AsArray().Select(r => r!.AsObject());

        private Task<V1ConfigMap> ReadAsync() => client.ReadAsync<V1ConfigMap>("foreman-transcript-task", space);
    }
}
