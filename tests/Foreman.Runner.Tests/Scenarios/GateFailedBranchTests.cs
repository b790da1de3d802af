using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Work whose checks still fail after all fixes.</summary>
public sealed class GateFailedBranchTests
{
    private const string Prompt = "mend calc.py";
    private const string Kept = "mended-gate-failed";

    [Theory]
    [DevCluster]
    public async Task Work_whose_checks_fail_is_kept_on_a_branch_of_its_own_without_a_pull_request(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));

        var task = await FailAsync(scene, "task", "nearly");

        Assert.Equal((Verdict.Incomplete, FailureReason.GateFailed, (string?)null), (task.Status.Verdict, task.Status.FailureReason, task.Status.Branch));
        var extra = task.Status.Result!["extra"]!;
        Assert.Equal(("CODER-GATE-FAILED", Kept), ((string?)extra["outcome"], (string?)extra["gateFailedBranch"]));
        Assert.Contains($"kept on {Kept}", (string?)task.Status.Result["summary"], StringComparison.Ordinal);
        Assert.Equal(["main", Kept], await scene.BranchesAsync());
        Assert.Equal((string?)extra["commitSHA"], await scene.GitAsync(ForgeScene.Name, "rev-parse", Kept));
        var message = await scene.GitAsync(ForgeScene.Name, "log", "-1", "--format=%B", Kept);
        Assert.StartsWith("WIP: keep the work of task, whose checks fail\n", message, StringComparison.Ordinal);
        Assert.Contains("Refs #42", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Fixes", message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(scene.Forge.Calls);
    }

    [Theory]
    [DevCluster]
    public async Task A_later_task_replaces_what_is_kept_and_nothing_of_a_person(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        await FailAsync(scene, "first", "nearly");

        var second = await FailAsync(scene, "second", "nearer");
        var replaced = await scene.GitAsync(ForgeScene.Name, "rev-parse", Kept);
        var mine = await scene.CommitAsync(ForgeScene.Name, Kept, "Finish it", ("calc.py", "done by hand\n"));
        var third = await FailAsync(scene, "third", "far off");

        Assert.Equal((string?)second.Status.Result!["extra"]!["commitSHA"], replaced);
        Assert.Equal(mine, await scene.GitAsync(ForgeScene.Name, "rev-parse", Kept));
        Assert.Null(third.Status.Result!["extra"]!["gateFailedBranch"]);
        Assert.NotNull(third.Status.Result["extra"]!["gateFailedBranchError"]);
        Assert.StartsWith("nothing was committed", (string?)third.Status.Result["summary"], StringComparison.Ordinal);
    }

    private static async Task<AgenticTask> FailAsync(ForgeScene scene, string name, string text)
    {
        var submit = StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "done"), ("commit_message", "Mend it\n\nFixes #42"));
        using var model = new StepModel(Prompt, [StepCall.Of("write_file", ("path", "calc.py"), ("content", text + "\n"))], [submit], [submit], [submit], [submit]);
        return await scene.RunAsync(model, await scene.CreateAsync(name, s => s with
        {
            Payload = new TaskPayload { Prompt = Prompt, Repo = ForgeScene.Name, Branch = "mended", Issue = 42, OpenPullRequest = true },
            GateProfile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "grep -q right calc.py" } },
        }));
    }
}
