using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>
/// An agent is killed while its runs in repositories are at different stages, one run at each: every task ends with one branch, one commit, one pull
/// request where it asks for one, and one result. Some of the stages are taken each time, all of them, and a host that stays dead, by <c>.ci/long crash</c>.
/// </summary>
public sealed class RepositoryKillTests
{
    private const string Right = "def add(a, b):\n    return a + b\n";
    private const string Test = "import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(add(2, 2), 4)\n";

    private static readonly Dictionary<string, string> Files = new() { ["calc.py"] = "def add(a, b):\n    return a - b\n" };

    private static readonly StepCall[][] Script =
    [
        [StepCall.Of("write_file", ("path", "calc.py"), ("content", Right)), StepCall.Of("write_file", ("path", "test_calc.py"), ("content", Test))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "add adds now"), ("commit_message", "Make add add"))],
    ];

    private static bool All => LongRun.Seeds(quick: 1, full: 1) > 1;

    [Fact]
    public async Task The_same_host_goes_on_after_its_agent_was_killed_at_any_stage()
    {
        await using var fleet = await RepositoryFleet.StartAsync(new StepModel(KillStage.Prompt, Script));
        var runs = await KilledAsync(fleet, "prepare", "turn", "committed", "final");

        fleet.First.Start();

        await EndedOnceAsync(fleet, runs, fleet.First, TestDeadline.Default);
    }

    [Fact]
    public async Task The_other_host_goes_on_after_an_agent_was_killed_at_any_stage()
    {
        await using var fleet = await RepositoryFleet.StartAsync(new StepModel(KillStage.Prompt, Script));
        var runs = await KilledAsync(fleet, "checkout", "gate", "late", "pushed");

        await fleet.CordonAsync(fleet.Second, cordoned: false);
        await fleet.CordonAsync(fleet.First, cordoned: true);
        fleet.First.Start();

        await EndedOnceAsync(fleet, runs, fleet.Second, TestDeadline.Default);
    }

    [Fact]
    public async Task The_other_host_goes_on_when_the_first_one_stays_dead()
    {
        Assert.SkipUnless(All, "it takes a minute until a host counts as dead: run .ci/long crash");
        await using var fleet = await RepositoryFleet.StartAsync(new StepModel(KillStage.Prompt, Script));
        var runs = await KilledAsync(fleet);

        await fleet.CordonAsync(fleet.Second, cordoned: false);

        await EndedOnceAsync(fleet, runs, fleet.Second, TimeSpan.FromMinutes(3));
    }

    // All tasks run on the first host, each is held at its stage, and then the agent is killed.
    private static async Task<IReadOnlyList<(KillStage Stage, AgenticTask Task)>> KilledAsync(RepositoryFleet fleet, params string[] some)
    {
        var stages = KillStage.All().Where(s => All || some.Contains(s.Name)).ToList();
        var repos = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var repository in stages.Select(s => s.Repository).Distinct())
        {
            repos[repository] = await fleet.RepositoryAsync(repository, Files);
        }

        await fleet.CordonAsync(fleet.Second, cordoned: true);
        var runs = new List<(KillStage Stage, AgenticTask Task)>();
        foreach (var stage in stages)
        {
            await stage.ArmAsync(fleet);
            runs.Add((stage, await fleet.CreateTaskAsync(stage.Name, stage.Spec(repos[stage.Repository]))));
        }

        foreach (var (stage, task) in runs)
        {
            await ReachedAsync(fleet, stage, task);
        }

        await fleet.First.KillAsync();
        stages.ForEach(s => s.Disarm());
        return runs;
    }

    private static async Task ReachedAsync(RepositoryFleet fleet, KillStage stage, AgenticTask task)
    {
        try
        {
            await stage.ReachedAsync(fleet, task);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{stage}: {e.Message}\n{fleet.Logs()}", e);
        }
    }

    private static async Task EndedOnceAsync(RepositoryFleet fleet, IReadOnlyList<(KillStage Stage, AgenticTask Task)> runs, RepositoryHost host, TimeSpan patience)
    {
        foreach (var (stage, _) in runs)
        {
            var task = await fleet.WhenDoneAsync(stage.Name, patience, stage.Verdict);
            await stage.AfterEndAsync();
            await (stage.IsPushed ? IsPushedOnceAsync(fleet, stage, task) : ChangesNothingAsync(stage, task));
            IsOnce(task);

            // A result that was kept is the first attempt's, whoever is asked to go on.
            Assert.True(task.Status.Attempt == 1 ? stage.Name == "final" : task.Status.AssignedNode == host.Node, $"{stage}: attempt {task.Status.Attempt} on {task.Status.AssignedNode}");
        }

        foreach (var group in runs.GroupBy(r => r.Stage.Repository))
        {
            var branches = (await fleet.GitAsync(group.Key, "for-each-ref", "--format=%(refname:short)")).Split('\n');
            Assert.Equal(group.SelectMany(r => r.Stage.Branches).Append("main").Order(StringComparer.Ordinal), branches.Order(StringComparer.Ordinal));
            foreach (var (branch, sha) in group.SelectMany(r => r.Stage.Kept))
            {
                Assert.Equal(sha, await fleet.GitAsync(group.Key, "rev-parse", branch));
            }
        }

        fleet.Forge.Verify();
    }

    private static void IsOnce(AgenticTask task)
    {
        Assert.Equal(Enumerable.Range(1, (int)task.Status.Attempt).Select(n => (long)n), task.Status.Attempts.Select(a => a.Attempt));
        Assert.Single(task.Status.Attempts, a => a.Outcome == AttemptOutcome.Succeeded);
        Assert.NotEmpty(task.Status.Gate!);
        Assert.All(task.Status.Gate!, g => Assert.Equal(Verdict.GatePass, g.Outcome));
    }

    private static Task ChangesNothingAsync(KillStage stage, AgenticTask task)
    {
        Assert.Equal(((string?)null, (string?)null), (task.Status.Branch, task.Status.CommitSHA));
        var extra = task.Status.Result!["extra"]!;
        var looked = extra["slices"]?.AsArray().Select(s => (string)s!["commitSHA"]!) ?? [(string)extra["commitSHA"]!];
        Assert.Equal(stage.Kept.Values.Order(StringComparer.Ordinal), looked.Order(StringComparer.Ordinal));
        return Task.CompletedTask;
    }

    // One branch state, one commit with the mark of the attempt that ended the task, one pull request.
    private static async Task IsPushedOnceAsync(RepositoryFleet fleet, KillStage stage, AgenticTask task)
    {
        var tip = await fleet.GitAsync(stage.Repository, "rev-parse", stage.Branch);
        Assert.Equal((stage.Branch, tip), (task.Status.Branch, task.Status.CommitSHA));
        Assert.Equal((stage.Branch, tip), ((string?)task.Status.Result!["extra"]!["branch"], (string?)task.Status.Result["extra"]!["commitSHA"]));
        Assert.Equal("1", await fleet.GitAsync(stage.Repository, "rev-list", "--count", $"main..{stage.Branch}"));
        Assert.Equal("calc.py\ntest_calc.py", await fleet.GitAsync(stage.Repository, "diff", "--name-only", "main", stage.Branch));
        Assert.Equal(Right.TrimEnd(), await fleet.GitAsync(stage.Repository, "show", $"{stage.Branch}:calc.py"));
        var marks = (await fleet.GitAsync(stage.Repository, "log", "--format=%B", $"main..{stage.Branch}")).Split('\n').Where(l => l.StartsWith("Foreman-Attempt:", StringComparison.Ordinal));
        Assert.Equal([FormattableString.Invariant($"Foreman-Attempt: {task.Uid()}/{task.Status.Attempt}")], marks);
        var pulls = fleet.Forge.Store.Find(stage.Repository)!.OpenPulls;
        if (!stage.IsProposed)
        {
            Assert.Empty(pulls);
            return;
        }

        var pull = Assert.Single(pulls);
        Assert.Equal((stage.Branch, "main"), (pull.Branches!.Head, pull.Branches.Base));
        Assert.Equal($"{fleet.Server.Url}/{stage.Repository}/pulls/{pull.Number}", (string?)task.Status.Result["extra"]!["pullRequestURL"]);
    }
}
