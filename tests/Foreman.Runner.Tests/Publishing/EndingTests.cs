using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Tests.Gates;

namespace Foreman.Runner.Tests.Publishing;

public sealed class EndingTests
{
    private static readonly GatePlan Plan = GatePlanner.Plan(Given.Tree(("go.mod", "")), null);

    [Fact]
    public void A_gate_that_could_not_be_run_is_no_silent_pass()
    {
        var ending = Ending.Unchecked(GateReport.NotRun(Plan, "no sandbox"));

        Assert.Equal((Verdict.Incomplete, TaskPhase.Failed, FailureReason.GateError), (ending!.Verdict, ending.Phase, ending.Reason));
        Assert.Contains("no sandbox", ending.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_that_passed_and_a_repository_without_checks_leave_the_models_word()
    {
        Assert.Null(Ending.Unchecked(new GateReport(Plan, [new GateCheckResult { Check = "test", Outcome = Verdict.GatePass }])));
        Assert.Null(Ending.Unchecked(new GateReport(GatePlanner.Plan(RepositoryTree.Empty, null), [])));
        Assert.Null(Ending.Unchecked(null));
    }

    [Fact]
    public void A_change_that_git_does_not_take_is_refused_with_its_words()
    {
        var ending = Ending.NotCommitted("the file a.bin has 51 MiB");

        Assert.Equal((Verdict.Incomplete, TaskPhase.Succeeded, FailureReason.ConstraintViolated, "COMMIT-REJECTED"), (ending.Verdict, ending.Phase, ending.Reason, ending.Outcome));
        Assert.Equal("nothing was committed: the file a.bin has 51 MiB", ending.Summary);
    }

    [Fact]
    public void A_fix_needs_a_change_and_a_question_does_not()
    {
        Assert.Equal(Verdict.Incomplete, Ending.NothingChanged(TaskKind.IssueFix).Verdict);
        Assert.Equal(Verdict.Go, Ending.NothingChanged(TaskKind.Freeform).Verdict);
    }

    [Fact]
    public void Secrets_are_told_by_place_and_kind()
    {
        var ending = Ending.SecretsFound([.. Enumerable.Range(1, 7).Select(i => new SecretFinding($"f{i}", i, "a key"))]);

        Assert.Contains("f1:1 (a key)", ending.Summary, StringComparison.Ordinal);
        Assert.Contains(", …", ending.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("f7", ending.Summary, StringComparison.Ordinal);
    }
}
