using Foreman.Api;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Slices of work that are compared with what they share.</summary>
public sealed class ReconcileTests
{
    private static readonly SharedIdentifier Widget = new() { Id = "WidgetID", DefinedBy = "parser", ReferencedBy = ["printer"] };

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Slices_that_agree_pass(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Reconcile, p => p with { SharedIdentifiers = [Widget], Contract = "contract.md" });

        Assert.Equal((TaskPhase.Succeeded, Verdict.GatePass, (FailureReason?)null), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Equal(["identifiers GATE-PASS", "contract GATE-PASS"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Equal("parser, printer agree on the shared identifiers and the contract", (string?)task.Status.Result!["summary"]);
        Assert.Empty(SliceScene.Findings(task));
        await scene.NoUnionAsync(task);
        Assert.Empty(Directory.EnumerateDirectories(scene.Bed.Folder[$"host-a/work/{scene.Bed.Space}"]));
    }

    [Theory]
    [DevCluster]
    public async Task What_does_not_agree_is_named_with_file_and_line(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        await scene.BranchAsync("printer", ("pkg/print.txt", "print\nprint widget_id\n"), ("contract.md", "Use `WidgetID`.\nOr not.\n"));

        var task = await scene.RunAsync(TaskKind.Reconcile, p => p with { SharedIdentifiers = [Widget, new SharedIdentifier { Id = "Format", DefinedBy = "printer" }], Contract = "contract.md" });

        Assert.Equal((TaskPhase.Succeeded, Verdict.GateFail, FailureReason.GateFailed), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.Equal(["unreferenced pkg/print.txt:2 printer", "undefined pkg/print.txt: printer", "contract contract.md:2 printer"], SliceScene.Findings(task));
        Assert.Equal(["identifiers GATE-FAIL", "contract GATE-FAIL"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Contains("pkg/print.txt:2: slice printer is to use WidgetID (parser has it in pkg/parse.txt:1), and has widget_id here", task.Status.Gate![0].Excerpt, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    public async Task A_contract_as_text_is_told_what_no_slice_has(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Reconcile, p => p with { Contract = "Widgets have a `WidgetID` and a `Colour`." });

        Assert.Equal(Verdict.GatePass, task.Status.Verdict);
        Assert.Equal(["contract : (told)"], SliceScene.Findings(task).Select(f => f.Replace("  ", " ", StringComparison.Ordinal)));
        Assert.Equal(["contract GATE-PASS"], task.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
    }

    [Theory]
    [DevCluster]
    public async Task A_contract_that_is_too_long_to_be_compared_fails_the_check(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        var same = string.Concat(Enumerable.Repeat("a line of the contract\n", 15_000));
        await scene.BranchAsync("parser", ("long.txt", same + "one\n"));
        await scene.BranchAsync("printer", ("long.txt", same + "two\n"));

        var task = await scene.RunAsync(TaskKind.Reconcile, p => p with { Contract = "long.txt" });

        Assert.Equal(Verdict.GateFail, task.Status.Verdict);
        Assert.Equal(["not-read long.txt: "], SliceScene.Findings(task));
    }

    [Theory]
    [DevCluster]
    public async Task Joined_slices_are_compared_on_the_branch_that_has_all_of_them(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);
        _ = await scene.RunAsync(TaskKind.Integrate);
        await scene.Bed.Kubernetes.DeleteAsync<AgenticTask>("task", scene.Bed.Space);
        await scene.Clone.GitAsync("branch", "--quiet", "-D", "parser", "printer");

        var task = await scene.RunAsync(TaskKind.Reconcile, p => p with
        {
            Branch = SliceScene.Union,
            SharedIdentifiers = [Widget],
            Slices = [SliceScene.Slice("parser", "pkg/parse.txt") with { Branch = null }, SliceScene.Slice("printer") with { Branch = null }],
        });

        Assert.Equal(Verdict.GatePass, task.Status.Verdict);
        Assert.Equal([SliceScene.Union, SliceScene.Union], task.Status.Result!["extra"]!["slices"]!.AsArray().Select(s => (string?)s!["branch"]));
    }

    [Theory]
    [DevCluster]
    public async Task A_branch_that_is_not_there_fails_the_task_by_name(IClusterUnderTest cluster)
    {
        using var scene = await SliceScene.StartAsync(cluster);

        var task = await scene.RunAsync(TaskKind.Reconcile, p => p with { SharedIdentifiers = [Widget], Slices = [.. p.Slices!, SliceScene.Slice("nowhere")] });

        Assert.Equal((TaskPhase.Failed, FailureReason.CloneFailed), (task.Status.Phase, task.Status.FailureReason));
        Assert.Contains("slice nowhere", (string?)task.Status.Result!["summary"], StringComparison.Ordinal);
    }
}
