using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.RunLogs;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.RunLogs;

public sealed class RunLogReaderTests
{
    private const string Line = """{"type":"message","role":"user","content":"hello"}""" + "\n";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Segments_are_read_in_order_up_to_the_first_that_is_missing(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var task = await bed.CreateAsync("task");
        await StoreAsync(bed, task, 0, Line[..20]);
        await StoreAsync(bed, task, 1, Line[20..] + Line);
        await StoreAsync(bed, task, 3, Line);

        var (found, why) = await ReadAsync(bed, task);

        Assert.Equal((2, null), (found!.Records.Count, why));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_transcript_with_a_segment_of_another_host_is_not_used(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var task = await bed.CreateAsync("task");
        await StoreAsync(bed, task, 0, Line);
        await StoreAsync(bed, task, 1, Line, writer: "host-b/1");

        Assert.Equal((null, "its segment 1 in the cluster is not of its holder"), await ReadAsync(bed, task));
        Assert.Equal((null, "its segment 0 in the cluster is not of its holder"), await ReadAsync(bed, task, holder: "host-c/1"));
    }

    [Theory]
    [DevCluster]
    public async Task An_attempt_that_may_not_be_stored_whole_and_a_damaged_one_are_not_used(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var (large, damaged) = (await bed.CreateAsync("large"), await bed.CreateAsync("damaged"));
        for (var i = 0; i < 16; i++)
        {
            await StoreAsync(bed, large, i, new string('x', 250_000));
        }

        await StoreAsync(bed, damaged, 0, "***", codec: RunLogPacker.Compressed);

        Assert.Contains("larger than the 4 MiB", (await ReadAsync(bed, large)).Why, StringComparison.Ordinal);
        Assert.Contains("segment 0", (await ReadAsync(bed, damaged)).Why, StringComparison.Ordinal);
    }

    private static Task<(StoredTranscript? Found, string? Why)> ReadAsync(TestBed bed, AgenticTask task, string holder = "host-a/2") =>
        new RunLogReader(bed.Kubernetes, TimeProvider.System, new Jitter(1)).ReadAsync(task, 1, holder, CancellationToken.None);

    private static Task<RunLog> StoreAsync(TestBed bed, AgenticTask task, int seq, string data, string writer = "host-a/1", string codec = RunLogPacker.Plain) =>
        bed.Kubernetes.CreateAsync(new RunLog
        {
            Metadata = new V1ObjectMeta { Name = Labels.RunLogName(task.Uid(), 1, seq), NamespaceProperty = bed.Space },
            Spec = new RunLogSpec { TaskRef = new RunLogTask { Name = task.Name(), Uid = task.Uid() }, Attempt = 1, Seq = seq, Writer = writer, Codec = codec, Data = data },
        });
}
