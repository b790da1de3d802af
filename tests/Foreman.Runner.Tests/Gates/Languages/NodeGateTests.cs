using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates.Languages;

public sealed class NodeGateTests
{
    [Fact]
    public void The_scripts_of_the_package_are_run()
    {
        const string Package = """{"scripts":{"lint":"eslint .","build":"tsc","test":"vitest run","format:check":"prettier -c .","start":"node ."},"devDependencies":{"eslint":"9"}}""";

        var plan = GatePlanner.Plan(Given.Tree(("package.json", Package), ("package-lock.json", "{}")), null);

        Assert.Equal(
            ["npm ci --no-audit --no-fund", "npm run 'format:check'", "npm run 'lint'", "npm run 'build'", "npm run 'test'"], plan.Checks.Select(c => c.Command));
        Assert.Equal(["setup", "format", "lint", "build", "test"], plan.Checks.Select(c => c.Name));
    }

    [Fact]
    public void What_npm_init_writes_is_no_test()
    {
        const string Package = """{"scripts":{"test":"echo \"Error: no test specified\" && exit 1","build":"tsc"}}""";

        Assert.Equal(["build"], GatePlanner.Plan(Given.Tree(("package.json", Package)), null).Checks.Select(c => c.Name));
    }

    [Fact]
    public void Tests_without_a_script_are_run_by_node_itself()
    {
        var plan = GatePlanner.Plan(Given.Tree(("package.json", "{}"), ("test/a.test.js", "")), null);

        Assert.Equal("node --test", Assert.Single(plan.Checks).Command);
    }

    [Theory]
    [InlineData("pnpm-lock.yaml", "pnpm")]
    [InlineData("yarn.lock", "yarn")]
    public void The_lock_file_says_who_installs(string file, string program)
    {
        var plan = GatePlanner.Plan(Given.Tree(("package.json", """{"scripts":{"test":"x"},"dependencies":{"a":"1"}}"""), (file, "")), null);

        Assert.StartsWith($"{program} install", plan.Checks[0].Command, StringComparison.Ordinal);
        Assert.Equal($"{program} run 'test'", plan.Checks[1].Command);
        Assert.Contains(plan.Checks[0].Tools, t => t.Name == program);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"scripts":["lint"],"dependencies":"all"}""")]
    public void A_package_that_says_nothing_usable_has_no_checks(string package) =>
        Assert.Empty(GatePlanner.Plan(Given.Tree(("package.json", package)), null).Checks);
}
