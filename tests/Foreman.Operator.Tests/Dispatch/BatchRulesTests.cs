using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class BatchRulesTests
{
    private static readonly BatchRequest Two = new() { Issues = [42, 43] };
    private static readonly DispatchRequest Sound = new() { Repo = "o/r", Batch = Two };

    [Fact]
    public void A_batch_of_a_forge_is_sound() => Assert.Empty(DispatchRules.Faults(Sound));

    [Fact]
    public void A_folder_has_no_issues_and_says_what_can_be_done_there()
    {
        var fault = Assert.Single(DispatchRules.Faults(Sound with { Repo = "file://box/c", Folder = "/c" }));

        Assert.StartsWith("--repo: a folder has no issues to read", fault, StringComparison.Ordinal);
        Assert.Contains("--prompt TEXT", fault, StringComparison.Ordinal);
        Assert.Equal(["--repo is missing: give owner/name or an https URL"], DispatchRules.Faults(Sound with { Repo = null }));
    }

    [Fact]
    public void What_is_for_plans_needs_an_intent_and_no_issues()
    {
        Assert.StartsWith("--intent is missing: ", Assert.Single(DispatchRules.Faults(Sound with { Batch = new() { Suspend = true } })), StringComparison.Ordinal);
        Assert.StartsWith("--planner-model, --suspend: of issues", Assert.Single(DispatchRules.Faults(Sound with { Batch = Two with { PlannerModel = "large" } })), StringComparison.Ordinal);
    }

    [Fact]
    public void Flags_of_a_workload_need_its_issues() =>
        Assert.StartsWith("--issues is missing: coders", Assert.Single(DispatchRules.Faults(Sound with { Issues = [42], Kind = TaskKind.IssueFix, Batch = new() { Coder = "c" } })), StringComparison.Ordinal);

    [Fact]
    public void What_tasks_alone_have_is_named_at_once()
    {
        var fault = Assert.Single(DispatchRules.Faults(Sound with { Issues = [7], Kind = TaskKind.IssueFix, Prompt = "p", Base = "b", Branch = "x", BranchPrefix = "y", Agent = "a", Model = "m", TimeoutSeconds = 1 }));

        Assert.StartsWith("ISSUE, --prompt, --base, --branch, --branch-prefix, --agent, --model, --timeout: for tasks of their own", fault, StringComparison.Ordinal);
        Assert.StartsWith("--kind: ", Assert.Single(DispatchRules.Faults(Sound with { Kind = TaskKind.Review })), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_of_a_batch_is_told_at_once()
    {
        var faults = DispatchRules.Faults(Sound with
        {
            Batch = Two with { Issues = [.. Enumerable.Range(1, 1000), 1], Intent = " ", Verifier = "v", NoVerifier = true, Reviewers = ["r"], EscalationReviewers = ["e"], NoReviewer = true },
        }).ToArray();

        Assert.Equal(6, faults.Length);
        Assert.Equal("--issues: 1001 are given, and 1000 is the most", faults[0]);
        Assert.Equal("--issues: one is given twice", faults[1]);
    }

    [Fact]
    public void A_name_must_fit_a_label() => Assert.StartsWith("--name: ", Assert.Single(DispatchRules.Faults(Sound with { Name = "No" })), StringComparison.Ordinal);
}
