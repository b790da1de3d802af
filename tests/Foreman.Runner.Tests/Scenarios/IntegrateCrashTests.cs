using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Hosts that die while slices are joined: one state of the branch, and one result.</summary>
public sealed class IntegrateCrashTests
{
    [Theory]
    [DevCluster]
    public async Task A_host_that_dies_behind_any_stage_is_made_up_for_by_another_one(IClusterUnderTest cluster)
    {
        foreach (var stage in (string[])["prepare", "checkout", "integrate", "gate", "publish", "propose", "report"])
        {
            await DiesBehindAsync(cluster, stage);
        }
    }

    [Theory]
    [DevCluster]
    public async Task A_host_that_comes_back_late_pushes_nothing(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        var created = await scene.CreateAsync(TaskKind.Integrate);
        AgenticTask? other = null;
        var runner = await scene.RunnerAsync("host-a/1", TaskKind.Integrate, s => s.Name == "gate" ? new BehindStage(s, RunElsewhereAsync) : s);

        var late = await runner.RunAsync(await scene.Bed.AssignAsync(created), new RunSignals(), CancellationToken.None);

        Assert.Equal(RunOutcomeKind.Fenced, late.Kind);
        var task = await scene.Bed.ReadAsync("task");
        Assert.Equal((other!.Status.CommitSHA, Verdict.Go), (await scene.Clone.GitAsync("rev-parse", SliceScene.Union), task.Status.Verdict));

        async Task RunElsewhereAsync() => other = await scene.RunAsync(await scene.Bed.TakeBackAsync(await scene.Bed.ReadAsync("task")), "host-b");
    }

    private static async Task DiesBehindAsync(IClusterUnderTest cluster, string stage)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        var created = await scene.CreateAsync(TaskKind.Integrate);
        using var dead = new CancellationTokenSource();
        var runner = await scene.RunnerAsync("host-a/1", TaskKind.Integrate, s => s.Name == stage ? new BehindStage(s, dead.CancelAsync) : s);

        var first = await runner.RunAsync(await scene.Bed.AssignAsync(created), new RunSignals(), dead.Token);

        Assert.Equal(RunOutcomeKind.Abandoned, first.Kind);
        Assert.Equal(stage is "publish" or "propose" or "report", (await scene.Clone.TryGitAsync("rev-parse", "--verify", "--quiet", SliceScene.Union)).ExitCode == 0);
        await scene.BranchAsync("main", ("later.txt", "later\n"));
        await scene.BranchAsync("parser", ("pkg/parse.txt", "type WidgetID, once more\n"));

        var task = await scene.RunAsync(await scene.Bed.TakeBackAsync(await scene.Bed.ReadAsync("task")), "host-b");

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, 2L), (task.Status.Phase, task.Status.Verdict, task.Status.Attempt));
        Assert.Equal(task.Status.CommitSHA, await scene.Clone.GitAsync("rev-parse", SliceScene.Union));
        Assert.Equal(await scene.Clone.GitAsync("rev-parse", "main"), await scene.Clone.GitAsync("merge-base", "main", SliceScene.Union));
        Assert.Equal("Join slice printer\nJoin slice parser", await scene.Clone.GitAsync("log", "--format=%s", $"main..{SliceScene.Union}"));
        Assert.Equal("type WidgetID, once more", await scene.Clone.GitAsync("show", $"{SliceScene.Union}:pkg/parse.txt"));
        Assert.Contains($"Foreman-Attempt: {task.Uid()}/2", await scene.Clone.GitAsync("log", "-1", "--format=%B", SliceScene.Union), StringComparison.Ordinal);
    }
}
