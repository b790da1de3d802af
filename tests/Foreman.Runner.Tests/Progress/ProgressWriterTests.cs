using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Progress;
using Foreman.Runner.Stops;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Progress;

public sealed class ProgressWriterTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Of_several_turns_within_two_seconds_the_last_is_written(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var time = new ManualTimeProvider();
        var (attempt, writer) = await ClaimAsync(bed, time);
        using var monitor = new StopMonitor(attempt, new RunSignals(), null, time, NullLogger.Instance);
        await using var progress = new ProgressWriter(attempt, writer, monitor, time, NullLogger.Instance);

        progress.Report(new TaskProgress { Turn = 1 });
        await time.WaitForTimersAsync(1);
        progress.Report(new TaskProgress { Turn = 2 });
        progress.Report(new TaskProgress { Turn = 3, Tool = "grep", PromptTokens = 900 });
        Assert.Equal(0, (await bed.ReadAsync("task")).Status.Progress!.Turn);
        time.Advance(TimeSpan.FromSeconds(2));

        var seen = await Eventually.GetAsync(
            async () => (await bed.ReadAsync("task")).Status.Progress is { Turn: > 0 } p ? p : null, "progress to be written");
        Assert.Equal((3, "grep", 900), (seen.Turn, seen.Tool, seen.PromptTokens));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Progress_of_a_task_that_was_taken_back_stops_the_run(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var time = new ManualTimeProvider();
        var (attempt, writer) = await ClaimAsync(bed, time);
        using var monitor = new StopMonitor(attempt, new RunSignals(), null, time, NullLogger.Instance);
        await using var progress = new ProgressWriter(attempt, writer, monitor, time, NullLogger.Instance);
        await bed.TakeBackAsync(await bed.ReadAsync("task"));

        progress.Report(new TaskProgress { Turn = 1 });
        await time.WaitForTimersAsync(1);
        time.Advance(TimeSpan.FromSeconds(2));

        await Eventually.TrueAsync(() => monitor.Token.IsCancellationRequested, "the run to be stopped");
        Assert.Equal(StopKind.Fence, monitor.Plan.Kind);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_wait_of_minutes_is_told_in_progress_and_a_condition_and_both_go_with_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var time = new ManualTimeProvider();
        var (attempt, writer) = await ClaimAsync(bed, time);
        using var monitor = new StopMonitor(attempt, new RunSignals(), null, time, NullLogger.Instance);
        await using var progress = new ProgressWriter(attempt, writer, monitor, time, NullLogger.Instance);
        var wait = new TaskWait { Reason = Reasons.ModelLoading, Message = "503: Loading model", Since = time.GetUtcNow(), Until = time.GetUtcNow().AddMinutes(10) };

        time.Advance(TimeSpan.FromSeconds(50));
        progress.Report(new TaskProgress { Turn = 1, Waiting = wait });
        var young = await WrittenAsync(1);
        time.Advance(TimeSpan.FromSeconds(60));
        progress.Report(new TaskProgress { Turn = 2, Waiting = wait });
        var lasting = await WrittenAsync(2);
        time.Advance(TimeSpan.FromSeconds(60));
        progress.Report(new TaskProgress { Turn = 3 });
        var over = await WrittenAsync(3);

        Assert.Equal((Reasons.ModelLoading, null), (young.Progress!.Waiting?.Reason, young.Conditions.Find(ConditionTypes.Waiting)));
        Assert.Equal((wait.Since, wait.Until), (young.Progress.Waiting!.Since, young.Progress.Waiting.Until));
        Assert.Equal((Conditions.True, Reasons.ModelLoading), (lasting.Conditions.Find(ConditionTypes.Waiting)?.Status, lasting.Conditions.Find(ConditionTypes.Waiting)?.Reason));
        Assert.Equal((null, null), (over.Progress!.Waiting, over.Conditions.Find(ConditionTypes.Waiting)));

        Task<AgenticTaskStatus> WrittenAsync(int turn) => Eventually.GetAsync(
            async () => (await bed.ReadAsync("task")).Status is { Progress: { } p } status && p.Turn == turn ? status : null, "progress to be written");
    }

    [Fact]
    public void A_prompt_of_any_language_counts_as_it_is_stored()
    {
        var task = Tasks.Held().Task;
        var plain = ProgressWriter.SizeOf(task with { Spec = task.Spec with { Payload = new TaskPayload { Prompt = "" } } });

        Assert.Equal(plain + 384_000, ProgressWriter.SizeOf(task with { Spec = task.Spec with { Payload = new TaskPayload { Prompt = new string('字', 128_000) } } }));
    }

    private static async Task<(Attempt Attempt, FencedWriter Writer)> ClaimAsync(TestBed bed, ManualTimeProvider time)
    {
        var writer = new FencedWriter(bed.Kubernetes, TimeProvider.System, new Jitter(1), NullLogger.Instance);
        var attempt = new Attempt(await bed.AssignedAsync("task"), "host-a/1") { ClaimedAt = time.GetUtcNow() };
        var claim = TaskWrites.Claim(1, new TaskClaim { Holder = "host-a/1", AcquiredAt = time.GetUtcNow() }, true, []);
        Assert.Equal(WriteOutcomeKind.Stored, (await writer.WriteAsync(new FencedWrite(WriteKind.Claim, attempt, claim), null, CancellationToken.None)).Kind);
        return (attempt, writer);
    }
}
