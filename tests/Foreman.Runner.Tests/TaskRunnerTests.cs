using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests;

public sealed class TaskRunnerTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_assigned_task_is_claimed_run_and_ended(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var assigned = await bed.AssignedAsync("task");

        var outcome = await bed.Runner("host-a/1").RunAsync(assigned, new RunSignals(), TestContext.Current.CancellationToken);

        Assert.Equal((RunOutcomeKind.Ended, "Succeeded"), (outcome.Kind, outcome.Reason));
        var task = await bed.ReadAsync("task");
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Equal("stub", task.Status.Result!["kind"]!.GetValue<string>());
        Assert.True(task.Status.Conditions.IsTrue(ConditionTypes.Completed));
        Assert.Equal("Ended", task.Status.Conditions.Find(ConditionTypes.Running)!.Reason);
        var entry = Assert.Single(task.Status.Attempts);
        Assert.Equal((1, "host-a", AttemptOutcome.Succeeded), (entry.Attempt, entry.Node, entry.Outcome));
        Assert.Equal("host-a/1", task.Status.Claim!.Holder);
        Assert.NotNull(task.Status.StartedAt);
        Assert.NotNull(task.Status.FinishedAt);
        Assert.Empty(Directory.GetFiles(bed.Folder["host-a/state/outbox"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Of_two_runners_that_claim_the_same_assignment_one_wins(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        for (var round = 0; round < 5; round++)
        {
            var assigned = await bed.AssignedAsync($"task-{round}");
            var outcomes = await Task.WhenAll(new[] { "host-a/1", "host-b/1", "host-c/1" }
                .Select(h => Task.Run(() => bed.Runner(h).RunAsync(assigned, new RunSignals(), CancellationToken.None))));

            Assert.Equal([RunOutcomeKind.Ended, RunOutcomeKind.Fenced, RunOutcomeKind.Fenced], outcomes.Select(o => o.Kind).Order());
            Assert.Single((await bed.ReadAsync($"task-{round}")).Status.Attempts);
        }
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_whose_task_was_taken_back_and_given_to_another_leaves_no_trace(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var late = new GatedStage();
        var run = bed.Runner("host-a/1", late).RunAsync(await bed.AssignedAsync("task"), new RunSignals(), CancellationToken.None);
        await late.Begun;

        var again = await bed.AssignAsync(await bed.TakeBackAsync(await bed.ReadAsync("task")), "host-b");
        Assert.Equal(RunOutcomeKind.Ended, (await bed.Runner("host-b/1").RunAsync(again, new RunSignals(), CancellationToken.None)).Kind);
        late.Finish();

        Assert.Equal(RunOutcomeKind.Fenced, (await run).Kind);
        var task = await bed.ReadAsync("task");
        Assert.Equal(["Lost", "Succeeded"], task.Status.Attempts.Select(a => a.Outcome!.Value.Value));
        Assert.Equal("host-b/1", task.Status.Claim!.Holder);
        Assert.Empty(Directory.GetFiles(bed.Folder["host-a/state/outbox"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_that_is_told_of_its_fence_stops_at_once(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var signals = new RunSignals();
        var run = bed.Runner("host-a/1", TimeSpan.FromHours(1))
            .RunAsync(await bed.AssignedAsync("task"), signals, CancellationToken.None);
        signals.Update(await bed.TakeBackAsync(await bed.InPhaseAsync("task", TaskPhase.Running)));

        Assert.Equal(RunOutcomeKind.Fenced, (await run.WaitAsync(TestDeadline.Default)).Kind);
        Assert.Equal(TaskPhase.Pending, (await bed.ReadAsync("task")).Status.Phase);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_cancelled_run_ends_failed_and_incomplete(IClusterUnderTest cluster)
    {
        var task = await StopAsync(cluster, (signals, running) => signals.Update(running with { Spec = running.Spec with { Cancel = true } }), RunOutcomeKind.Ended);
        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.Cancelled), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Equal("Cancelled", task.Status.Conditions.Find(ConditionTypes.Completed)!.Reason);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_task_that_was_cancelled_before_its_claim_ends_cancelled(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var created = await bed.CreateAsync("task", s => s with { Cancel = true });

        var outcome = await bed.Runner("host-a/1", TimeSpan.FromHours(1))
            .RunAsync(await bed.AssignAsync(created), new RunSignals(), CancellationToken.None).WaitAsync(TestDeadline.Default);

        Assert.Equal((RunOutcomeKind.Ended, "Cancelled"), (outcome.Kind, outcome.Reason));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_suspended_run_is_given_back(IClusterUnderTest cluster)
    {
        var task = await StopAsync(cluster, (signals, running) => signals.Update(running with { Spec = running.Spec with { Suspend = true } }), RunOutcomeKind.GivenBack);
        AssertGivenBack(task, "Suspended");
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_on_a_draining_host_is_given_back_at_the_deadline(IClusterUnderTest cluster)
    {
        var task = await StopAsync(cluster, (signals, _) => signals.Drain(DateTimeOffset.UtcNow), RunOutcomeKind.GivenBack);
        AssertGivenBack(task, "Draining");
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_declined_assignment_goes_back_to_the_operator(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var outcome = await bed.Runner("host-a/1").DeclineAsync(await bed.AssignedAsync("task"), "OutsideHours", "no work before 18:00", CancellationToken.None);

        Assert.Equal(RunOutcomeKind.Declined, outcome.Kind);
        var task = await bed.ReadAsync("task");
        Assert.Equal((TaskPhase.Pending, null, null), (task.Status.Phase, task.Status.AssignedNode, task.Status.Placement));
        var entry = Assert.Single(task.Status.Attempts);
        Assert.Equal((AttemptOutcome.Declined, "OutsideHours"), (entry.Outcome, entry.Reason));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_task_deleted_under_way_ends_the_run_without_a_trace(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var work = new GatedStage();
        var run = bed.Runner("host-a/1", work).RunAsync(await bed.AssignedAsync("task"), new RunSignals(), CancellationToken.None);
        await work.Begun;
        await bed.Kubernetes.DeleteAsync<AgenticTask>("task", bed.Space);
        work.Finish();

        Assert.Equal(RunOutcomeKind.Fenced, (await run).Kind);
        Assert.Empty(Directory.GetFiles(bed.Folder["host-a/state/outbox"]));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    [Trait("Kind", "12")]
    public async Task The_final_write_speaks_of_the_generation_that_the_task_has_by_then(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var work = new GatedStage();
        var run = bed.Runner("host-a/1", work).RunAsync(await bed.AssignedAsync("task"), new RunSignals(), CancellationToken.None);
        await work.Begun;
        await bed.Kubernetes.PatchAsync<AgenticTask>(V1Patch.Merge(new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["cancel"] = true } }), "task", bed.Space);
        work.Finish();

        Assert.Equal(RunOutcomeKind.Ended, (await run.WaitAsync(TestDeadline.Default)).Kind);
        var task = await bed.ReadAsync("task");
        Assert.Equal(2, task.Metadata.Generation);
        Assert.Equal(2, task.Status.Conditions.Find(ConditionTypes.Completed)!.ObservedGeneration);
        Assert.Equal("foreman-transcript-task", task.Status.TranscriptRef);
    }

    [Fact]
    public async Task A_task_placed_elsewhere_is_left_alone()
    {
        using var nowhere = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.0.1:1") });
        using var folder = new TempFolder();
        var options = new RunnerOptions
        {
            Holder = Tasks.Me,
            NodeName = "host-a",
            Placement = Placement.Operator,
            Program = RunnerProgram.Operator,
            WorkspaceRoot = folder["work"],
            StateDirectory = folder["state"],
        };
        var runner = new TaskRunner(
            nowhere, options, TimeProvider.System, NullLogger.Instance, StageRegistry.Stub(TimeSpan.Zero, TimeProvider.System, NullLogger.Instance));

        Assert.Equal(RunOutcomeKind.Ignored, (await runner.RunAsync(Tasks.With(TaskPhase.Scheduled), new RunSignals(), CancellationToken.None)).Kind);
        Assert.Equal(RunOutcomeKind.Ignored, (await runner.RunAsync(Tasks.With(TaskPhase.Pending), new RunSignals(), CancellationToken.None)).Kind);
    }

    private static async Task<AgenticTask> StopAsync(IClusterUnderTest cluster, Action<RunSignals, AgenticTask> stop, RunOutcomeKind expected)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var signals = new RunSignals();
        var run = bed.Runner("host-a/1", TimeSpan.FromHours(1))
            .RunAsync(await bed.AssignedAsync("task"), signals, CancellationToken.None);
        stop(signals, await bed.InPhaseAsync("task", TaskPhase.Running));
        Assert.Equal(expected, (await run.WaitAsync(TestDeadline.Default)).Kind);
        return await bed.ReadAsync("task");
    }

    private static void AssertGivenBack(AgenticTask task, string reason)
    {
        Assert.Equal((TaskPhase.Pending, null, null), (task.Status.Phase, task.Status.AssignedNode, task.Status.Claim));
        var entry = Assert.Single(task.Status.Attempts);
        Assert.Equal((AttemptOutcome.GivenBack, reason), (entry.Outcome, entry.Reason));
        Assert.Equal("GivenBack", task.Status.Conditions.Find(ConditionTypes.Running)!.Reason);
    }
}
