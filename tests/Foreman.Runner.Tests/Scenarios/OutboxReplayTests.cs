using Foreman.Api;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>What happens to results while the API server is away and across a restart of the agent.</summary>
public sealed class OutboxReplayTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_result_that_the_API_server_did_not_take_is_delivered_when_it_is_back(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        var run = await CutDuringTheRunAsync(bed, line);

        await Eventually.TrueAsync(() => line.Refused >= 2, "the runner to try its result");
        Assert.Single(Directory.GetFiles(bed.Folder["host-a/state/outbox"], "*.json"));
        line.Mend();

        Assert.Equal(RunOutcomeKind.Ended, (await run.WaitAsync(TestDeadline.Default)).Kind);
        Assert.Single((await bed.ReadAsync("task")).Status.Attempts);
        Assert.Empty(Directory.GetFiles(bed.Folder["host-a/state/outbox"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_result_in_the_outbox_is_delivered_by_the_next_process_of_the_host(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        using var crash = new CancellationTokenSource();
        var run = await CutDuringTheRunAsync(bed, line, crash.Token);
        await Eventually.TrueAsync(() => line.Refused >= 2, "the runner to try its result");
        await crash.CancelAsync();
        Assert.Equal(RunOutcomeKind.Kept, (await run.WaitAsync(TestDeadline.Default)).Kind);

        await ReplayAsync(bed, "host-a/2");

        var task = await bed.ReadAsync("task");
        Assert.Equal((TaskPhase.Succeeded, "host-a/2"), (task.Status.Phase, task.Status.Claim!.Holder));
        Assert.Single(task.Status.Attempts);
        Assert.Empty(Directory.GetFiles(bed.Folder["host-a/state/outbox"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Reclaiming_a_task_whose_result_waits_in_the_outbox_ends_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        using var crash = new CancellationTokenSource();
        var run = await CutDuringTheRunAsync(bed, line, crash.Token);
        await Eventually.TrueAsync(() => line.Refused >= 2, "the runner to try its result");
        await crash.CancelAsync();
        await run;

        var outcome = await bed.Runner("host-a/2").ReclaimAsync(await bed.ReadAsync("task"), CancellationToken.None);

        Assert.Equal(RunOutcomeKind.Ended, outcome.Kind);
        Assert.Equal(TaskPhase.Succeeded, (await bed.ReadAsync("task")).Status.Phase);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_result_whose_task_is_somebody_elses_by_now_is_dropped(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        using var crash = new CancellationTokenSource();
        var run = await CutDuringTheRunAsync(bed, line, crash.Token);
        await Eventually.TrueAsync(() => line.Refused >= 2, "the runner to try its result");
        await crash.CancelAsync();
        await run;
        var again = await bed.AssignAsync(await bed.TakeBackAsync(await bed.ReadAsync("task")), "host-b");

        await ReplayAsync(bed, "host-a/2");

        var task = await bed.ReadAsync("task");
        Assert.Equal((TaskPhase.Scheduled, again.Status.Attempt), (task.Status.Phase, task.Status.Attempt));
        Assert.Empty(Directory.GetFiles(bed.Folder["host-a/state/outbox"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_result_whose_acknowledgement_was_lost_is_recorded_once(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        var work = new GatedStage();
        var run = bed.Runner("host-a/1", work, bed.Client(line.Configuration))
            .RunAsync(await bed.AssignedAsync("task"), new RunSignals(), CancellationToken.None);
        await work.Begun;
        line.LoseNextAnswer();
        work.Finish();

        Assert.Equal(RunOutcomeKind.Ended, (await run.WaitAsync(TestDeadline.Default)).Kind);
        Assert.Single((await bed.ReadAsync("task")).Status.Attempts);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_task_that_a_crashed_process_left_running_is_given_back_by_the_next(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var crash = new CancellationTokenSource();
        var work = new GatedStage();
        var run = bed.Runner("host-a/1", work).RunAsync(await bed.AssignedAsync("task"), new RunSignals(), crash.Token);
        await work.Begun;
        var running = await bed.ReadAsync("task");
        await crash.CancelAsync();
        Assert.Equal(RunOutcomeKind.Abandoned, (await run.WaitAsync(TestDeadline.Default)).Kind);

        var outcome = await bed.Runner("host-a/2").ReclaimAsync(running, CancellationToken.None);

        Assert.Equal((RunOutcomeKind.GivenBack, "AgentRestarted"), (outcome.Kind, outcome.Reason));
        var task = await bed.ReadAsync("task");
        Assert.Equal((TaskPhase.Pending, null), (task.Status.Phase, task.Status.Claim));
        Assert.Equal((AttemptOutcome.GivenBack, "AgentRestarted"), (task.Status.Attempts[0].Outcome, task.Status.Attempts[0].Reason));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_task_of_another_host_is_not_reclaimed(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var crash = new CancellationTokenSource();
        var run = bed.Runner("host-a/1", TimeSpan.FromHours(1))
            .RunAsync(await bed.AssignedAsync("task"), new RunSignals(), crash.Token);
        var running = await bed.InPhaseAsync("task", TaskPhase.Running);

        Assert.Equal(RunOutcomeKind.Ignored, (await bed.Runner("host-b/1").ReclaimAsync(running, CancellationToken.None)).Kind);

        Assert.Equal("host-a/1", (await bed.ReadAsync("task")).Status.Claim!.Holder);
        await crash.CancelAsync();
        await run;
    }

    // Runs the loop of the outbox until nothing waits any more.
    private static async Task ReplayAsync(TestBed bed, string holder)
    {
        using var stop = new CancellationTokenSource();
        var replay = bed.Runner(holder).ReplayOutboxAsync(stop.Token);
        await Eventually.TrueAsync(() => Directory.GetFiles(bed.Folder["host-a/state/outbox"], "*.json").Length == 0, "the outbox to be delivered");
        await stop.CancelAsync();
        await replay;
    }

    private static async Task<Task<RunOutcome>> CutDuringTheRunAsync(TestBed bed, FaultyLine line, CancellationToken crash = default)
    {
        var assigned = await bed.AssignedAsync("task");
        var work = new GatedStage();
        var run = bed.Runner("host-a/1", work, bed.Client(line.Configuration)).RunAsync(assigned, new RunSignals(), crash);
        await work.Begun;
        line.Cut();
        work.Finish();
        return run;
    }
}
