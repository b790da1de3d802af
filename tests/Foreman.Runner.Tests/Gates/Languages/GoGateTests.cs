using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates.Languages;

public sealed class GoGateTests
{
    [Fact]
    public void A_module_is_formatted_vetted_built_and_tested()
    {
        var plan = GatePlanner.Plan(Given.Tree(("go.mod", "module m\n"), ("a.go", "")), null);

        Assert.Equal(["format", "lint", "build", "test"], plan.Checks.Select(c => c.Name));
        Assert.Equal(["go vet ./...", "go build ./...", "go test ./..."], plan.Checks.Skip(1).Select(c => c.Command));
        Assert.Equal(["gofmt", "go", "go", "go"], plan.Checks.Select(c => c.Tools.Single().Name));
        Assert.StartsWith("{cache}/", plan.Environment["GOCACHE"], StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_that_are_required_and_not_vendored_are_fetched_first()
    {
        const string Module = "module m\n\nrequire example.com/x v1.0.0\n";

        var fetched = GatePlanner.Plan(Given.Tree(("go.mod", Module)), null);
        var vendored = GatePlanner.Plan(Given.Tree(("go.mod", Module), ("vendor/modules.txt", "")), null);

        Assert.Equal("go mod download", fetched.Checks[0].Command);
        Assert.DoesNotContain(vendored.Checks, c => c.Name == Checks.Setup);
    }

    [Fact]
    public void A_module_in_a_folder_is_checked_there()
    {
        var plan = GatePlanner.Plan(Given.Tree(("service/go.mod", ""), ("service/a.go", ""), ("README.md", "")), null);

        Assert.All(plan.Checks, c => Assert.Equal("service", c.Folder));
    }

    [Fact]
    public void Tests_are_known_by_their_names()
    {
        var tests = GatePlanner.Plan(Given.Tree(("go.mod", "")), null).Tests;

        Assert.True(tests.IsTest("pkg/a_test.go"));
        Assert.True(tests.IsSource("pkg/a.go"));
        Assert.False(tests.IsSource("pkg/a.md"));
    }
}
