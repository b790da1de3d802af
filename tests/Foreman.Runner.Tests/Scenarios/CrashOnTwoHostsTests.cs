using System.Globalization;
using System.Text;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.RunLogs;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>
/// Runs that stop dead before and after a record or a flush, on the disk and in the cluster, and go on on a host that has nothing
/// but what the cluster holds. Some of these points, spread over the run; in CI and in <c>.ci/long crash</c> each of them.
/// </summary>
public sealed class CrashOnTwoHostsTests
{
    private const string Prompt = "Count on two hosts.";

    // A second run of one of the edits would fail, since the text before it is gone.
    private static readonly StepCall[][] Script =
    [
        [Write("count.txt", "count 0\n")],
        [Edit(0), Write("other.txt", "other"), StepCall.Of("read_file", ("path", "count.txt"))],
        [Edit(1)],
        [Write("deep/er/large.txt", new string('é', 20_000))],
        [StepCall.Of("read_file", ("path", "count.txt")), Edit(2)],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "done"), ("commit_message", "Count"))],
    ];

    [Theory, DevCluster]
    public async Task Killed_at_any_record_or_flush_a_run_ends_on_other_hosts_as_if_unbroken_and_repeats_no_side_effect(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        var whole = new CrashPoints(int.MaxValue);
        var (result, records, expected) = await RunAsync(bed, model, await bed.CreateAsync("unbroken"), 1, whole);
        Assert.Equal((Verdict.Go, "count 3\n"), (result!.Envelope.Verdict, expected["count.txt"]));
        var calls = records.OfType<ToolReturned>().Count();
        Assert.True(whole.Passed > 100, $"{whole.Passed} points");

        var (resumed, interrupted, count) = (0, 0, Math.Min(LongRun.Seeds(quick: 30, full: int.MaxValue), whole.Passed));
        foreach (var at in Enumerable.Range(0, count).Select(i => 1 + (int)((long)i * whole.Passed / count)))
        {
            var task = await bed.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"killed-at-{at}"));
            Assert.Null((await RunAsync(bed, model, task, 1, new CrashPoints(at))).Result);

            // The second host is killed too, somewhere, perhaps while it copies what the first one left.
            var end = await RunAsync(bed, model, task, 2, new CrashPoints(1 + (at * 31 % 150)));
            end = end.Result is not null ? end : await RunAsync(bed, model, task, 3, new CrashPoints(int.MaxValue));

            Assert.Equal(Verdict.Go, end.Result!.Envelope.Verdict);
            Assert.Equal(expected.AsEnumerable(), end.Files);
            var returned = end.Records.OfType<ToolReturned>().ToList();
            var broken = returned.Count(r => r.Content.Contains("was interrupted", StringComparison.Ordinal));
            Assert.Equal(calls + broken, returned.DistinctBy(r => r.CallId).Count());
            Assert.Equal(calls + broken, returned.Count);
            Assert.DoesNotContain(returned, r => r.Failed && !r.Content.Contains("was interrupted", StringComparison.Ordinal));
            interrupted += broken;
            resumed += ((RunStarted)end.Records[0]).ResumedFrom is null ? 0 : 1;
        }

        Assert.True(resumed > count / 2 && interrupted > 5 * count / whole.Passed, $"{resumed} of {count} resumed, {interrupted} calls interrupted");
    }

    private static StepCall Edit(int count) => StepCall.Of(
        "str_replace", ("path", "count.txt"), ("old_string", FormattableString.Invariant($"count {count}")), ("new_string", FormattableString.Invariant($"count {count + 1}")));

    private static StepCall Write(string path, string content) => StepCall.Of("write_file", ("path", path), ("content", content));

    // Each attempt is on a host of its own, with an empty disk.
    private static async Task<(AgentRunResult? Result, IReadOnlyList<TranscriptRecord> Records, SortedDictionary<string, string> Files)> RunAsync(
        TestBed bed, StepModel model, AgenticTask task, long number, CrashPoints points)
    {
        var reader = new RunLogReader(bed.Kubernetes, TimeProvider.System, new Jitter(1));
        var earlier = (EarlierRun?)null;
        for (var before = number - 1; before > 0 && earlier is null; before--)
        {
            var (stored, _) = await reader.ReadAsync(task, before, HolderOf(before), CancellationToken.None);
            earlier = stored is null ? null : EarlierRun.From(task.Uid(), before, stored.Records, stored.Content, out _);
        }

        var attempt = new Attempt(task with { Status = task.Status with { Attempt = number } }, HolderOf(number));
        var folder = bed.Folder[$"{task.Name()}/{HolderOf(number)}"];
        var (path, workspace) = (Path.Combine(folder, "run.jsonl"), Path.Combine(folder, "work"));
        var result = await RunAsync(bed, attempt, path, points, transcript => AgentRun.RunAsync(
            new AgentRunRequest
            {
                TaskUid = task.Uid(),
                Attempt = number,
                Prompt = Prompt,
                SystemPrompt = "s",
                Settings = EffectiveSettings.Resolve(null, task.Spec, 100_000) with { MaxRetries = 0 },
                Model = new ModelEndpoint(new Uri(model.Url), StepModel.Name),
                WorkspaceDirectory = workspace,
                Earlier = earlier,
            },
            new AgentRunServices { Transcript = transcript },
            CancellationToken.None));
        return (result, await RecordsAsync(path), Files(workspace));
    }

    private static async Task<AgentRunResult?> RunAsync(TestBed bed, Attempt attempt, string path, CrashPoints points, Func<ITranscriptStore, Task<AgentRunResult>> run)
    {
        await using var onDisk = JsonLinesTranscript.Open(path);
        await using var inCluster = new RunLogStore(bed.Kubernetes.Fenced(new DeadFence(points)), attempt, TimeProvider.System, new Jitter(1), NullLogger.Instance);
        try
        {
            return await run(new CompositeTranscript(new CrashingTranscript(onDisk, points), new CrashingTranscript(inCluster, points)));
        }
        catch (CrashException)
        {
            return null;
        }
    }

    private static string HolderOf(long attempt) => string.Create(CultureInfo.InvariantCulture, $"host-{attempt}/1");

    private static async Task<IReadOnlyList<TranscriptRecord>> RecordsAsync(string path)
    {
        var records = new List<TranscriptRecord>();
        await foreach (var record in JsonLinesTranscript.ReadAsync(path, CancellationToken.None))
        {
            records.Add(record);
        }

        return records;
    }

    private static SortedDictionary<string, string> Files(string path) => new(
        !Directory.Exists(path) ? []
            : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(path, f), f => Encoding.Latin1.GetString(File.ReadAllBytes(f))),
        StringComparer.Ordinal);

    /// <summary>A dead process writes nothing to the cluster any more.</summary>
    private sealed class DeadFence(CrashPoints points) : IWriteFence
    {
        public TimeSpan Remaining => points.IsDead ? TimeSpan.Zero : TimeSpan.FromHours(1);

        public void ThrowIfClosed()
        {
            if (points.IsDead)
            {
                throw new LeadershipLostException("the process is dead");
            }
        }

        public void OnUnanswered()
        {
            // What was under way when it died may arrive or not.
        }
    }
}
