using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Tests.Gates;

namespace Foreman.Runner.Tests.Publishing;

public sealed class PullRequestTextTests
{
    private static readonly GatePlan Plan = GatePlanner.Plan(Given.Tree(("go.mod", "")), null);
    private static readonly GateReport Passed = new(Plan, [new GateCheckResult { Check = "test", Outcome = Verdict.GatePass }]);

    [Fact]
    public void The_body_of_the_commits_message_is_told_with_the_issue_and_the_checks() => Assert.Equal(
        "It subtracted.\n\nFixes #42\n\nChecked: test passed (go).\n\nMade by the task `space/t` of Foreman.",
        Text(Result("s", ("commitMessage", "Make add add\n\nIt subtracted.\n")), Passed));

    [Fact]
    public void A_text_written_for_it_comes_first_and_a_summary_last()
    {
        var written = new ResultEnvelope { Summary = "s", Extra = new JsonObject { ["commitMessage"] = "Subject\n\nbody", ["modelExtra"] = new JsonObject { ["prBody"] = "Written for it." } } };

        Assert.StartsWith("Written for it.\n\n", Text(written, Passed), StringComparison.Ordinal);
        Assert.StartsWith("s\n\n", Text(Result("s", ("commitMessage", "Subject only")), Passed), StringComparison.Ordinal);
        Assert.StartsWith("s\n\n", Text(new ResultEnvelope { Summary = "s" }, Passed), StringComparison.Ordinal);
    }

    [Fact]
    public void An_issue_that_the_text_closes_is_not_named_twice()
    {
        Assert.DoesNotContain("Fixes #42", Text(Result("s", ("commitMessage", "S\n\nCloses #42.")), Passed), StringComparison.Ordinal);
        Assert.Contains("Fixes #42", Text(Result("s", ("commitMessage", "S\n\nCloses #421, see #42.")), Passed), StringComparison.Ordinal);
        Assert.DoesNotContain("Fixes", Text(new ResultEnvelope { Summary = "s" }, Passed, issue: null), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_issues_that_the_text_or_a_check_names_are_not_closed()
    {
        var text = Text(Result("s", ("commitMessage", "S\n\nFixes #7 and closes other/repo#5.")), GateReport.NotRun(Plan, "resolves #9"));

        Assert.StartsWith("Fixes `#7` and closes `other/repo#5`.\n\nFixes #42\n\n", text, StringComparison.Ordinal);
        Assert.Contains("resolves `#9`", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_checked_is_said_and_a_draft()
    {
        var error = GateReport.NotRun(Plan, "no sandbox\u001b[31m");

        Assert.Contains("**Not verified**: no checks were run.", Text(new ResultEnvelope { Summary = "s" }, null), StringComparison.Ordinal);
        Assert.Contains("no sandbox", Text(new ResultEnvelope { Summary = "s" }, error), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", Text(new ResultEnvelope { Summary = "s\u001b[0m" }, error), StringComparison.Ordinal);
        Assert.Equal((true, true, false), (PullRequestText.IsDraft(TaskKind.IssueFix, null), PullRequestText.IsDraft(TaskKind.IssueFix, error), PullRequestText.IsDraft(TaskKind.IssueFix, Passed)));
        Assert.False(PullRequestText.IsDraft(TaskKind.Review, null));
    }

    private static string Text(ResultEnvelope result, GateReport? gate, int? issue = 42) => PullRequestText.Of(
        new AgenticTask
        {
            Metadata = new V1ObjectMeta { Name = "t", NamespaceProperty = "space" },
            Spec = new AgenticTaskSpec { Kind = TaskKind.IssueFix, Payload = new TaskPayload { Repo = "o/r", Issue = issue } },
        },
        result,
        gate,
        RepositoryAddress.Parse("o/r", AddressRules.Default));

    private static ResultEnvelope Result(string summary, (string Name, string Value) extra) => new() { Summary = summary, Extra = new JsonObject { [extra.Name] = extra.Value } };
}
