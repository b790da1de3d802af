using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Sandbox.Egress;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Gates;

/// <summary>Gates with the sandbox of this machine. Each language with its real tools: <see cref="Scenarios.ToolchainTests"/>.</summary>
public sealed class GateTests : IDisposable
{
    private const string Adds = "def add(a, b):\n    return a + b\n";
    private const string Subtracts = "def add(a, b):\n    return a - b\n";

    private readonly TempFolder _work = new();

    [Fact]
    public async Task A_python_change_with_a_test_that_needs_it_passes()
    {
        var report = await RunAsync(
            new() { ["calc.py"] = Subtracts },
            new() { ["calc.py"] = Adds, ["test_calc.py"] = TestOf("add(2, 2)", 4) });

        Assert.Equal(["build GATE-PASS", "test GATE-PASS", "bite GATE-PASS"], Told(report));
        Assert.Equal(Verdict.GatePass, report.Verdict);
        Assert.Contains("AssertionError: 0 != 4", report.Checks[2].Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tests_that_pass_on_the_old_code_too_fail_the_gate()
    {
        var report = await RunAsync(
            new() { ["calc.py"] = Subtracts },
            new() { ["calc.py"] = Adds, ["test_calc.py"] = TestOf("add(2, 0)", 2) });

        Assert.Equal(["build GATE-PASS", "test GATE-PASS", "bite GATE-FAIL"], Told(report));
        Assert.Contains("test_calc.py", report.Checks[2].Excerpt, StringComparison.Ordinal);
        Assert.Contains("Check `bite` fails", report.ForModel(1, 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_test_fails_the_gate_with_the_end_of_its_output()
    {
        var report = await RunAsync(null, new() { ["calc.py"] = Subtracts, ["test_calc.py"] = TestOf("add(2, 2)", 4) });

        Assert.Equal((Verdict.GateFail, "test failed (python): FAILED (failures=1)"), (report.Verdict, report.Summary));
    }

    [Fact]
    public async Task Tests_that_their_runner_does_not_find_are_no_pass()
    {
        var python = await RunAsync(null, new() { ["a.py"] = "", ["test_a.py"] = "def test_it():\n    assert False\n" });
        var node = await RunAsync(null, new() { ["package.json"] = "{}", ["a.spec.js"] = "require('node:test')('x', () => { throw new Error(); });\n" });

        Assert.Equal(["build GATE-PASS", "test GATE-ERROR"], Told(python));
        Assert.Equal(["test GATE-ERROR"], Told(node));
    }

    [Fact]
    public async Task What_does_not_compile_is_not_tested()
    {
        var report = await RunAsync(null, new() { ["calc.py"] = "def add(a, b)\n", ["test_calc.py"] = TestOf("add(2, 2)", 4) });

        Assert.Equal(["build GATE-FAIL", "test Skipped"], Told(report));
        Assert.Contains("SyntaxError", report.Checks[0].Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_deletes_the_tests_does_not_pass()
    {
        var report = await RunAsync(new() { ["calc.py"] = Adds, ["test_calc.py"] = TestOf("add(2, 2)", 4) }, new() { ["calc.py"] = Subtracts });

        Assert.Equal(["build GATE-PASS", "checks GATE-FAIL"], Told(report));
        Assert.Contains("put it back", report.ForModel(1, 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_leaves_nothing_to_check_does_not_pass()
    {
        var report = await RunAsync(new() { ["calc.py"] = Adds, ["README"] = "" }, new() { ["README"] = "" });

        Assert.Equal(Verdict.GateFail, report.Verdict);
        Assert.Contains("calc.py", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_a_script_that_checks_is_told_beside_a_pass()
    {
        var report = await RunAsync(
            new() { ["package.json"] = """{"scripts":{"test":"node t.js"}}""", ["t.js"] = "process.exit(1);\n" },
            new() { ["package.json"] = """{"scripts":{"test":"true"}}""", ["t.js"] = "process.exit(1);\n" });

        Assert.Equal((Verdict.GatePass, "checks"), (report.Verdict, Assert.Single(report.Advisories).Check));
    }

    [Fact]
    public async Task A_program_that_a_test_needs_from_the_change_is_missing_on_the_old_code_and_that_bites()
    {
        var profile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "sh tests/t.sh" } };

        var report = await RunAsync(new() { ["a"] = "" }, new() { ["a"] = "", ["tool.sh"] = "echo 5\n", ["tests/t.sh"] = "test -e tool.sh || exit 127\n" }, profile);

        Assert.Equal(["test GATE-PASS", "bite GATE-PASS"], Told(report));
    }

    [Fact]
    public async Task A_lint_that_only_the_change_declares_is_not_excused_by_the_base()
    {
        var report = await RunAsync(
            new() { ["package.json"] = """{"scripts":{"test":"true"}}""" },
            new() { ["package.json"] = """{"scripts":{"test":"true","lint":"exit 1"}}""" });

        Assert.Equal((Verdict.GateFail, null), (report.Verdict, report.Checks[0].Advisory));
    }

    [Theory]
    [InlineData("echo same > gen.txt", "GATE-PASS")]
    [InlineData("echo other > gen.txt", "GATE-FAIL")]
    [InlineData("echo other > gen.txt && git diff --exit-code", "GATE-FAIL")]
    [InlineData("echo same > gen.txt && git diff --exit-code", "GATE-PASS")]
    [InlineData("echo x > ignored.o", "GATE-PASS")]
    [InlineData("false\ntrue", "GATE-FAIL")]
    public async Task Generated_files_are_compared_with_those_of_the_change(string command, string outcome)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/git"), "no git below /usr: install it there");
        var profile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Build = "touch built.o", CodegenCheck = command } };

        var report = await RunAsync(null, new() { ["gen.txt"] = "same\n", [".gitignore"] = "*.o\n" }, profile);

        Assert.Equal(["build GATE-PASS", $"codegen {outcome}"], Told(report));
    }

    [Fact]
    public async Task A_lint_failure_that_the_base_has_too_is_an_advisory()
    {
        Dictionary<string, string> before = new()
        {
            ["package.json"] = """{"scripts":{"lint":"node lint.js"}}""",
            ["lint.js"] = "console.log('old trouble'); process.exit(require('./a').length > 0 ? 1 : 0);\n",
            ["a.js"] = "module.exports = 'x';\n",
        };

        var old = await RunAsync(before, new(before) { ["b.js"] = "" });
        var own = await RunAsync(new(before) { ["a.js"] = "module.exports = '';\n" }, before);

        Assert.Equal((Verdict.GatePass, true), (old.Verdict, old.Checks[0].Advisory));
        Assert.Equal((Verdict.GateFail, null), (own.Verdict, own.Checks[0].Advisory));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_an_error_with_its_name()
    {
        var profile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Lint = "surely-no-program --all", Test = "true" } };

        var report = await RunAsync(null, new() { ["a"] = "" }, profile);

        Assert.Equal(["lint GATE-ERROR", "test GATE-PASS"], Told(report));
        Assert.Equal(Verdict.GateError, report.Verdict);
        Assert.Contains("surely-no-program is not there", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_a_language_needs_and_is_not_there_is_an_error_with_its_name()
    {
        var report = await RunAsync(null, new() { ["package.json"] = """{"scripts":{"test":"true"}}""", ["pnpm-lock.yaml"] = "" });

        Assert.SkipWhen(report.Verdict == Verdict.GatePass, "pnpm is installed here");
        Assert.Equal("pnpm is not there: install pnpm where the sandbox sees it (below /usr)", report.Checks[0].Excerpt);
    }

    [Fact]
    public async Task What_a_check_writes_does_not_get_into_the_change_and_what_it_may_write_is_its_own_folder()
    {
        var profile = new GateProfile
        {
            Language = GateLanguage.Generic,
            Commands = new GateCommands { Build = "echo x > made && echo y > a && ! echo z > ../../ws/a 2>/dev/null && touch \"$HOME/kept\"", Test = "test -e made && test -e \"$HOME/kept\"" },
        };

        var report = await RunAsync(null, new() { ["a"] = "mine" }, profile);

        Assert.Equal(["build GATE-PASS", "test GATE-PASS"], Told(report));
        Assert.Equal(("mine", false), (File.ReadAllText(_work["ws/a"]), File.Exists(_work["ws/made"])));
    }

    [Fact]
    public async Task A_gate_that_is_stopped_ends()
    {
        using var stop = new CancellationTokenSource();
        var profile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "touch ../cache/began; exec cat /dev/zero >/dev/null" } };
        var run = RunAsync(null, new() { ["a"] = "" }, profile, stop: stop.Token);
        await Eventually.TrueAsync(() => run.IsCompleted || File.Exists(_work["ws~0/cache/began"]), "the check to begin");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task A_change_that_breaks_what_setup_reads_fails_and_is_no_error_of_the_host()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/dotnet"), "no .NET SDK below /usr: install one there");
        const string Project = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""";

        var report = await RunAsync(new() { ["App.csproj"] = Project, ["A.cs"] = "" }, new() { ["App.csproj"] = Project[..^1], ["A.cs"] = "" });

        Assert.Equal(["setup GATE-FAIL", "build Skipped"], Told(report));
    }

    public void Dispose() => _work.Dispose();

    private static string TestOf(string call, int expected) =>
        $"import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual({call}, {expected})\n";

    private static string[] Told(GateReport report) => [.. report.Checks.Select(c => $"{c.Check} {c.Outcome}")];

    private async Task<GateReport> RunAsync(
        Dictionary<string, string>? before,
        Dictionary<string, string> now,
        GateProfile? profile = null,
        CancellationToken stop = default)
    {
        var cage = await Given.CageAsync();
        var source = FilesSource.In(_work["ws"], before, now);
        var gate = new Gate(cage, GateFolder.Beside(_work["ws"]), EgressRules.Parse([], out _));
        return await gate.RunAsync(source, profile, stop);
    }
}
