using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Kubernetes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Slices that are joined and become one pull request: real git over HTTPS with a token, a forge of the documented calls, no model.</summary>
public sealed class UnionPullRequestTests
{
    private const string Union = "foreman/all";

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Joined_slices_are_opened_as_one_pull_request_and_stay_one_when_they_are_joined_again(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var scene = await StartAsync(bed);

        var task = await RunAsync(bed, scene, "task");
        var again = await RunAsync(bed, scene, "again", p => p with { AllowOverwrite = true });

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, Union), (task.Status.Phase, task.Status.Verdict, task.Status.Branch));
        var pull = Assert.Single(scene.Stored.OpenPulls);
        Assert.Equal(("Join parser, printer", Union, "main"), (pull.Title, pull.Branches!.Head, pull.Branches.Base));
        Assert.Contains($"- `parser`: `parser` at {await scene.GitAsync(ForgeScene.Name, "rev-parse", "parser")}\n- `printer`: `printer` at ", pull.Body, StringComparison.Ordinal);
        Assert.Contains("Contract: `contract.md`\n\nChecked: test passed (generic).", pull.Body, StringComparison.Ordinal);
        var extra = task.Status.Result!["extra"]!;
        Assert.Equal(($"{scene.Forge.Url}/acme/widgets/pulls/{pull.Number}", (bool?)false), ((string?)extra["pullRequestURL"], (bool?)extra["pullRequestDraft"]));
        Assert.Equal((string?)extra["pullRequestURL"], (string?)again.Status.Result!["extra"]!["pullRequestURL"]);
        Assert.Equal(again.Status.CommitSHA, await scene.GitAsync(ForgeScene.Name, "rev-parse", Union));
    }

    [Theory]
    [DevCluster]
    public async Task Slices_that_can_not_be_joined_open_none(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var scene = await StartAsync(bed);
        _ = await scene.CommitAsync(ForgeScene.Name, "printer", "Change the other's file", ("pkg/parse.txt", "mine\n"));

        var task = await RunAsync(bed, scene, "task");

        Assert.Equal((Verdict.NoGo, "COMMIT-REJECTED"), (task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"]));
        Assert.Empty(scene.Forge.Calls);
    }

    [Theory]
    [DevCluster]
    public async Task Nothing_is_opened_that_was_not_asked_for(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var scene = await StartAsync(bed);

        var task = await RunAsync(bed, scene, "task", p => p with { OpenPullRequest = null });

        Assert.Equal(Union, task.Status.Branch);
        Assert.Empty(scene.Forge.Calls);
    }

    [Theory]
    [DevCluster]
    public async Task What_can_not_be_opened_leaves_the_branch_and_says_why(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var scene = await StartAsync(bed);
        scene.Forge.Instead = call => call.Method == "POST" ? ForgeAnswer.Error(403, "token does not have at least one of required scope(s): [write:repository]") : null;

        var task = await RunAsync(bed, scene, "task");

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, Union), (task.Status.Phase, task.Status.Verdict, task.Status.Branch));
        Assert.Contains("write:repository", (string?)task.Status.Result!["extra"]!["pullRequestError"], StringComparison.Ordinal);
        Assert.StartsWith($"{Union} is pushed, but has no pull request: ", (string?)task.Status.Result["summary"], StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    public async Task Who_lost_the_claim_opens_none(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var scene = await StartAsync(bed);
        var created = await CreateAsync(scene, "task", p => p);
        scene.Forge.Passing = async call =>
        {
            // The look for an open one comes before the write that the claim is asked for.
            if (call.Method == "GET" && (await bed.ReadAsync("task")) is { Status.AssignedNode: "host-a" } held)
            {
                _ = await bed.TakeBackAsync(held);
            }
        };

        var outcome = await RunAsync(bed, scene, created, "host-a");

        Assert.Equal(RunOutcomeKind.Fenced, outcome.Kind);
        Assert.DoesNotContain(scene.Forge.Calls, c => c.IsWrite);
        Assert.Empty(scene.Stored.OpenPulls);
    }

    private static async Task<ForgeScene> StartAsync(TestBed bed)
    {
        var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("contract.md", "Use `WidgetID`.\n"));
        _ = await scene.CommitAsync(ForgeScene.Name, "parser", "Work on parser", ("pkg/parse.txt", "type WidgetID\n"));
        _ = await scene.CommitAsync(ForgeScene.Name, "printer", "Work on printer", ("pkg/print.txt", "print WidgetID\n"));
        return scene;
    }

    private static Task<AgenticTask> CreateAsync(ForgeScene scene, string name, Func<TaskPayload, TaskPayload> change) => scene.CreateAsync(name, s => s with
    {
        Kind = TaskKind.Integrate,
        GateProfile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "test -f pkg/parse.txt && test -f pkg/print.txt" } },
        Payload = change(new TaskPayload
        {
            Repo = ForgeScene.Name,
            Branch = Union,
            Contract = "contract.md",
            OpenPullRequest = true,
            Slices = [SliceScene.Slice("parser", "pkg/parse.txt"), SliceScene.Slice("printer", "pkg/print.txt")],
        }),
    });

    private static async Task<AgenticTask> RunAsync(TestBed bed, ForgeScene scene, string name, Func<TaskPayload, TaskPayload>? change = null)
    {
        Assert.Equal(RunOutcomeKind.Ended, (await RunAsync(bed, scene, await CreateAsync(scene, name, change ?? (p => p)), "host-a")).Kind);
        return await bed.ReadAsync(name);
    }

    private static async Task<RunOutcome> RunAsync(TestBed bed, ForgeScene scene, AgenticTask created, string host) =>
        await (await scene.RunnerAsync($"{host}/1")).RunAsync(await bed.AssignAsync(await bed.ReadAsync(created.Name()), host), new RunSignals(), CancellationToken.None);
}
