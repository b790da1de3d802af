using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Slices of work that are joined on one branch.</summary>
public sealed class IntegrateTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Slices_are_joined_checked_and_pushed(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        var clone = scene.Clone;
        var before = await clone.GitAsync("for-each-ref", "refs/heads");

        var task = await scene.RunAsync(TaskKind.Integrate);

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, SliceScene.Union), (task.Status.Phase, task.Status.Verdict, task.Status.Branch));
        Assert.Equal(["test GATE-PASS"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Equal(task.Status.CommitSHA, await clone.GitAsync("rev-parse", SliceScene.Union));
        Assert.Equal("Join slice printer\nJoin slice parser", await clone.GitAsync("log", "--format=%s", $"main..{SliceScene.Union}"));
        Assert.Equal("pkg/parse.txt\npkg/print.txt", await clone.GitAsync("diff", "--name-only", "main", SliceScene.Union));
        Assert.Contains($"Foreman-Attempt: {task.Uid()}/1", await clone.GitAsync("log", "-1", "--format=%B", SliceScene.Union), StringComparison.Ordinal);
        var extra = task.Status.Result!["extra"]!;
        Assert.Equal("gate", (string?)task.Status.Result["kind"]);
        Assert.Equal((SliceScene.Union, (JsonNode?)null, 0), ((string?)extra["branch"], extra["unverified"], extra["findings"]!.AsArray().Count));
        Assert.Equal(
            [$"parser parser {await clone.GitAsync("rev-parse", "parser")}", $"printer printer {await clone.GitAsync("rev-parse", "printer")}"],
            extra["slices"]!.AsArray().Select(s => $"{s!["name"]} {s["branch"]} {s["commitSHA"]}"));
        Assert.Contains("+print WidgetID", (string?)extra["diff"]!["text"], StringComparison.Ordinal);
        Assert.Equal(before, await clone.GitAsync("for-each-ref", "refs/heads/main", "refs/heads/parser", "refs/heads/printer"));
        Assert.Empty(Directory.EnumerateDirectories(scene.Bed.Folder[$"host-a/work/{scene.Bed.Space}"]));
    }

    [Theory]
    [DevCluster]
    public async Task What_keeps_slices_apart_is_named_all_at_once_and_nothing_is_pushed(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        await scene.BranchAsync("parser", ("go.txt", "module of the parser\n"), ("PKG/extra.txt", "x\n"));
        await scene.BranchAsync("main", ("pkg/print.txt", "print\nprint something else\n"), ("pkg/Parse.txt", "x\n"));

        var task = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = [SliceScene.Slice("parser", "pkg/parse.txt", "shared"), SliceScene.Slice("printer", "pkg", "shared/x")] });

        Assert.Equal((TaskPhase.Succeeded, Verdict.NoGo, (FailureReason?)null), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Equal(
            [
                "owned-twice pkg/parse.txt: ", "owned-twice shared/x: ",
                "outside PKG/extra.txt: parser", "outside go.txt: parser",
                "conflict pkg/print.txt:2 printer",
                "case pkg/parse.txt: ",
            ],
            SliceScene.Findings(task));
        Assert.Equal("COMMIT-REJECTED", (string?)task.Status.Result!["extra"]!["outcome"]);
        Assert.Null(task.Status.Gate);
        await scene.NoUnionAsync(task);
    }

    [Theory]
    [DevCluster]
    public async Task Removed_renamed_and_binary_files_are_joined_when_the_slice_owns_them(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        await scene.Clone.GitAsync("checkout", "--quiet", "-b", "tidy", "main");
        await scene.Clone.GitAsync("rm", "--quiet", "old.txt");
        await scene.Clone.GitAsync("mv", "go.txt", "Go.txt");
        await scene.Clone.CommitAsync("Tidy", ("picture.bin", "\0\u0001\u0002"));
        await scene.Clone.GitAsync("checkout", "--quiet", "main");

        var task = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = [.. p.Slices!, SliceScene.Slice("tidy", "old.txt", "go.txt", "Go.txt", "picture.bin")] });

        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.Equal("Go.txt\ncontract.md\npicture.bin\npkg/parse.txt\npkg/print.txt", await scene.Clone.GitAsync("ls-tree", "-r", "--name-only", SliceScene.Union));
        Assert.Equal(await scene.Clone.GitAsync("rev-parse", "tidy:picture.bin"), await scene.Clone.GitAsync("rev-parse", $"{SliceScene.Union}:picture.bin"));
    }

    [Theory]
    [DevCluster]
    public async Task What_a_slice_on_top_of_another_one_took_out_stays_out_or_is_told(IClusterUnderTest cluster)
    {
        foreach (var isTopFirst in new[] { true, false })
        {
            using var scene = await SliceScene.StartAsync(cluster);
            await scene.Clone.GitAsync("checkout", "--quiet", "-b", "over", "parser");
            await scene.Clone.GitAsync("rm", "--quiet", "pkg/parse.txt");
            await scene.Clone.CommitAsync("Do without", ("pkg/over.txt", "over\n"));
            await scene.Clone.GitAsync("checkout", "--quiet", "main");
            TaskSlice[] slices = [SliceScene.Slice("over", "pkg/over.txt"), SliceScene.Slice("parser", "pkg/parse.txt")];

            var task = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = isTopFirst ? slices : [slices[1], slices[0]] }, "test ! -f pkg/parse.txt");

            Assert.Equal(isTopFirst ? Verdict.Go : Verdict.NoGo, task.Status.Verdict);
            Assert.Equal(isTopFirst ? [] : ["outside pkg/parse.txt: over"], SliceScene.Findings(task));
        }
    }

    [Theory]
    [DevCluster]
    public async Task Slices_whose_checks_fail_together_are_not_pushed(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Integrate, test: "echo they do not fit; exit 1");

        Assert.Equal((TaskPhase.Succeeded, Verdict.NoGo, FailureReason.GateFailed), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Contains("they do not fit", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
        Assert.Equal(["test GATE-FAIL"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        await scene.NoUnionAsync(task);
    }

    [Theory]
    [DevCluster]
    public async Task Where_nothing_tells_how_to_check_the_branch_is_unverified(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Integrate, test: null);

        Assert.Equal((Verdict.Go, SliceScene.Union), (task.Status.Verdict, task.Status.Branch));
        Assert.True((bool?)task.Status.Result!["extra"]!["unverified"]);
    }

    [Theory]
    [DevCluster]
    public async Task A_check_that_cant_be_run_leaves_the_branch_unverified_and_fails_the_task(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Integrate, test: "surely-no-program");

        Assert.Equal((TaskPhase.Failed, FailureReason.GateError, SliceScene.Union), (task.Status.Phase, task.Status.FailureReason, task.Status.Branch));
        Assert.True((bool?)task.Status.Result!["extra"]!["unverified"]);
    }

    [Theory]
    [DevCluster]
    public async Task A_branch_that_moves_while_its_slice_is_joined_stops_the_push(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        var created = await scene.CreateAsync(TaskKind.Integrate);

        var task = await scene.RunAsync(created, replace: s => s.Name == "gate" ? new BehindStage(s, () => scene.BranchAsync("printer", ("pkg/print.txt", "print more\n"))) : s);

        Assert.Equal((TaskPhase.Succeeded, Verdict.NoGo, "PUSH-FAILED"), (task.Status.Phase, task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"]));
        Assert.Equal(["moved : "], SliceScene.Findings(task));
        Assert.Contains("the branch printer was at", (string?)task.Status.Result["summary"], StringComparison.Ordinal);
        await scene.NoUnionAsync(task);
    }

    [Theory]
    [DevCluster]
    public async Task Slices_whose_work_is_in_the_base_already_are_done(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        await scene.Clone.GitAsync("branch", "--quiet", "empty", "main");

        var one = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = [SliceScene.Slice("empty", "x")] }, "exit 1");

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, "NO-CHANGES"), (one.Status.Phase, one.Status.Verdict, (string?)one.Status.Result!["extra"]!["outcome"]));
        await scene.NoUnionAsync(one);
    }

    [Theory]
    [DevCluster]
    public async Task A_slice_without_changes_stands_in_nobodys_way(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        await scene.Clone.GitAsync("branch", "--quiet", "empty", "main");

        var task = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = [SliceScene.Slice("empty"), .. p.Slices!] });

        Assert.Equal((Verdict.Go, "joined parser, printer on foreman/all"), (task.Status.Verdict, (string?)task.Status.Result!["summary"]));
    }

    [Theory]
    [DevCluster]
    public async Task A_branch_of_somebody_else_is_not_replaced(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        await scene.BranchAsync(SliceScene.Union, ("mine.txt", "mine\n"));
        var mine = await scene.Clone.GitAsync("rev-parse", SliceScene.Union);

        var task = await scene.RunAsync(TaskKind.Integrate);

        Assert.Equal((Verdict.Incomplete, "PUSH-FAILED"), (task.Status.Verdict, (string?)task.Status.Result!["extra"]!["outcome"]));
        Assert.Equal(mine, await scene.Clone.GitAsync("rev-parse", SliceScene.Union));
    }

    [Theory]
    [DevCluster]
    public async Task Keys_and_rules_of_CI_are_not_pushed_on_nobodys_word(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        var key = "ghp_" + string.Concat(Enumerable.Range(0, 36).Select(i => (char)('a' + (i * 7 % 26))));
        await scene.BranchAsync("keys", ("keys.txt", $"one\n{key}\n"));
        await scene.BranchAsync("rules", (".github/workflows/ci.yml", "on: push\n"));
        var withKey = await scene.CreateAsync(TaskKind.Integrate, p => p with { Slices = [.. p.Slices!, SliceScene.Slice("keys")] });

        var one = await scene.RunAsync(withKey);

        Assert.Equal((Verdict.Incomplete, FailureReason.ConstraintViolated, "COMMIT-REJECTED"), (one.Status.Verdict, one.Status.FailureReason, (string?)one.Status.Result!["extra"]!["outcome"]));
        Assert.Contains("keys.txt:2", (string?)one.Status.Result["summary"], StringComparison.Ordinal);
        Assert.DoesNotContain(key, one.Status.Result.ToJsonString(), StringComparison.Ordinal);
        await scene.NoUnionAsync(one);
        await scene.Bed.Kubernetes.DeleteAsync<AgenticTask>("task", scene.Bed.Space);

        var two = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = [.. p.Slices!, SliceScene.Slice("rules")] });

        Assert.Equal((Verdict.NoGo, "NEEDS-VERIFICATION"), (two.Status.Verdict, (string?)two.Status.Result!["extra"]!["outcome"]));
        await scene.NoUnionAsync(two);
    }

    [Theory]
    [DevCluster]
    public async Task A_key_in_a_slice_hides_nothing_of_the_others(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        var key = "ghp_" + string.Concat(Enumerable.Range(0, 36).Select(i => (char)('a' + (i * 7 % 26))));
        await scene.BranchAsync("keys", ("keys.txt", $"one\n{key}\n"));
        await scene.BranchAsync("more", ("more.txt", $"{key}\n"));
        await scene.BranchAsync("printer", ("go.txt", "module of the printer\n"));

        var task = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = [SliceScene.Slice("keys"), SliceScene.Slice("more"), SliceScene.Slice("printer", "pkg/print.txt")] });

        Assert.Equal((Verdict.Incomplete, FailureReason.ConstraintViolated), (task.Status.Verdict, task.Status.FailureReason));
        Assert.Contains("keys.txt:2", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
        Assert.Contains("more.txt:1", (string?)task.Status.Result["summary"], StringComparison.Ordinal);
        Assert.Equal(["outside go.txt: printer"], SliceScene.Findings(task));
        await scene.NoUnionAsync(task);
    }

    [Theory]
    [DevCluster]
    public async Task A_contract_that_names_no_file_keeps_nothing_back(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Integrate, p => p with { Contract = "./" });

        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.Empty(SliceScene.Findings(task));
    }

    [Theory]
    [DevCluster]
    public async Task A_branch_that_is_not_there_fails_the_task_by_name(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Integrate, p => p with { Slices = [.. p.Slices!, SliceScene.Slice("nowhere")] });

        Assert.Equal((TaskPhase.Failed, FailureReason.CloneFailed), (task.Status.Phase, task.Status.FailureReason));
        Assert.Contains("`nowhere`", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    public async Task What_slices_do_not_agree_on_is_told_and_keeps_nothing_back(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Integrate, p => p with { SharedIdentifiers = [new SharedIdentifier { Id = "Format", DefinedBy = "parser" }] });

        Assert.Equal(Verdict.Go, task.Status.Verdict);
        Assert.Equal(["undefined pkg/parse.txt: parser (told)"], SliceScene.Findings(task));
    }
}
