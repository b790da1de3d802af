using Foreman.Api;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates;

public sealed class GatePlannerTests
{
    [Theory]
    [InlineData("go.mod", "go")]
    [InlineData("pyproject.toml", "python")]
    [InlineData("tool.py", "python")]
    [InlineData("package.json", "node", """{"scripts":{"test":"x"}}""")]
    [InlineData("App.sln", "dotnet")]
    [InlineData("App.csproj", "dotnet")]
    [InlineData("Cargo.toml", "rust")]
    public void The_language_is_detected_from_the_tree(string file, string language, string text = "")
    {
        var plan = GatePlanner.Plan(Given.Tree((file, text), ("README.md", "")), null);

        Assert.Equal((language, (string?)null), (plan.Language.Value, plan.Nothing));
        Assert.NotEmpty(plan.Checks);
    }

    [Fact]
    public void Of_several_languages_the_one_nearest_to_the_root_counts()
    {
        var plan = GatePlanner.Plan(Given.Tree(("web/package.json", "{}"), ("web/a.js", ""), ("web/b.js", ""), ("go.mod", "module m"), ("a.go", "")), null);

        Assert.Equal(GateLanguage.Go, plan.Language);
    }

    [Fact]
    public void Of_several_languages_at_the_root_the_one_with_the_most_sources_counts()
    {
        var plan = GatePlanner.Plan(Given.Tree(("package.json", "{}"), ("go.mod", ""), ("src/a.js", ""), ("src/b.ts", ""), ("a.go", "")), null);

        Assert.Equal(GateLanguage.Node, plan.Language);
    }

    [Fact]
    public void What_belongs_to_others_does_not_decide()
    {
        var plan = GatePlanner.Plan(Given.Tree(("vendor/x/go.mod", ""), ("examples/web/package.json", "{}"), ("README.md", "")), null);

        Assert.NotNull(plan.Nothing);
    }

    [Fact]
    public void The_named_language_wins_over_the_detected_one()
    {
        var plan = GatePlanner.Plan(Given.Tree(("go.mod", ""), ("Cargo.toml", "")), new GateProfile { Language = GateLanguage.Rust });

        Assert.Equal(GateLanguage.Rust, plan.Language);
    }

    [Fact]
    public void Nobody_elses_make_targets_are_run()
    {
        var plan = GatePlanner.Plan(Given.Tree(("Makefile", "fmt vet lint test manifests"), ("go.mod", ""), ("a.go", "")), null);

        Assert.DoesNotContain(plan.Checks, c => c.Command.Contains("make", StringComparison.Ordinal));
    }

    [Fact]
    public void A_given_command_replaces_the_usual_one_and_an_empty_one_removes_it()
    {
        var commands = new GateCommands { Test = "make check", Lint = "", CodegenCheck = "make generate && git diff --exit-code" };

        var plan = GatePlanner.Plan(Given.Tree(("go.mod", ""), ("a.go", "")), new GateProfile { Commands = commands });

        Assert.Equal(["format", "build", "test", "codegen"], plan.Checks.Select(c => c.Name));
        Assert.Equal("make check", plan.Checks[2].Command);
        Assert.Empty(plan.Checks[2].Tools);
    }

    [Fact]
    public void A_generic_repository_runs_its_commands_only()
    {
        var plan = GatePlanner.Plan(Given.Tree(("go.mod", "")), new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Build = "make" } });

        Assert.Equal(("generic", "build"), (plan.Language.Value, Assert.Single(plan.Checks).Name));
    }

    [Fact]
    public void A_repository_that_tells_nothing_has_no_gate_and_the_plan_says_what_to_do()
    {
        var plan = GatePlanner.Plan(Given.Tree(("README.md", "")), null);

        Assert.Empty(plan.Checks);
        Assert.Contains("set spec.gateProfile.commands", plan.Nothing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_language_without_usual_commands_needs_commands()
    {
        var java = new GateLanguage("java");

        var plan = GatePlanner.Plan(Given.Tree(("pom.xml", "")), new GateProfile { Language = java });
        var given = GatePlanner.Plan(Given.Tree(("pom.xml", "")), new GateProfile { Language = java, Commands = new GateCommands { Test = "mvn test" } });

        Assert.Contains("\"java\"", plan.Nothing, StringComparison.Ordinal);
        Assert.Equal("mvn test", Assert.Single(given.Checks).Command);
    }

    [Fact]
    public void Setup_alone_is_no_gate()
    {
        var tree = Given.Tree(("package.json", """{"dependencies":{"left-pad":"1"}}"""), ("package-lock.json", ""));

        Assert.Empty(GatePlanner.Plan(tree, null).Checks);
    }

    [Fact]
    public void The_profile_says_what_is_a_test()
    {
        var profile = new GateProfile { SourceExtensions = ["go", ".tmpl"], TestLayout = new TestLayout { TestRoot = "checks", SourceRoot = "./code/" } };

        var tests = GatePlanner.Plan(Given.Tree(("go.mod", "")), profile).Tests;

        Assert.True(tests.IsTest("checks/data.json"));
        Assert.False(tests.IsTest("code/a_test.go"));
        Assert.True(tests.IsSource("code/a.tmpl"));
        Assert.False(tests.IsSource("other/a.go"));
        Assert.False(tests.IsSource("code/a.md"));
    }
}
