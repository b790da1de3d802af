using Foreman.Api;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

public sealed class FullDiskTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_host_without_room_for_a_result_declines_the_task(IClusterUnderTest cluster)
    {
        await using var disk = await SmallDisk.MountAsync(64);
        using var bed = await TestBed.StartAsync(cluster);
        var runner = bed.Runner("host-a/1", change: o => o with { StateDirectory = disk.Path });

        var outcome = await runner.RunAsync(await bed.AssignedAsync("task"), new RunSignals(), CancellationToken.None);

        Assert.Equal((RunOutcomeKind.Declined, "DiskPressure"), (outcome.Kind, outcome.Reason));
        Assert.Contains(disk.Path, outcome.Message, StringComparison.Ordinal);
        var task = await bed.ReadAsync("task");
        Assert.Equal(TaskPhase.Pending, task.Status.Phase);
        Assert.Equal(("DiskPressure", AttemptOutcome.Declined), (task.Status.Attempts[0].Reason, task.Status.Attempts[0].Outcome));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_result_that_the_disk_does_not_take_is_still_sent(IClusterUnderTest cluster)
    {
        await using var disk = await SmallDisk.MountAsync(512);
        using var bed = await TestBed.StartAsync(cluster);
        var work = new GatedStage();
        var run = bed.Runner("host-a/1", work, stateDirectory: disk.Path).RunAsync(await bed.AssignedAsync("task"), new RunSignals(), CancellationToken.None);
        await work.Begun;
        foreach (var reserved in Directory.GetFiles(Path.Combine(disk.Path, "outbox")))
        {
            File.Delete(reserved);
        }

        disk.Fill();
        work.Finish();

        Assert.Equal(RunOutcomeKind.Ended, (await run.WaitAsync(TestDeadline.Default)).Kind);
        Assert.Equal(Verdict.Go, (await bed.ReadAsync("task")).Status.Verdict);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Room_that_was_set_aside_before_the_claim_takes_the_result_of_a_disk_that_filled_up_since(IClusterUnderTest cluster)
    {
        await using var disk = await SmallDisk.MountAsync(512);
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        using var stop = new CancellationTokenSource();
        var work = new GatedStage();
        var run = bed.Runner("host-a/1", work, bed.Client(line.Configuration), disk.Path).RunAsync(await bed.AssignedAsync("task"), new RunSignals(), stop.Token);
        await work.Begun;
        disk.Fill();
        line.Cut();
        work.Finish();

        await Eventually.TrueAsync(() => line.Refused >= 2, "the runner to try its result");
        await stop.CancelAsync();
        Assert.Equal(RunOutcomeKind.Kept, (await run.WaitAsync(TestDeadline.Default)).Kind);
    }
}
