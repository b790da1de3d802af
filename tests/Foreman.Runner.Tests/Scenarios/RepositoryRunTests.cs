using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Repositories;
using Foreman.Runner.Tests.Gates;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Tasks on a clone of this machine: real git, the real sandbox, a scripted model.</summary>
public sealed class RepositoryRunTests
{
    private const string Prompt = "mend calc.py";
    private const string Wrong = "def add(a, b):\n    return a - b\n";
    private const string Right = "def add(a, b):\n    return a + b\n";
    private const string Test = "import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(add(2, 2), 4)\n";

    private static readonly string Key = "ghp_" + string.Concat(Enumerable.Range(0, 36).Select(i => (char)('a' + (i * 7 % 26))));
    private static readonly string Planted = $"TOKEN = '{Key}'\n";

    private static readonly StepCall Submit = StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "add adds now"), ("commit_message", "Make add add"));

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_change_is_checked_committed_and_pushed_to_a_branch_of_its_own(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("calc.py", Right), Write("test_calc.py", Test)], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong), ("AGENTS.md", "Indent with four spaces."));
        var before = await clone.GitAsync("rev-parse", "main");

        var task = await RunAsync(bed, model, clone);

        Assert.Equal((Verdict.Go, "foreman/task"), (task.Status.Verdict, task.Status.Branch));
        Assert.Equal(["build GATE-PASS", "test GATE-PASS", "bite GATE-PASS"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Equal(task.Status.CommitSHA, await clone.GitAsync("rev-parse", "foreman/task"));
        Assert.Equal(before, await clone.GitAsync("rev-parse", "main"));
        Assert.Equal("main", await clone.GitAsync("branch", "--show-current"));
        Assert.Equal("calc.py\ntest_calc.py", await clone.GitAsync("diff", "--name-only", "main", "foreman/task"));
        var message = await clone.GitAsync("log", "-1", "--format=%B", "foreman/task");
        Assert.StartsWith("Make add add\n", message, StringComparison.Ordinal);
        Assert.Contains($"Foreman-Attempt: {task.Uid()}/1", message, StringComparison.Ordinal);
        var extra = task.Status.Result!["extra"]!;
        Assert.Contains("+    return a + b", (string)extra["diff"]!["text"]!, StringComparison.Ordinal);
        Assert.Equal(("foreman/task", (JsonNode?)null), ((string?)extra["branch"], extra["unverified"]));
        var transcript = await TranscriptAsync(bed, task);
        Assert.Contains("Indent with four spaces.", transcript, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bed.Folder[$"host-a/work/{bed.Space}/task-1"]));
        Assert.False(Directory.Exists(bed.Folder[$"host-a/work/{bed.Space}/task-1~0"]));
    }

    [Theory]
    [DevCluster]
    public async Task A_gate_that_fails_goes_back_to_the_model_which_mends_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("test_calc.py", Test)], [Submit], [Write("calc.py", Right)], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));

        var task = await RunAsync(bed, model, clone);

        Assert.Equal((Verdict.Go, 4), (task.Status.Verdict, task.Status.Usage!.Turns));
        Assert.All(task.Status.Gate!, g => Assert.Equal(Verdict.GatePass, g.Outcome));
        Assert.Contains("\"refusesResult\":true", await TranscriptAsync(bed, task), StringComparison.Ordinal);
        Assert.Equal("1", await clone.GitAsync("rev-list", "--count", "main..foreman/task"));
    }

    [Theory]
    [DevCluster]
    public async Task A_change_whose_checks_fail_after_three_fixes_is_not_committed(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("test_calc.py", Test)], [Submit], [Submit], [Submit], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));

        var task = await RunAsync(bed, model, clone);

        Assert.Equal((TaskPhase.Succeeded, Verdict.Incomplete, FailureReason.GateFailed), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Equal("CODER-GATE-FAILED", (string?)task.Status.Result!["extra"]!["outcome"]);
        Assert.Contains("test failed (python)", (string?)task.Status.Result["summary"], StringComparison.Ordinal);
        Assert.Contains(task.Status.Gate!, g => g.Check == "test" && g.Outcome == Verdict.GateFail);
        await NoBranchAsync(clone, task);
    }

    [Theory]
    [DevCluster]
    public async Task A_check_that_cant_be_run_is_told_and_the_branch_is_unverified(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("calc.py", Right)], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));

        var task = await RunAsync(bed, model, clone, s => s with { GateProfile = new GateProfile { Commands = new GateCommands { Test = "surely-no-program" } } });

        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.GateError), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Contains("surely-no-program is not there", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
        Assert.Equal(("NEEDS-VERIFICATION", true), ((string?)task.Status.Result["extra"]!["outcome"], (bool?)task.Status.Result["extra"]!["unverified"]));
        Assert.Equal(task.Status.CommitSHA, await clone.GitAsync("rev-parse", "foreman/task"));
    }

    [Theory]
    [DevCluster]
    public async Task A_key_that_the_model_plants_is_not_committed(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("calc.py", Right + Planted)], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));

        var task = await RunAsync(bed, model, clone);

        Assert.Equal((Verdict.Incomplete, FailureReason.ConstraintViolated, "COMMIT-REJECTED"), (task.Status.Verdict, task.Status.FailureReason, (string?)task.Status.Result!["extra"]!["outcome"]));
        Assert.Contains("calc.py:3", (string?)task.Status.Result["summary"], StringComparison.Ordinal);
        Assert.DoesNotContain(Key, task.Status.Result.ToJsonString(), StringComparison.Ordinal);
        await NoBranchAsync(clone, task);
    }

    [Theory]
    [DevCluster]
    public async Task A_key_that_the_model_plants_is_in_no_result_of_work_that_is_not_published(IClusterUnderTest cluster)
    {
        var gaveUp = StepCall.Of("submit_result", ("verdict", "NO-GO"), ("summary", "it can't be done"), ("commit_message", ""));
        var broke = StepCall.Of("submit_result", ("verdict", "ERROR"), ("summary", "it did not work"), ("commit_message", ""));
        foreach (var (path, end, verdict) in new[] { ("calc.py", gaveUp, Verdict.NoGo), ("calc.py", broke, Verdict.Incomplete), (".github/workflows/ci.yml", Submit, Verdict.NoGo) })
        {
            using var bed = await TestBed.StartAsync(cluster);
            using var model = new StepModel(Prompt, [Write(path, $"first = 1\n{Planted}last = 3\n")], [end]);
            var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));

            var task = await RunAsync(bed, model, clone);

            Assert.Equal(verdict, task.Status.Verdict);
            Assert.Contains("+first = 1\n[left out: GitHub token]\n+last = 3\n", (string?)task.Status.Result!["extra"]!["diff"]!["text"], StringComparison.Ordinal);
            Assert.DoesNotContain(Key, task.Status.Result.ToJsonString(), StringComparison.Ordinal);
            await NoBranchAsync(clone, task);
        }
    }

    [Theory]
    [DevCluster]
    public async Task A_key_that_is_the_name_of_a_file_or_a_word_of_the_model_is_in_no_status(IClusterUnderTest cluster)
    {
        foreach (var verdict in new[] { "GO", "NO-GO" })
        {
            var end = StepCall.Of("submit_result", ("verdict", verdict), ("summary", $"wrote keys/{Key}.txt with {Key}"), ("commit_message", $"Add {Key}"));
            using var bed = await TestBed.StartAsync(cluster);
            using var model = new StepModel(Prompt, [Write("calc.py", Right), Write($"keys/{Key}.txt", "x\n")], [end]);
            var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));

            var task = await RunAsync(bed, model, clone);

            var status = JsonSerializer.Serialize(task.Status, ApiJson.Default.AgenticTaskStatus);
            Assert.DoesNotContain(Key, status, StringComparison.Ordinal);
            Assert.Contains("[left out: GitHub token]", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
            Assert.Contains(task.Status.Result["extra"]!["files"]!.AsArray(), f => (string?)f!["path"] == "[left out: GitHub token]");
            await NoBranchAsync(clone, task);
        }
    }

    [Theory]
    [DevCluster]
    public async Task A_key_that_a_check_prints_is_neither_in_the_status_nor_told_to_the_model(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("calc.py", Right)], [Submit], [Submit], [Submit], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));
        var print = $"echo before; echo \"token: gh\"'{Key[2..]}'; echo after; exit 1";

        var task = await RunAsync(bed, model, clone, s => s with { GateProfile = new GateProfile { Commands = new GateCommands { Test = print } } });

        Assert.Equal(FailureReason.GateFailed, task.Status.FailureReason);
        Assert.Equal("before\ntoken: [left out: GitHub token]\nafter\n[exit code 1]", task.Status.Gate!.Single(g => g.Check == "test").Excerpt);
        Assert.DoesNotContain(Key, JsonSerializer.Serialize(task.Status, ApiJson.Default.AgenticTaskStatus), StringComparison.Ordinal);
        var transcript = await TranscriptAsync(bed, task);
        Assert.Contains("token: [left out: GitHub token]", transcript, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, transcript, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    public async Task Rules_of_CI_are_not_changed_on_a_coders_own_word(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write(".github/workflows/ci.yml", "on: push\n")], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Right));

        var task = await RunAsync(bed, model, clone);

        Assert.Equal((Verdict.NoGo, "NEEDS-VERIFICATION"), (task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"]));
        await NoBranchAsync(clone, task);
    }

    [Theory]
    [DevCluster]
    public async Task An_issue_fix_that_changes_nothing_is_not_done(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Right));

        var task = await RunAsync(bed, model, clone, s => s with { Kind = TaskKind.IssueFix, Payload = s.Payload with { Issue = 42 } });

        Assert.Equal((Verdict.Incomplete, "NO-CHANGES"), (task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"]));
        Assert.Equal("foreman/issue-42", (string?)task.Status.Result["extra"]!["intendedBranch"]);
    }

    [Theory]
    [DevCluster]
    public async Task A_coder_who_finds_the_work_done_says_what_did_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Right));
        var commit = await clone.GitAsync("rev-parse", "--short=8", "main");
        using var model = new StepModel(Prompt, [new StepCall("submit_result", $$$"""{"verdict":"NO-GO","summary":"done before","extra":{"outcome":"ALREADY-RESOLVED","resolvedBy":"{{{commit}}}"}}""")]);

        var task = await RunAsync(bed, model, clone, s => s with { Kind = TaskKind.IssueFix, Payload = s.Payload with { Issue = 42 } });

        var extra = task.Status.Result!["extra"]!;
        Assert.Equal((TaskPhase.Succeeded, Verdict.NoGo, "ALREADY-RESOLVED", commit), (task.Status.Phase, task.Status.Verdict, (string?)extra["outcome"], (string?)extra["resolvedBy"]));
    }

    [Theory]
    [DevCluster]
    public async Task A_coder_who_names_a_commit_that_the_base_does_not_hold_only_claims_it(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [new StepCall("submit_result", """{"verdict":"NO-GO","summary":"done before","extra":{"outcome":"ALREADY-RESOLVED","resolvedBy":"e97d0ca of main"}}""")]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Right));

        var task = await RunAsync(bed, model, clone, s => s with { Kind = TaskKind.IssueFix, Payload = s.Payload with { Issue = 42 } });

        var extra = task.Status.Result!["extra"]!;
        Assert.Equal((Verdict.NoGo, "ALREADY-RESOLVED", (string?)null, "e97d0ca of main"), (task.Status.Verdict, (string?)extra["outcome"], (string?)extra["resolvedBy"], (string?)extra["claimedResolvedBy"]));
    }

    [Theory]
    [DevCluster]
    public async Task Files_that_a_task_brings_along_are_no_change(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Right));

        var task = await RunAsync(bed, model, clone, s => s with { Payload = s.Payload with { Inputs = [new TaskInput { Path = "notes/in.txt", ConfigMapKeyRef = new() { Name = "cm", Key = "k" }, Content = "x"u8.ToArray() }] } });

        Assert.Equal((Verdict.Go, "NO-CHANGES", 0), (task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"], (int?)task.Status.Result["extra"]!["diff"]!["files"]));
        await NoBranchAsync(clone, task);
    }

    [Theory]
    [DevCluster]
    public async Task A_clone_of_the_host_is_taken_only_where_that_is_permitted(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Right));

        var task = await RunAsync(bed, model, clone, allowLocal: false);

        Assert.Equal((TaskPhase.Failed, FailureReason.ConstraintViolated), (task.Status.Phase, task.Status.FailureReason));
        Assert.Null(task.Status.Branch);
    }

    [Theory]
    [DevCluster]
    public async Task A_run_goes_on_on_another_host_over_the_commit_that_it_began_at(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("calc.py", Right)], [Write("test_calc.py", Test)], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));
        var began = await clone.GitAsync("rev-parse", "main");
        var signals = new RunSignals();
        model.Passing = (step, moment) =>
        {
            if (step == 1 && moment is StepMoment.Asked)
            {
                signals.Drain(DateTimeOffset.UtcNow);
            }

            return Task.CompletedTask;
        };
        var created = await CreateAsync(bed, clone, s => s);
        var first = await (await RunnerAsync(bed, "host-a/1", true)).RunAsync(await bed.AssignAsync(created, "host-a", ModelOf(model)), signals, CancellationToken.None);
        Assert.Equal(RunOutcomeKind.GivenBack, first.Kind);
        await clone.CommitAsync("Go on", ("other.txt", "later"));

        await (await RunnerAsync(bed, "host-b/1", true)).RunAsync(await bed.AssignAsync(await bed.ReadAsync("task"), "host-b", ModelOf(model)), new RunSignals(), CancellationToken.None);

        var task = await bed.ReadAsync("task");
        Assert.Equal((Verdict.Go, new ResumePoint { Attempt = 1, Turn = 1 }), (task.Status.Verdict, task.Status.ResumedFrom));
        Assert.Equal(began, await clone.GitAsync("merge-base", "main", "foreman/task"));
        Assert.Equal("calc.py\ntest_calc.py", await clone.GitAsync("diff", "--name-only", $"{began}..foreman/task"));
        Assert.Contains($"Foreman-Attempt: {task.Uid()}/2", await clone.GitAsync("log", "-1", "--format=%B", "foreman/task"), StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    public async Task A_branch_of_somebody_else_is_not_replaced(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        using var model = new StepModel(Prompt, [Write("calc.py", Right)], [Submit]);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));
        await clone.GitAsync("checkout", "--quiet", "-b", "foreman/task");
        await clone.CommitAsync("Mine", ("mine.txt", "mine"));
        var mine = await clone.GitAsync("rev-parse", "HEAD");
        await clone.GitAsync("checkout", "--quiet", "main");

        var task = await RunAsync(bed, model, clone);

        Assert.Equal((Verdict.Incomplete, "PUSH-FAILED"), (task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"]));
        Assert.Equal(mine, await clone.GitAsync("rev-parse", "foreman/task"));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_branch_is_verified_without_a_model(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));
        await clone.GitAsync("checkout", "--quiet", "-b", "good");
        await clone.CommitAsync("Mend", ("calc.py", Right), ("test_calc.py", Test));
        await clone.GitAsync("checkout", "--quiet", "-b", "bad", "main");
        await clone.CommitAsync("Test only", ("test_calc.py", Test));

        var good = await VerifyAsync(bed, "good", clone);
        var bad = await VerifyAsync(bed, "bad", clone);
        var unknown = await VerifyAsync(bed, "good", clone, "unknown", new GateCommands { Lint = "surely-no-program" });

        Assert.Equal((TaskPhase.Succeeded, Verdict.GatePass, (FailureReason?)null), (good.Status.Phase, good.Status.Verdict, good.Status.FailureReason));
        Assert.Equal(["build GATE-PASS", "test GATE-PASS", "bite GATE-PASS"], good.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Equal(("gate", await clone.GitAsync("rev-parse", "good")), ((string?)good.Status.Result!["kind"], (string?)good.Status.Result["extra"]!["commitSHA"]));
        Assert.Equal((TaskPhase.Succeeded, Verdict.GateFail, FailureReason.GateFailed), (bad.Status.Phase, bad.Status.Verdict, bad.Status.FailureReason));
        Assert.Equal((TaskPhase.Failed, Verdict.GateError, FailureReason.GateError), (unknown.Status.Phase, unknown.Status.Verdict, unknown.Status.FailureReason));
        Assert.Empty(Directory.EnumerateDirectories(bed.Folder[$"host-a/work/{bed.Space}"]));
    }

    [Theory]
    [DevCluster]
    public async Task A_branch_that_is_not_there_cant_be_verified(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var clone = await LocalRepository.CreateAsync(bed.Folder["clone"], ("calc.py", Wrong));

        var task = await VerifyAsync(bed, "nowhere", clone);

        Assert.Equal((TaskPhase.Failed, FailureReason.CloneFailed), (task.Status.Phase, task.Status.FailureReason));
        Assert.Contains("nowhere", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
    }

    private static async Task<AgenticTask> VerifyAsync(TestBed bed, string branch, LocalRepository clone, string? name = null, GateCommands? commands = null)
    {
        var created = await bed.CreateAsync(name ?? branch, s => s with
        {
            Kind = TaskKind.Verify,
            Payload = new TaskPayload { Repo = clone.Url, Branch = branch },
            GateProfile = commands is null ? null : new GateProfile { Commands = commands },
        });
        var outcome = await (await RunnerAsync(bed, "host-a/1", true)).RunAsync(await bed.AssignAsync(created), new RunSignals(), CancellationToken.None);
        Assert.Equal(RunOutcomeKind.Ended, outcome.Kind);
        return await bed.ReadAsync(name ?? branch);
    }

    private static StepCall Write(string path, string content) => StepCall.Of("write_file", ("path", path), ("content", content));

    private static PromisedModel ModelOf(StepModel model) => new() { Name = StepModel.Name, Server = ModelServerKind.LlamaCpp, Url = model.Url };

    private static async Task<TaskRunner> RunnerAsync(TestBed bed, string holder, bool allowLocal)
    {
        var cage = await Given.CageAsync();
        return bed.NativeRunner(holder, o => o with
        {
            Commands = () => new CommandCage(cage, null),
            Repositories = new RepositoryOptions { StateFolder = bed.Folder[$"{Holder.HostOf(holder)}/git"], Rules = AddressRules.Default with { AllowLocal = allowLocal } },
        });
    }

    private static Task<AgenticTask> CreateAsync(TestBed bed, LocalRepository clone, Func<AgenticTaskSpec, AgenticTaskSpec> change) =>
        bed.CreateAsync("task", s => change(s with { Payload = new TaskPayload { Prompt = Prompt, Repo = clone.Url } }));

    private static async Task<AgenticTask> RunAsync(
        TestBed bed, StepModel model, LocalRepository clone, Func<AgenticTaskSpec, AgenticTaskSpec>? change = null, bool allowLocal = true)
    {
        var assigned = await bed.AssignAsync(await CreateAsync(bed, clone, change ?? (s => s)), model: ModelOf(model));
        var outcome = await (await RunnerAsync(bed, "host-a/1", allowLocal)).RunAsync(assigned, new RunSignals(), CancellationToken.None);
        Assert.Equal(RunOutcomeKind.Ended, outcome.Kind);
        return await bed.ReadAsync("task");
    }

    private static Task<string> TranscriptAsync(TestBed bed, AgenticTask task) => File.ReadAllTextAsync(bed.Folder[$"host-a/state/transcripts/{task.Uid()}-1.jsonl"]);

    private static async Task NoBranchAsync(LocalRepository clone, AgenticTask task)
    {
        Assert.Null(task.Status.Branch);
        Assert.NotEqual(0, (await clone.TryGitAsync("rev-parse", "--verify", "--quiet", "foreman/task")).ExitCode);
    }
}
