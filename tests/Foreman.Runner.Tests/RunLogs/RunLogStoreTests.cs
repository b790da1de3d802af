using System.Text.Json;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.RunLogs;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.RunLogs;

public sealed class RunLogStoreTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Records_of_any_size_stand_in_the_cluster_in_order(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var attempt = new Attempt(await bed.AssignedAsync("task"), "host-a/1");
        var large = new string('€', 150_000);
        await using (var store = Store(bed.Kubernetes, attempt))
        {
            await store.AppendAsync(new MessageSent { Role = "user", Content = "first" }, CancellationToken.None);
            await store.FlushAsync(CancellationToken.None);
            await store.AppendAsync(new MessageSent { Role = "user", Content = large }, CancellationToken.None);
            await store.AppendAsync(new MessageSent { Role = "user", Content = "last" }, CancellationToken.None);
        }

        var logs = (await bed.Kubernetes.ListAsync<RunLog>(bed.Space)).Items.OrderBy(l => l.Spec.Seq).ToList();
        Assert.Equal(Enumerable.Range(0, logs.Count), logs.Select(l => l.Spec.Seq));
        Assert.Equal(Labels.RunLogName(attempt.Uid, 1, 0), logs[0].Name());
        var records = string.Concat(logs.Select(l => RunLogPacker.Unpack(l.Spec.Codec, l.Spec.Data))).Trim().Split('\n')
            .Select(l => TranscriptLine.Read(System.Text.Encoding.UTF8.GetBytes(l))!).ToList();
        var parts = records.OfType<ContentStored>().ToList();
        Assert.Equal(large, string.Concat(parts.Select(p => p.Content)));
        Assert.Equal(parts.Select(p => p.Offset), parts.Select((_, i) => parts.Take(i).Sum(p => System.Text.Encoding.UTF8.GetByteCount(p.Content!) + 0L)));
        var sent = records.OfType<MessageSent>().ToList();
        Assert.Equal(["first", large[..LargeContent.HeadCharacters], "last"], sent.Select(r => r.Content));
        Assert.Equal(new ContentRef(parts[0].Sha256, 450_000), sent[1].ContentRef);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_API_server_that_is_away_neither_fails_nor_holds_the_run(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        var attempt = new Attempt(await bed.AssignedAsync("task"), "host-a/1");
        line.Cut();
        await using var store = Store(bed.Client(line.Configuration), attempt);
        for (var i = 0; i < 20; i++)
        {
            await store.AppendAsync(new MessageSent { Role = "user", Content = $"{i}" }, CancellationToken.None);
            await store.FlushAsync(CancellationToken.None).AsTask().WaitAsync(TestDeadline.Default);
        }

        line.Mend();

        await Eventually.TrueAsync(async () => (await bed.Kubernetes.ListAsync<RunLog>(bed.Space)).Items.Count == 20, "the segments to arrive later");
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_name_that_another_host_took_ends_the_transcript_and_a_segment_that_arrived_before_does_not(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var attempt = new Attempt(await bed.AssignedAsync("task"), "host-a/1");
        await WriteAsync(bed, attempt, "first");
        await WriteAsync(bed, attempt, "first", "second");
        await WriteAsync(bed, attempt, "another", "third");

        var logs = (await bed.Kubernetes.ListAsync<RunLog>(bed.Space)).Items.OrderBy(l => l.Spec.Seq).ToList();
        Assert.Equal(2, logs.Count);
        Assert.Contains("second", logs[1].Spec.Data, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_stores_at_most_4_MiB(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var random = new Random(4711);
        await using (var store = Store(bed.Kubernetes, new Attempt(await bed.AssignedAsync("task"), "host-a/1")))
        {
            for (var i = 0; i < 40; i++)
            {
                var noise = new byte[128 * 1024];
                random.NextBytes(noise);
                await store.AppendAsync(new MessageSent { Role = "user", Content = Convert.ToBase64String(noise) }, CancellationToken.None);
                await store.FlushAsync(CancellationToken.None);
            }
        }

        var logs = (await bed.Kubernetes.ListAsync<RunLog>(bed.Space)).Items;
        Assert.InRange(logs.Sum(l => l.Spec.Data.Length), RunLogStore.MaxBytes - (512 * 1024), RunLogStore.MaxBytes);
    }

    [Theory]
    [DevCluster]
    [Trait("Kind", "4")]
    public async Task A_file_that_is_changed_back_and_forth_is_stored_once_for_each_content(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var random = new Random(4711);
        var contents = new[] { new byte[300_000], new byte[300_000] };
        Array.ForEach(contents, random.NextBytes);
        await using (var store = Store(bed.Kubernetes, new Attempt(await bed.AssignedAsync("task"), "host-a/1")))
        {
            for (var i = 0; i < 20; i++)
            {
                await store.AppendAsync(new ToolReturned { CallId = $"{i}", Effects = [new FileEffect { Path = "a", Bytes = contents[i % 2] }] }, CancellationToken.None);
                await store.FlushAsync(CancellationToken.None);
            }
        }

        var logs = (await bed.Kubernetes.ListAsync<RunLog>(bed.Space)).Items.OrderBy(l => l.Spec.Seq);
        var records = string.Concat(logs.Select(l => RunLogPacker.Unpack(l.Spec.Codec, l.Spec.Data))).Trim().Split('\n')
            .Select(l => TranscriptLine.Read(System.Text.Encoding.UTF8.GetBytes(l))!).ToList();
        Assert.Equal(20, records.OfType<ToolReturned>().Count());
        var stored = records.OfType<ContentStored>().GroupBy(p => p.Sha256).ToDictionary(g => g.Key, g => g.SelectMany(p => p.Bytes!).ToArray());
        Assert.Equal(contents.OrderBy(c => c[0]), stored.Values.OrderBy(c => c[0]));
    }

    [Theory]
    [Trait("Kind", "1")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_that_is_none_of_the_API_ends_the_transcript_and_not_the_run(bool isOfClock)
    {
        var faults = new Faults(1, () => new JsonException("the maximum depth is exceeded")) { LastingAt = isOfClock ? "clock: timer" : "api: create RunLog" };
        var logger = new RecordingLogger();
        var server = new TaskServer(Tasks.With(TaskPhase.Running, holder: Tasks.Me), faults);
        // The fast clock would not wait for a thread that the machine has no time for.
        TimeProvider clock = isOfClock ? new FaultyClock(faults) : TimeProvider.System;
        await using (var store = new RunLogStore(server, Tasks.Held(), clock, new Jitter(1), logger))
        {
            for (var i = 0; i < 3; i++)
            {
                await store.AppendAsync(new MessageSent { Role = "user", Content = $"{i}" }, CancellationToken.None);
                await store.FlushAsync(CancellationToken.None).AsTask().WaitAsync(TestDeadline.Default);
            }
        }

        Assert.All(logger.Entries, e => Assert.Contains("the maximum depth is exceeded", e.Message, StringComparison.Ordinal));
        Assert.True(isOfClock ? logger.Entries.Count <= 1 : logger.Entries.Count == 1, $"{logger.Entries.Count} entries");
    }

    private static async Task WriteAsync(TestBed bed, Attempt attempt, params string[] texts)
    {
        await using var store = Store(bed.Kubernetes, attempt);
        foreach (var text in texts)
        {
            await store.AppendAsync(new MessageSent { Role = "user", Content = text }, CancellationToken.None);
            await store.FlushAsync(CancellationToken.None);
        }
    }

    private static RunLogStore Store(IKubernetes kubernetes, Attempt attempt) =>
        new(kubernetes, attempt, TimeProvider.System, new Jitter(1), NullLogger.Instance);
}
