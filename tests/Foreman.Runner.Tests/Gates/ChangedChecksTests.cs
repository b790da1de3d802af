using Foreman.Api;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates;

public sealed class ChangedChecksTests
{
    [Fact]
    public void A_change_that_leaves_the_checks_alone_is_not_told() =>
        Assert.Null(Of(Given.Tree(("a.py", ""), ("test_a.py", "")), Given.Tree(("a.py", ""), ("test_a.py", ""), ("b.py", "")), new ChangedFile("b.py", IsNew: true), new ChangedFile("test_a.py")));

    [Fact]
    public void Taking_all_tests_away_fails_the_gate()
    {
        var result = Of(Given.Tree(("a.py", ""), ("test_a.py", "")), Given.Tree(("a.py", "")), new ChangedFile("test_a.py", IsGone: true));

        Assert.Equal(("checks", Verdict.GateFail, null), (result!.Check, result.Outcome, result.Advisory));
        Assert.StartsWith("the change takes away what the check test runs (test_a.py): put it back", result.Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public void Taking_away_what_declares_the_project_fails_the_gate()
    {
        var result = Of(Given.Tree(("go.mod", ""), ("a.go", "")), Given.Tree(("a.go", "")), new ChangedFile("go.mod", IsGone: true));

        Assert.Equal((Verdict.GateFail, null), (result!.Outcome, result.Advisory));
    }

    [Fact]
    public void A_project_that_moves_is_told_and_does_not_fail()
    {
        var result = Of(
            Given.Tree(("old/go.mod", ""), ("old/a.go", "")), Given.Tree(("new/go.mod", ""), ("new/a.go", "")),
            new("old/go.mod", IsGone: true), new("old/a.go", IsGone: true), new("new/go.mod", IsNew: true), new("new/a.go", IsNew: true));

        Assert.True(result!.Advisory);
        Assert.Contains("takes away the project of old/go.mod", result.Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_is_edited_is_told_with_both_texts()
    {
        var result = Of(
            Given.Tree(("package.json", """{"scripts":{"test":"vitest run","lint":"eslint ."}}""")), Given.Tree(("package.json", """{"scripts":{"test":"true"}}""")), new ChangedFile("package.json"));

        Assert.True(result!.Advisory);
        Assert.Equal("the change takes away the check lint\nthe change edits what the check test runs: it was `vitest run` and is `true`", result.Excerpt);
    }

    [Theory]
    [InlineData("sub/conftest.py")]
    [InlineData("Makefile")]
    [InlineData(".eslintrc.json")]
    public void Files_that_decide_how_it_is_checked_are_told(string path)
    {
        var result = Of(Given.Tree(("a.py", "")), Given.Tree(("a.py", ""), (path, "")), new ChangedFile(path, IsNew: true));

        Assert.Equal((true, $"the change edits files that decide how it is checked: {path}"), (result!.Advisory, result.Excerpt));
    }

    [Fact]
    public void Deleted_tests_and_files_out_of_reach_are_told_with_names_that_steer_nothing()
    {
        var before = Given.Tree(("go.mod", ""), ("a.go", ""), ("a_test.go", ""), ("\u001b_test.go", ""), ("web/package.json", """{"scripts":{"test":"x"}}"""));

        var result = Of(
            before, Given.Tree(("go.mod", ""), ("a.go", ""), ("b_test.go", ""), ("web/package.json", """{"scripts":{"test":"x"}}"""), ("web/a.js", "")),
            new("a_test.go", IsGone: true), new("\u001b_test.go", IsGone: true), new("b_test.go", IsNew: true), new("web/a.js", IsNew: true));

        Assert.True(result!.Advisory);
        Assert.Contains("deletes 2 files of tests and adds 1: ", result.Excerpt, StringComparison.Ordinal);
        Assert.Contains("the checks do not reach files that the change touches: web/a.js", result.Excerpt, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Excerpt!);
    }

    private static GateCheckResult? Of(RepositoryTree before, RepositoryTree now, params ChangedFile[] changes)
    {
        var plan = GatePlanner.Plan(before, null, changes);
        var same = ProjectChoice.Again(plan.Project!, now, null) is { } again ? GatePlanner.PlanOf(again, now, null) : null;
        return ChangedChecks.Of(plan, same, GatePlanner.Plan(now, null, changes), changes);
    }
}
