using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Tasks on a repository of a git server, on two hosts, with nothing but processes between a task and its branch.</summary>
public sealed class RepositoryTests
{
    private const string Prompt = "Mend calc.py";
    private const string Review = "Review what the branch foreman/mend changes against main";
    private const string Repository = "o/calc";
    private const string Wrong = "def add(a, b):\n    return a - b\n";
    private const string Right = "def add(a, b):\n    return a + b\n";
    private const string Test = "import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(add(2, 2), 4)\n";

    private static readonly Dictionary<string, string> Files = new()
    {
        ["calc.py"] = Wrong,
        ["AGENTS.md"] = "Indent with four spaces.\n",
        [".gitignore"] = "build/\n__pycache__/\n",
        ["run.sh"] = "echo run\n",
        ["old.txt"] = "old\n",
        ["gone.txt"] = "gone\n",
        ["deep/er/notes.txt"] = "count 0\n",
    };

    private static readonly StepCall Approve = new(
        "submit_result",
        """{"verdict":"GO","summary":"it adds","extra":{"reviewOutcome":"APPROVE","findings":[{"severity":"minor","file":"test_calc.py","line":6,"message":"one case is few"}]}}""");

    private static readonly StepCall Submit = StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "add adds now"), ("commit_message", "Make add add"));

    [Fact]
    public async Task A_change_whose_checks_fail_is_mended_checked_and_reviewed_on_the_other_host_and_becomes_one_pull_request()
    {
        StepCall[][] mend = [[Write("test_calc.py", Test)], [Submit], [Write("calc.py", Right)], [Submit]];
        await using var fleet = await RepositoryFleet.StartAsync(new StepModel((_, user) => user.Contains(Review, StringComparison.Ordinal) ? [[Approve]] : user.Contains(Prompt, StringComparison.Ordinal) ? mend : null));
        var (released, reached) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        fleet.Model.PassingOf = (prompt, step, moment) => prompt.Contains(Prompt, StringComparison.Ordinal) && (step, moment) == (mend.Length - 1, StepMoment.Asked) && reached.TrySetResult() ? released.Task : Task.CompletedTask;
        var repo = await fleet.RepositoryAsync(Repository, Files);
        var before = await fleet.GitAsync(Repository, "rev-parse", "main");
        await fleet.CordonAsync(fleet.Second, cordoned: true);
        var created = await fleet.CreateTaskAsync("mend", Spec(repo));
        await fleet.CreateTaskAsync("check", new() { Kind = TaskKind.Verify, DependsOn = ["mend"], Payload = new TaskPayload { Repo = repo, Branch = "foreman/mend" } });
        await fleet.CreateTaskAsync("review", new() { Kind = TaskKind.Review, DependsOn = ["check"], Payload = new TaskPayload { Repo = repo, Branch = "foreman/mend", OpenPullRequest = true } });

        // What follows is for the other host alone.
        await reached.Task.WaitAsync(TestDeadline.Default);
        await fleet.CordonAsync(fleet.First, cordoned: true);
        await fleet.CordonAsync(fleet.Second, cordoned: false);
        released.SetResult();
        var task = await fleet.WhenDoneAsync("mend");
        var check = await fleet.WhenDoneAsync("check", verdict: Verdict.GatePass);
        var review = await fleet.WhenDoneAsync("review");

        await IsChangeAsync(fleet, created, task, before);
        Assert.Equal((fleet.First.Node, fleet.Second.Node, fleet.Second.Node), (task.Status.AssignedNode, check.Status.AssignedNode, review.Status.AssignedNode));
        Assert.Equal(["build GATE-PASS", "test GATE-PASS", "bite GATE-PASS"], check.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        var findings = JsonNode.Parse("""[{"severity":"minor","file":"test_calc.py","line":6,"message":"one case is few","grounded":true}]""");
        Assert.True(JsonNode.DeepEquals(findings, review.Status.Result!["extra"]!["findings"]), review.Status.Result.ToJsonString());
        Assert.Equal([task.Status.CommitSHA, task.Status.CommitSHA], new[] { check, review }.Select(t => (string?)t.Status.Result!["extra"]!["commitSHA"]));
        var pull = Assert.Single(fleet.Forge.Store.Find(Repository)!.OpenPulls);
        Assert.Equal(("Make add add", "foreman/mend", "main"), (pull.Title, pull.Branches!.Head, pull.Branches.Base));
        Assert.Equal($"{fleet.Server.Url}/{Repository}/pulls/{pull.Number}", (string?)review.Status.Result["extra"]!["pullRequestURL"]);
        fleet.Forge.Verify();
    }

    // What the checks said to the model is in its transcript, and one commit on one branch came of it.
    private static async Task IsChangeAsync(RepositoryFleet fleet, AgenticTask created, AgenticTask task, string before)
    {
        Assert.Equal(["build GATE-PASS", "test GATE-PASS", "bite GATE-PASS"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Equal((1, 4), (task.Status.Attempts.Count, task.Status.Usage!.Turns));
        Assert.Equal(("foreman/mend", await fleet.GitAsync(Repository, "rev-parse", "foreman/mend")), (task.Status.Branch, task.Status.CommitSHA));
        Assert.Equal(before, await fleet.GitAsync(Repository, "rev-parse", "main"));
        Assert.Equal(["foreman/mend", "main"], (await fleet.GitAsync(Repository, "for-each-ref", "--format=%(refname:short)")).Split('\n'));
        Assert.Equal("calc.py\ntest_calc.py", await fleet.GitAsync(Repository, "diff", "--name-only", "main", "foreman/mend"));
        Assert.Equal("1", await fleet.GitAsync(Repository, "rev-list", "--count", "main..foreman/mend"));
        var message = await fleet.GitAsync(Repository, "log", "-1", "--format=%B", "foreman/mend");
        Assert.StartsWith("Make add add\n", message, StringComparison.Ordinal);
        Assert.EndsWith($"Foreman-Attempt: {created.Uid()}/1", message, StringComparison.Ordinal);
        Assert.Contains("+    return a + b", (string?)task.Status.Result!["extra"]!["diff"]!["text"], StringComparison.Ordinal);
        var transcript = await File.ReadAllTextAsync(fleet.First.TranscriptOf(task.Uid(), 1));
        Assert.Contains("Indent with four spaces.", transcript, StringComparison.Ordinal);
        Assert.Equal(2, transcript.Split("\"refusesResult\":true").Length);
    }

    [Fact]
    public async Task A_run_in_a_repository_goes_on_on_the_other_host_with_the_same_workspace_and_the_same_change()
    {
        StepCall[][] script =
        [
            [StepCall.Of("bash", ("command", "chmod +x run.sh && mv old.txt new.txt && rm gone.txt && mkdir build && echo out > build/out.txt && ln -s run.sh link.sh && printf '\\000\\377' > data.bin"))],
            [Write("calc.py", Right), Write("test_calc.py", Test)],
            [StepCall.Of("str_replace", ("path", "deep/er/notes.txt"), ("old_string", "count 0"), ("new_string", "count 1"))],
            [Submit],
        ];
        await using var fleet = await RepositoryFleet.StartAsync(new StepModel(Prompt, script));
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fleet.Model.PassingOf = (prompt, step, moment) => prompt.Contains("moved", StringComparison.Ordinal) && (step, moment) == (2, StepMoment.Asked) && reached.TrySetResult() ? released.Task : Task.CompletedTask;
        var repo = await fleet.RepositoryAsync(Repository, Files);
        await fleet.CreateAgentAsync("coder", "bash");
        await fleet.CordonAsync(fleet.Second, cordoned: true);
        await fleet.CreateTaskAsync("whole", Spec(repo, "whole") with { AgentRef = new LocalObjectReference { Name = "coder" } });
        var moved = await fleet.CreateTaskAsync("moved", Spec(repo, "moved") with { AgentRef = new LocalObjectReference { Name = "coder" } });

        await reached.Task.WaitAsync(TestDeadline.Default);
        await fleet.WhenStoredAsync(moved, results: 3);
        await fleet.WhenDoneAsync("whole");
        await fleet.CordonAsync(fleet.Second, cordoned: false);
        await fleet.CordonAsync(fleet.First, cordoned: true);
        await fleet.First.KillAsync();
        released.SetResult();
        fleet.First.Start();
        var task = await fleet.WhenDoneAsync("moved");

        Assert.Equal(fleet.Second.Node, task.Status.AssignedNode);
        Assert.Equal([AttemptOutcome.GivenBack, AttemptOutcome.Succeeded], task.Status.Attempts.Select(a => a.Outcome!.Value));
        Assert.Equal(new ResumePoint { Attempt = 1, Turn = 2 }, task.Status.ResumedFrom);
        var (here, there) = (Workspace(fleet.First, fleet, "whole", 1), Workspace(fleet.Second, fleet, "moved", 2));
        Assert.True(here.Remove("build/out.txt"), "build outputs stay where they were made");
        Assert.Equal(here.AsEnumerable(), there);
        Assert.Equal(await fleet.GitAsync(Repository, "rev-parse", "foreman/whole^{tree}"), await fleet.GitAsync(Repository, "rev-parse", "foreman/moved^{tree}"));
        Assert.Equal(task.Status.CommitSHA, await fleet.GitAsync(Repository, "rev-parse", "foreman/moved"));
        Assert.EndsWith($"Foreman-Attempt: {moved.Uid()}/2", await fleet.GitAsync(Repository, "log", "-1", "--format=%B", "foreman/moved"), StringComparison.Ordinal);
    }

    private static AgenticTaskSpec Spec(string repo, string name = "") => new() { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = $"{Prompt} {name}".TrimEnd(), Repo = repo } };

    private static StepCall Write(string path, string content) => StepCall.Of("write_file", ("path", path), ("content", content));

    // Each file with its mode, and its content or where it leads.
    private static SortedDictionary<string, string> Workspace(RepositoryHost host, RepositoryFleet fleet, string task, long attempt)
    {
        var root = new DirectoryInfo(host.WorkspaceOf(fleet.Namespace, task, attempt));
        return new(
            root.EnumerateFiles("*", SearchOption.AllDirectories).ToDictionary(
                f => Path.GetRelativePath(root.FullName, f.FullName),
                f => f.LinkTarget is { } target ? $"link to {target}" : $"{f.UnixFileMode} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f.FullName)))}"),
            StringComparer.Ordinal);
    }
}
