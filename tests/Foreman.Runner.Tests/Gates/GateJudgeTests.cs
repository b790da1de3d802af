using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Gates;
using Foreman.Sandbox;

namespace Foreman.Runner.Tests.Gates;

public sealed class GateJudgeTests
{
    private static readonly GateCheck Test = new() { Name = Checks.Test, Command = "run-tests --all", AlsoPasses = [5] };

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Codes_that_pass_pass(int code) =>
        Assert.Equal((Verdict.GatePass, 2L, "ok"), Told(GateJudge.Of(Test, Given.Ended(code, "ok\n"), Redaction.OfForms)));

    [Fact]
    public void Another_code_fails_and_stands_at_the_end() =>
        Assert.Equal((Verdict.GateFail, 2L, "1 failed\n[exit code 1]"), Told(GateJudge.Of(Test, Given.Ended(1, "1 failed\n"), Redaction.OfForms)));

    [Fact]
    public void A_command_that_takes_too_long_fails() =>
        Assert.Equal((Verdict.GateFail, 2L, "[the command was ended: it was not done after 3 s]"), Told(GateJudge.Of(Test, Given.Ended(null, "", "it was not done after 3 s"), Redaction.OfForms)));

    [Fact]
    public void Setup_that_fails_is_an_error() =>
        Assert.Equal(Verdict.GateError, GateJudge.Of(Test with { Name = Checks.Setup }, Given.Ended(1, "no network\n"), Redaction.OfForms).Outcome);

    [Theory]
    [InlineData(127, "/bin/sh: 1: run-tests: not found\n", "run-tests")]
    [InlineData(127, "> eslint .\n\nsh: 1: eslint: not found\n", "eslint")]
    [InlineData(127, "bash: line 1: foo: command not found\n", "foo")]
    [InlineData(126, "/bin/sh: 1: ./check.sh: Permission denied\n", "./check.sh")]
    [InlineData(127, "", "run-tests")]
    [InlineData(2, "golint ./...\nmake: golint: No such file or directory\nmake: *** [Makefile:2: lint] Error 127\n", "golint")]
    public void A_program_that_is_not_there_is_an_error_with_its_name(int code, string output, string program)
    {
        var result = GateJudge.Of(Test, Given.Ended(code, output), Redaction.OfForms);

        Assert.Equal(Verdict.GateError, result.Outcome);
        Assert.Contains($"[{program} is not there or can't be run: ", result.Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_run_that_found_no_tests_is_an_error_where_there_are_some()
    {
        var check = Test with { RanNothing = ["Ran 0 tests in"] };

        var result = GateJudge.Of(check, Given.Ended(0, "----\nRan 0 tests in 0.000s\n\nOK\n"), Redaction.OfForms);

        Assert.Equal(Verdict.GateError, result.Outcome);
        Assert.Contains("set spec.gateProfile.commands.test", result.Excerpt, StringComparison.Ordinal);
        Assert.Equal(Verdict.GatePass, GateJudge.Of(check, Given.Ended(0, "Ran 10 tests in 0.000s\n\nOK\n"), Redaction.OfForms).Outcome);
        Assert.Equal(Verdict.GateFail, GateJudge.Of(check, Given.Ended(1, "Ran 0 tests in 0.000s\n"), Redaction.OfForms).Outcome);
    }

    [Fact]
    public void A_missing_tool_is_named_with_its_remedy()
    {
        var result = GateJudge.Without(Test, GateTool.Program("go", "install Go"));

        Assert.Equal((Verdict.GateError, "go is not there: install Go"), (result.Outcome, result.Excerpt));
    }

    [Fact]
    public void The_excerpt_is_the_end_of_the_log_from_a_line_on_and_is_bounded()
    {
        var log = string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"line {i}"));

        var excerpt = GateJudge.Of(Test, Given.Ended(1, log), Redaction.OfForms).Excerpt!;

        Assert.InRange(excerpt.Length, GateCheckResult.MaxExcerpt - 40, GateCheckResult.MaxExcerpt);
        Assert.StartsWith("…\nline ", excerpt, StringComparison.Ordinal);
        Assert.EndsWith("line 1999\n[exit code 1]", excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_is_what_was_kept_of_the_end()
    {
        var result = Given.Ended(1) with { Output = new OutputText("begin"u8.ToArray(), "the end"u8.ToArray(), 1000) };

        Assert.Equal("the end\n[exit code 1]", GateJudge.Of(Test, result, Redaction.OfForms).Excerpt);
    }

    [Fact]
    public void What_could_steer_a_terminal_is_taken_out() =>
        Assert.Equal("red\n[exit code 1]", GateJudge.Of(Test, Given.Ended(1, "\u001b[31mred\u001b[0m\u0007\n"), Redaction.OfForms).Excerpt);

    [Fact]
    public void One_long_line_is_cut_without_splitting_a_character()
    {
        var excerpt = GateJudge.Of(Test, Given.Ended(1, string.Concat(Enumerable.Repeat("😀", 3000))), Redaction.OfForms).Excerpt!;

        Assert.InRange(excerpt.Length, GateCheckResult.MaxExcerpt - 40, GateCheckResult.MaxExcerpt);
        Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(excerpt)));
    }

    private static (Verdict, long, string?) Told(GateCheckResult result) => (result.Outcome, result.Seconds, result.Excerpt);

    [Fact]
    public void A_key_that_a_command_prints_is_left_out_before_the_log_is_cut()
    {
        var key = "ghp_" + new string('a', 36);
        var known = new Redaction(["canary-of-this-host"]);

        Assert.Equal("got [left out: GitHub token]\n[exit code 1]", GateJudge.Of(Test, Given.Ended(1, $"got {key}\n"), known).Excerpt);
        Assert.Equal("got [left out: a secret of this host]\n[exit code 1]", GateJudge.Of(Test, Given.Ended(1, "got canary-of-this-host\n"), known).Excerpt);

        // Only the end of the key would be within the excerpt.
        var cut = GateJudge.Of(Test, Given.Ended(1, key + new string('.', GateCheckResult.MaxExcerpt - 40)), known).Excerpt!;
        Assert.DoesNotContain("aaa", cut, StringComparison.Ordinal);

        var missing = GateJudge.Of(Test, Given.Ended(127, $"sh: 1: {key}: not found\n"), known);
        Assert.Equal(Verdict.GateError, missing.Outcome);
        Assert.DoesNotContain(key, missing.Excerpt!, StringComparison.Ordinal);
    }
}
