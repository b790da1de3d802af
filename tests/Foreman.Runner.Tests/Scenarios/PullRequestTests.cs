using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Branches that become pull requests: real git over HTTPS with a token, a forge of the documented calls, a scripted model.</summary>
public sealed class PullRequestTests
{
    private const string Prompt = "mend calc.py";
    private const string Right = "def add(a, b):\n    return a + b\n";

    private static readonly StepCall[][] Script =
    [
        [StepCall.Of("write_file", ("path", "calc.py"), ("content", Right))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "add adds now"), ("commit_message", "Make add add\n\nIt subtracted."))],
    ];

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_checked_change_is_opened_as_a_pull_request_and_stays_one_when_the_work_is_repeated(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"), (".gitea/pull_request_template.md", "## Description\n\n- [ ] I have read the rules\n"));

        var task = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s) with { GateProfile = Passing }));
        var again = await scene.RunAsync(model, await scene.CreateAsync("again", s => Asked(s, p => p with { AllowOverwrite = true }) with { GateProfile = Passing }));

        Assert.Equal((Verdict.Go, "mended"), (task.Status.Verdict, task.Status.Branch));
        var pull = Assert.Single(scene.Stored.OpenPulls);
        Assert.Equal(("Make add add", "mended", "main"), (pull.Title, pull.Branches!.Head, pull.Branches.Base));
        Assert.Contains("It subtracted.\n\nFixes #42\n\nChecked: test passed (generic).\n\nMade by the task", pull.Body, StringComparison.Ordinal);
        Assert.Contains("I have read the rules", pull.Body, StringComparison.Ordinal);
        Assert.Equal($"{scene.Forge.Url}/acme/widgets/pulls/{pull.Number}", Extra(task)["pullRequestURL"]);
        Assert.Equal((false, (string?)null), ((bool?)task.Status.Result!["extra"]!["pullRequestDraft"], Extra(task).GetValueOrDefault("pullRequestError")));
        Assert.Equal(Extra(task)["pullRequestURL"], Extra(again)["pullRequestURL"]);
        Assert.Equal(again.Status.CommitSHA, await scene.GitAsync(ForgeScene.Name, "rev-parse", "mended"));
        Assert.Equal(["main", "mended"], await scene.BranchesAsync());
    }

    [Theory]
    [InlineData(ForgeKind.GitHub)]
    [InlineData(ForgeKind.Gitea)]
    public async Task What_nobody_has_checked_is_a_draft(ForgeKind forge)
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, forge, ("notes.txt", "nothing to check\n"));

        var task = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s) with { GateProfile = new GateProfile { Language = GateLanguage.Generic } }));

        var pull = Assert.Single(scene.Stored.OpenPulls);
        Assert.True(forge is ForgeKind.GitHub ? pull.IsDraft : pull.Title.StartsWith("WIP: ", StringComparison.Ordinal));
        Assert.Contains("**Not verified**", pull.Body, StringComparison.Ordinal);
        Assert.Equal((Verdict.Go, true, true), (task.Status.Verdict, (bool?)task.Status.Result!["extra"]!["pullRequestDraft"], (bool?)task.Status.Result["extra"]!["unverified"]));
    }

    [Theory]
    [DevCluster]
    public async Task Other_issues_that_a_model_would_close_stay_open(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt,
        [
            [StepCall.Of("write_file", ("path", "calc.py"), ("content", Right))],
            [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "add adds now"), ("commit_message", "Fix #7: make add add\n\nCloses other/repo#5, fixes #42."))],
        ]);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));

        _ = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s) with { GateProfile = Passing }));

        var pull = Assert.Single(scene.Stored.OpenPulls);
        Assert.Equal("Fix `#7`: make add add", pull.Title);
        Assert.Contains("Closes `other/repo#5`, fixes #42.", pull.Body, StringComparison.Ordinal);
        Assert.StartsWith("Fix `#7`: make add add\n\nCloses `other/repo#5`, fixes #42.", await scene.GitAsync(ForgeScene.Name, "log", "-1", "--format=%B", "mended"), StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    public async Task A_pull_request_that_cant_be_opened_leaves_the_branch_and_says_why(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        scene.Forge.Instead = call => call.Method == "POST" ? ForgeAnswer.Error(403, "token does not have at least one of required scope(s): [write:repository]") : null;

        var task = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s) with { GateProfile = Passing }));

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, "mended"), (task.Status.Phase, task.Status.Verdict, task.Status.Branch));
        Assert.Equal(task.Status.CommitSHA, await scene.GitAsync(ForgeScene.Name, "rev-parse", "mended"));
        Assert.Contains("write:repository", Extra(task)["pullRequestError"], StringComparison.Ordinal);
        Assert.StartsWith("mended is pushed, but has no pull request: ", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
        Assert.Empty(scene.Stored.OpenPulls);
    }

    [Theory]
    [InlineData(ForgeKind.GitHub)]
    [InlineData(ForgeKind.Gitea)]
    public async Task Labels_of_the_host_are_added_once_and_those_of_people_stay(ForgeKind forge)
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, forge, ("calc.py", "wrong\n"));
        scene.Labels = ["ai-generated", "needs review"];

        _ = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s) with { GateProfile = Passing }));
        scene.Stored.Labels.Add((4711, "of a person"));
        Assert.Single(scene.Stored.OpenPulls).Labels.Add("of a person");
        var again = await scene.RunAsync(model, await scene.CreateAsync("again", s => Asked(s, p => p with { AllowOverwrite = true }) with { GateProfile = Passing }));

        Assert.Equal(["ai-generated", "needs review", "of a person"], Assert.Single(scene.Stored.OpenPulls).Labels.Order());
        Assert.DoesNotContain("pullRequestWarnings", Extra(again).Keys);
    }

    [Theory]
    [DevCluster]
    public async Task From_a_fork_the_base_is_the_upstreams_and_the_branch_lies_in_the_fork(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        await scene.Git.CreateAsync(ForgeScene.Fork);
        await scene.GitAsync(ForgeScene.Name, "push", "-q", scene.Git.RepositoryOf(ForgeScene.Fork), "main");
        var upstream = await scene.CommitAsync(ForgeScene.Name, "main", "Go on", ("other.txt", "the fork has not got this\n"));
        scene.PushTo = ForgeScene.Fork;

        var task = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s) with { GateProfile = Passing }));

        Assert.Equal((Verdict.Go, "mended"), (task.Status.Verdict, task.Status.Branch));
        Assert.Equal(["main"], await scene.BranchesAsync());
        Assert.Equal(["main", "mended"], await scene.BranchesAsync(ForgeScene.Fork));
        Assert.Equal(upstream, await scene.GitAsync(ForgeScene.Fork, "rev-parse", "mended~1"));
        await scene.GitAsync(ForgeScene.Fork, "fsck", "--connectivity-only");
        var pull = Assert.Single(scene.Stored.OpenPulls);
        Assert.Equal((ForgeScene.Fork, "mended", "main"), (pull.Branches!.HeadRepository, pull.Branches.Head, pull.Branches.Base));
    }

    [Theory]
    [DevCluster]
    public async Task Nothing_is_opened_that_was_not_asked_for(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));

        var task = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s, p => p with { OpenPullRequest = false }) with { GateProfile = Passing }));

        Assert.Equal("mended", task.Status.Branch);
        Assert.Empty(scene.Forge.Calls);
    }

    [Theory]
    [InlineData("GO", 1)]
    [InlineData("NO-GO", 0)]
    public async Task A_branch_that_a_review_finds_good_is_opened_and_no_other(string verdict, int opened)
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        var submitted = new JsonObject
        {
            ["verdict"] = verdict,
            ["summary"] = "read",
            ["extra"] = new JsonObject
            {
                ["findings"] = new JsonArray(new JsonObject { ["file"] = "calc.py", ["line"] = 1, ["severity"] = verdict == "GO" ? "minor" : "blocker", ["message"] = "see here" }),
            },
        };
        using var model = new StepModel("Review what the branch mended changes against main", [new StepCall("submit_result", submitted.ToJsonString())]);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        var written = await scene.CommitAsync(ForgeScene.Name, "mended", "Make add add", ("calc.py", Right));

        var task = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s, p => p with { Prompt = null, Issue = null, BaseBranch = "main" }) with { Kind = TaskKind.Review }));

        Assert.Equal(verdict, task.Status.Verdict!.Value.Value);
        Assert.Equal(opened, scene.Stored.OpenPulls.Count);
        Assert.All(scene.Stored.OpenPulls, p => Assert.Equal(("Make add add", false, "mended"), (p.Title, p.IsDraft, p.Branches!.Head)));
        Assert.Equal(written, await scene.GitAsync(ForgeScene.Name, "rev-parse", "mended"));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task A_forge_that_fails_at_random_gets_one_pull_request(int seed)
    {
        using var bed = await TestBed.StartAsync(await EmbeddedDevCluster.SharedAsync());
        using var model = new StepModel(Prompt, Script);
        await using var scene = await ForgeScene.StartAsync(bed, ForgeKind.Gitea, ("calc.py", "wrong\n"));
        var random = new Random(seed);
        ForgeFault[] faults = [ForgeFault.None, ForgeFault.Unavailable, ForgeFault.DropBefore, ForgeFault.DropAfter, ForgeFault.ErrorAfter];
        var left = 6;
        scene.Forge.Fault = _ => left-- > 0 ? faults[random.Next(faults.Length)] : ForgeFault.None;

        var task = await scene.RunAsync(model, await scene.CreateAsync("task", s => Asked(s) with { GateProfile = Passing }));

        Assert.True(Extra(task).ContainsKey("pullRequestURL"), $"seed {seed}: {task.Status.Result}");
        _ = Assert.Single(scene.Stored.OpenPulls);
    }

    private static GateProfile Passing => new() { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "grep -q a calc.py" } };

    private static AgenticTaskSpec Asked(AgenticTaskSpec spec, Func<TaskPayload, TaskPayload>? change = null)
    {
        var payload = new TaskPayload { Prompt = Prompt, Repo = ForgeScene.Name, Branch = "mended", Issue = 42, OpenPullRequest = true };
        return spec with { Payload = change?.Invoke(payload) ?? payload };
    }

    private static Dictionary<string, string?> Extra(AgenticTask task) =>
        task.Status.Result!["extra"]!.AsObject().Where(p => p.Value is JsonValue v && v.TryGetValue<string>(out _)).ToDictionary(p => p.Key, p => (string?)p.Value);
}
