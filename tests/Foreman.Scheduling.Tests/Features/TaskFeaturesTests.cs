using Foreman.Api;

namespace Foreman.Scheduling.Tests.Features;

public class TaskFeaturesTests
{
    [Fact]
    public void A_task_on_a_repository_has_what_this_release_obeys() => Assert.Empty(Fields(s => s with
    {
        GateProfile = new GateProfile { Language = GateLanguage.Go, Commands = new() { Test = "make check" } },
        VerdictPolicy = new VerdictPolicy { SelfGO = [new VerdictItem("docs")] },
        Payload = s.Payload with
        {
            Repo = "o/r",
            Issue = 42,
            Branch = "b",
            BaseBranch = "main",
            AllowOverwrite = true,
            BranchPrefix = "p",
            ReviseFromBranch = "c",
            BranchStrategy = BranchStrategy.Rebase,
            OpenPullRequest = true,
        },
    }));

    [Fact]
    public void What_is_about_a_repository_needs_one()
    {
        var fields = Fields(s => s with { GateProfile = new GateProfile(), Payload = s.Payload with { Branch = "b", Issue = 1 } });

        Assert.Equal(["spec.payload.issue", "spec.payload.branch", "spec.gateProfile"], fields.Select(f => f.Path));
        Assert.All(fields, f => Assert.Contains("spec.payload.repo", f.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void An_issue_fix_needs_a_repository_and_a_prompt_or_an_issue()
    {
        Assert.Equal(["spec.payload.repo"], Fields(s => s with { Kind = TaskKind.IssueFix }).Select(f => f.Path));
        Assert.Equal(["spec.payload.prompt"], IssueFix(new TaskPayload { Repo = "o/r" }).Select(f => f.Path));
        Assert.Empty(IssueFix(new TaskPayload { Repo = "o/r", Prompt = "p" }));
        Assert.Empty(IssueFix(new TaskPayload { Repo = "o/r", Issue = 1 }));
        Assert.Empty(IssueFix(new TaskPayload { Repo = "o/r", Issue = 1, Prompt = "p", OpenPullRequest = true }));
    }

    [Theory]
    [InlineData("/srv/r")]
    [InlineData("./r")]
    [InlineData("file:///srv/r")]
    [InlineData("FILE://host/srv/r")]
    public void A_folder_has_no_issues_and_no_pull_requests(string folder)
    {
        Assert.Equal(["spec.payload.prompt", "spec.payload.openPullRequest"], IssueFix(new TaskPayload { Repo = folder, Issue = 1, OpenPullRequest = true }).Select(f => f.Path));
        Assert.Empty(IssueFix(new TaskPayload { Repo = folder, Issue = 1, Prompt = "p" }));
    }

    [Fact]
    public void A_review_needs_a_branch_and_takes_what_a_gate_found()
    {
        var review = new TaskPayload { Repo = "o/r", Branch = "b", Issue = 3, GateAdvisories = [new GateAdvisory { Check = "lint", Detail = "d" }] };

        Assert.Empty(Fields(s => s with { Kind = TaskKind.Review, Payload = review }));
        Assert.Equal(["spec.payload.branch"], Fields(s => s with { Kind = TaskKind.Review, Payload = review with { Branch = null } }).Select(f => f.Path));
        Assert.Equal(["spec.payload.gateAdvisories"], Fields(s => s with { Payload = review with { Prompt = "p" } }).Select(f => f.Path));
    }

    [Fact]
    public void A_verify_opens_no_pull_request() => Assert.Equal(
        ["spec.payload.openPullRequest"], Fields(s => s with { Kind = TaskKind.Verify, Payload = new TaskPayload { Repo = "o/r", Branch = "b", OpenPullRequest = true } }).Select(f => f.Path));

    [Theory]
    [InlineData("verify")]
    [InlineData("review")]
    [InlineData("reconcile")]
    public void Kinds_that_look_at_a_branch_begin_none(string kind)
    {
        var payload = Looked with { ReviseFromBranch = "c", BranchStrategy = BranchStrategy.Rebase, AllowOverwrite = true, BranchPrefix = "p" };

        var fields = Fields(s => s with { Kind = new TaskKind(kind), Payload = Shared(kind, payload) });

        Assert.Equal(["spec.payload.reviseFromBranch", "spec.payload.branchStrategy"], fields.Select(f => f.Path));
        Assert.All(fields, f => Assert.Contains("begin none", f.Why, StringComparison.Ordinal));
        Assert.Empty(Fields(s => s with { Kind = new TaskKind(kind), Payload = Shared(kind, Looked with { BranchStrategy = BranchStrategy.Reset, AllowOverwrite = false }) }));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("integrate")]
    [InlineData("reconcile")]
    public void What_is_told_to_a_model_has_no_effect_on_kinds_without_one(string kind) => Assert.Empty(
        Fields(s => s with { Kind = new TaskKind(kind), Payload = Shared(kind, Looked with { Prompt = "p", PromptPrefix = "q", Images = ["a.png"] }) }));

    [Fact]
    public void What_a_Workload_gives_to_each_of_its_tasks_is_taken_by_kinds_that_only_look()
    {
        foreach (var kind in new[] { "verify", "review", "reconcile" })
        {
            Assert.Empty(Fields(s => s with
            {
                Kind = new TaskKind(kind),
                Payload = Shared(kind, Looked),
                GateProfile = new GateProfile { Language = GateLanguage.Go },
                VerdictPolicy = new VerdictPolicy { SelfGO = [new VerdictItem("docs")] },
                McpEnabled = true,
            }));
        }
    }

    [Fact]
    public void Gates_in_Jobs_are_not_there_yet() => Assert.Equal(
        ["spec.gateProfile.image"], Fields(s => s with { GateProfile = new GateProfile { Image = "golang" }, Payload = s.Payload with { Repo = "o/r" } }).Select(f => f.Path));

    [Fact]
    public void Scans_of_images_are_not_there_yet_and_an_empty_gate_asks_for_one() => Assert.Equal(
        ["spec.scanGate"], Fields(s => s with { ScanGate = new ScanGate() }).Select(f => f.Path));

    private static TaskPayload Looked { get; } = new() { Repo = "o/r", Branch = "b", BaseBranch = "main", Issue = 1 };

    private static TaskPayload Shared(string kind, TaskPayload payload) => kind is "integrate" or "reconcile"
        ? payload with { Slices = [new TaskSlice { Name = "s", Branch = "c" }], Contract = "Widget IDs are lower case." }
        : payload;

    private static IReadOnlyList<UnsupportedField> IssueFix(TaskPayload payload) => Fields(s => s with { Kind = TaskKind.IssueFix, Payload = payload });

    private static IReadOnlyList<UnsupportedField> Fields(Func<AgenticTaskSpec, AgenticTaskSpec> change) =>
        FeatureRegistry.InTask(Given.Task("t").With(s => change(s with { Payload = new TaskPayload { Prompt = "p" } })), null, new());
}
