using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Kubernetes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Foreman.Testing.Forges;
using Microsoft.AspNetCore.Http;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>
/// Hosts that die while they publish, and hosts that are cut off and publish at once with the one that got the task instead: in the end there is one
/// branch state, one pull request and one result.
/// </summary>
public sealed class PublishCrashTests
{
    private const string Prompt = "mend calc.py";

    private static readonly StepCall[][] Script =
    [
        [StepCall.Of("write_file", ("path", "calc.py"), ("content", "right\n"))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "it is right now"), ("commit_message", "Make it right"))],
    ];

    [Theory]
    [InlineData("push", false, true)]
    [InlineData("push", true, true)]
    [InlineData("open", false, true)]
    [InlineData("open", true, true)]
    [InlineData("update", false, true)]
    [InlineData("update", true, true)]
    [InlineData("push", false, false)]
    [InlineData("push", true, false)]
    [InlineData("open", false, false)]
    [InlineData("open", true, false)]
    public async Task Killed_at_an_effect_the_task_ends_on_another_host_with_one_branch_and_one_pull_request(string effect, bool isDone, bool allowOverwrite)
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        if (effect == "update")
        {
            // An earlier task has opened the pull request, so there is something to change.
            _ = await scene.RunAsync(model, await scene.CreateAsync("earlier", s => Asked(s)));
        }

        using var death = new CancellationTokenSource();
        KillAt(scene, effect, isDone, death);
        var created = await scene.CreateAsync("task", s => Asked(s, allowOverwrite));
        var outcome = await (await scene.RunnerAsync("host-a/1")).RunAsync(await bed.AssignAsync(created, "host-a", ForgeScene.ModelOf(model)), new RunSignals(), death.Token);
        Assert.Equal(RunOutcomeKind.Abandoned, outcome.Kind);
        scene.Git.Intercept = null;
        scene.Forge.Fault = _ => ForgeFault.None;

        _ = await bed.TakeBackAsync(await bed.ReadAsync("task"));
        var task = await scene.RunAsync(model, created, "host-b");

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Equal([AttemptOutcome.Lost, AttemptOutcome.Succeeded], task.Status.Attempts.Select(a => a.Outcome!.Value));
        await OneOfEachAsync(scene, task, 2);
    }

    [Fact]
    public async Task Without_allowOverwrite_no_attempt_replaces_what_an_earlier_task_has_published()
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        var earlier = await scene.RunAsync(model, await scene.CreateAsync("earlier", s => Asked(s, allowOverwrite: false)));
        using var death = new CancellationTokenSource();
        model.Passing = (step, moment) => (step, moment) == (1, StepMoment.Asked) ? death.CancelAsync() : Task.CompletedTask;
        var created = await scene.CreateAsync("task", s => Asked(s, allowOverwrite: false));
        var outcome = await (await scene.RunnerAsync("host-a/1")).RunAsync(await bed.AssignAsync(created, "host-a", ForgeScene.ModelOf(model)), new RunSignals(), death.Token);
        Assert.Equal(RunOutcomeKind.Abandoned, outcome.Kind);

        _ = await bed.TakeBackAsync(await bed.ReadAsync("task"));
        var task = await scene.RunAsync(model, created, "host-b");

        Assert.Equal((Verdict.Incomplete, "PUSH-FAILED"), (task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"]));
        Assert.Contains("set allowOverwrite", (string?)task.Status.Result["summary"], StringComparison.Ordinal);
        Assert.Equal((Verdict.Go, earlier.Status.CommitSHA), (earlier.Status.Verdict, await scene.GitAsync(ForgeScene.Name, "rev-parse", "mended")));
        var pull = Assert.Single(scene.Stored.Threads);
        Assert.Contains("/earlier`", pull.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/task`", pull.Body, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_host_that_was_cut_off_before_its_push_publishes_nothing_once_another_has_the_task(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        await using var line = new FaultyLine(bed.Configuration);
        var cut = 0;
        model.Passing = (step, moment) =>
        {
            if (step == 1 && moment is StepMoment.Asked && Interlocked.Exchange(ref cut, 1) == 0)
            {
                line.Cut();
            }

            return Task.CompletedTask;
        };
        var created = await scene.CreateAsync("task", s => Asked(s));
        var assigned = await bed.AssignAsync(created, "host-a", ForgeScene.ModelOf(model));
        var far = (await scene.RunnerAsync("host-a/1", bed.Client(line.Configuration))).RunAsync(assigned, new RunSignals(), CancellationToken.None);
        await Eventually.TrueAsync(() => line.Refused > 0, "the first host to find its line cut");

        _ = await bed.TakeBackAsync(await bed.ReadAsync("task"));
        var task = await scene.RunAsync(model, created, "host-b");
        line.Mend();

        Assert.Equal(RunOutcomeKind.Fenced, (await far.WaitAsync(TestDeadline.Default)).Kind);
        Assert.Equal(Verdict.Go, task.Status.Verdict);
        await OneOfEachAsync(scene, await bed.ReadAsync("task"), 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_hosts_that_push_at_once_the_later_attempt_wins(bool allowOverwrite)
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        var (reached, released) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        scene.Git.Intercept = async context =>
        {
            if (IsPush(context) && reached.TrySetResult())
            {
                await released.Task;
            }

            return false;
        };

        await RaceAsync(bed, scene, await scene.CreateAsync("task", s => Asked(s, allowOverwrite)), model, reached.Task, released);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_hosts_that_open_at_once_one_opens_and_the_other_finds_it(bool allowOverwrite)
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        var (reached, released) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        scene.Forge.Passing = call => call.Method == "POST" && reached.TrySetResult() ? released.Task : Task.CompletedTask;

        await RaceAsync(bed, scene, await scene.CreateAsync("task", s => Asked(s, allowOverwrite)), model, reached.Task, released);
    }

    // The first host has asked for its claim and has sent its effect, which arrives after those of the second.
    private static async Task RaceAsync(TestBed bed, ForgeScene scene, AgenticTask created, StepModel model, Task reached, TaskCompletionSource released)
    {
        var first = (await scene.RunnerAsync("host-a/1")).RunAsync(await bed.AssignAsync(created, "host-a", ForgeScene.ModelOf(model)), new RunSignals(), CancellationToken.None);
        await reached.WaitAsync(TestDeadline.Default);
        _ = await bed.TakeBackAsync(await bed.ReadAsync("task"));
        var task = await scene.RunAsync(model, created, "host-b");
        released.SetResult();

        Assert.Equal(RunOutcomeKind.Fenced, (await first.WaitAsync(TestDeadline.Default)).Kind);
        Assert.Equal(Verdict.Go, task.Status.Verdict);
        await OneOfEachAsync(scene, await bed.ReadAsync("task"), 2);
    }

    private static void KillAt(ForgeScene scene, string effect, bool isDone, CancellationTokenSource death)
    {
        if (effect == "push")
        {
            scene.Git.Intercept = context => Task.FromResult(IsPush(context) && DieAt(context));
            return;
        }

        var method = effect == "open" ? "POST" : "PATCH";
        scene.Forge.Fault = call =>
        {
            if (call.Method != method)
            {
                return ForgeFault.None;
            }

            death.Cancel();
            return isDone ? ForgeFault.DropAfter : ForgeFault.DropBefore;
        };

        // The server answers once it has done what it was asked for.
        bool DieAt(HttpContext context)
        {
            if (isDone)
            {
                context.Response.OnStarting(() =>
                {
                    death.Cancel();
                    context.Abort();
                    return Task.CompletedTask;
                });
                return false;
            }

            death.Cancel();
            context.Abort();
            return true;
        }
    }

    private static bool IsPush(HttpContext context) => context.Request.Method == "POST" && context.Request.Path.Value!.EndsWith("/git-receive-pack", StringComparison.Ordinal);

    private static async Task OneOfEachAsync(ForgeScene scene, AgenticTask task, int attempt)
    {
        Assert.Equal(["main", "mended"], await scene.BranchesAsync());
        Assert.Equal("1", await scene.GitAsync(ForgeScene.Name, "rev-list", "--count", "main..mended"));
        Assert.Equal(task.Status.CommitSHA, await scene.GitAsync(ForgeScene.Name, "rev-parse", "mended"));
        Assert.Contains($"Foreman-Attempt: {task.Uid()}/{attempt}", await scene.GitAsync(ForgeScene.Name, "log", "-1", "--format=%B", "mended"), StringComparison.Ordinal);
        var pull = Assert.Single(scene.Stored.Threads);
        Assert.Equal(2, pull.Body.Split("<!-- foreman:begin ").Length);
        Assert.Contains("/task`", pull.Body, StringComparison.Ordinal);
        Assert.EndsWith($"/acme/widgets/pulls/{pull.Number}", (string?)task.Status.Result!["extra"]!["pullRequestURL"], StringComparison.Ordinal);
    }

    private static AgenticTaskSpec Asked(AgenticTaskSpec spec, bool allowOverwrite = true) => spec with
    {
        Payload = new TaskPayload { Prompt = Prompt, Repo = ForgeScene.Name, Branch = "mended", AllowOverwrite = allowOverwrite, OpenPullRequest = true },
        GateProfile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "grep -q right calc.py" } },
    };
}
