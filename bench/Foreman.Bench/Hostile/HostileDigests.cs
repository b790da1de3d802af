using System.Globalization;
using System.IO.Compression;
using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Hostile;

/// <summary>Has an operator digest what hosts stored, and reads the most memory that it took.</summary>
internal sealed class HostileDigests(KubernetesClient client, string kubeconfig, string space, TimeProvider time) : IDisposable
{
    private const int AimMB = 200;
    private const string Writer = "bench/1";
    private const string Compressed = "gzip+base64";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new("foreman-bench-");

    public void Dispose() => _folder.Dispose();

    public async Task<IReadOnlyList<HostileRow>> MeasureAsync(CancellationToken stop)
    {
        await using var process = Start();
        var bombs = Enumerable.Range(0, 6).Select(_ => Pack(new byte[150 << 20])).ToList();
        var line = Encoding.UTF8.GetBytes($$"""{"type":"result","content":"{{string.Concat(Enumerable.Repeat("some text of a file ", 6000))}}"}""" + "\n");
        var largest = Enumerable.Range(0, 64 * 1024 * 1024 / line.Length).Select(_ => Pack(line)).ToList();
        var rows = new List<HostileRow>();
        foreach (var (name, segments) in new[] { ("six bombs of 150 MB", bombs), ("64 MiB of transcript", largest) })
        {
            await Console.Error.WriteLineAsync($"measuring {name} ...");
            rows.Add(await MeasureAsync(process, name, segments, stop));
        }

        await process.StopAsync();
        await using var again = Start();
        var started = time.GetTimestamp();
        await Eventually.TrueAsync(() => again.Output.Contains("onnected", StringComparison.Ordinal), "the operator to lead again", Limit);
        await Task.Delay(TimeSpan.FromSeconds(10), time, stop);
        rows.Add(new HostileRow("operator", "the same after a restart", Memory.PeakMB(again.Id), AimMB, time.GetElapsedTime(started), "runs", EndOf(again)));
        await again.StopAsync();
        return rows;
    }

    private RealProcess Start() => RealProcess.Start(
        ReleasedBinaries.Operator, "--kubeconfig", kubeconfig, "--foreman-namespace", space, "--metrics-bind-address", "0", "--health-probe-bind-address", "0", "--state-dir", _folder["operator"]);

    private async Task<HostileRow> MeasureAsync(RealProcess process, string input, List<string> segments, CancellationToken stop)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"digest-{segments.Count}");
        var task = await client.CreateAsync(
            new AgenticTask
            {
                Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
                Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "p" }, Suspend = true },
            },
            cancellationToken: stop);
        await Parallel.ForEachAsync(segments.Index(), stop, async (s, token) => await client.CreateAsync(Segment(task, s.Index, s.Item), cancellationToken: token));
        var started = time.GetTimestamp();
        await EndAsync(task);
        await Eventually.TrueAsync(
            async () => process.HasExited || await client.TryReadAsync<V1ConfigMap>(Labels.TranscriptConfigMap(name), space, stop) is not null,
            "the digest", Limit);
        return new HostileRow("operator", input, Memory.PeakMB(process.Id), AimMB, time.GetElapsedTime(started), "digested", EndOf(process));
    }

    private static string? EndOf(RealProcess process) => process.HasExited ? "the operator ended: " + HostileAgents.LastLine(process.Output) : null;

    // The operator may take the suspended task back between two of the writes: then all are made again.
    private Task EndAsync(AgenticTask task) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await EndOnceAsync(await client.ReadAsync<AgenticTask>(task.Name(), space));
                return true;
            }
            catch (KubernetesException e) when ((int)e.StatusCode is 409 or 422)
            {
                return false;
            }
        },
        "the task to be ended by its host", Limit);

    private async Task EndOnceAsync(AgenticTask task)
    {
        var options = new PatchOptions { Subresource = "status" };
        var now = time.GetUtcNow();
        Task<AgenticTask> PatchAsync(V1Patch patch) => client.PatchAsync<AgenticTask>(patch, task.Name(), space, options);
        var assigned = await PatchAsync(TaskWrites.Assign(task, new TaskAssignment("bench", Placement.Node, null, null), []));
        await PatchAsync(TaskWrites.Claim(assigned.Status.Attempt, new TaskClaim { Holder = Writer, AcquiredAt = now }, first: true, []));
        await PatchAsync(TaskWrites.End(assigned.Status.Attempt, Writer, new TaskCompletion { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, FinishedAt = now, Conditions = [] }));
    }

    private static RunLog Segment(AgenticTask task, int seq, string data) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = Labels.RunLogName(task.Uid(), 1, seq),
            NamespaceProperty = task.Namespace(),
            Labels = new Dictionary<string, string> { [Labels.TranscriptUid] = task.Uid() },
        },
        Spec = new RunLogSpec { TaskRef = new RunLogTask { Name = task.Name(), Uid = task.Uid() }, Attempt = 1, Seq = seq, Writer = Writer, Codec = Compressed, Data = data },
    };

    private static string Pack(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return Convert.ToBase64String(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }
}
