using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates.Languages;

public sealed class DotnetGateTests
{
    [Fact]
    public void A_solution_is_restored_formatted_built_and_tested()
    {
        var plan = GatePlanner.Plan(
            Given.Tree(("My App.sln", ""), (".editorconfig", ""), ("src/App/App.csproj", "<Project/>"), ("tests/App.Tests/App.Tests.csproj", "<PackageReference Include=\"Microsoft.NET.Test.Sdk\"/>")), null);

        Assert.Equal(["setup", "format", "build", "test"], plan.Checks.Select(c => c.Name));
        Assert.Equal("dotnet build 'My App.sln' --no-restore --nologo -v quiet", plan.Checks[2].Command);
        Assert.Equal("dotnet test 'My App.sln' --no-build --nologo", plan.Checks[3].Command);
    }

    [Fact]
    public void A_project_alone_is_built_without_what_it_does_not_declare()
    {
        var plan = GatePlanner.Plan(Given.Tree(("app/App.csproj", "<Project/>"), ("app/A.cs", "")), null);

        Assert.Equal(["setup", "build"], plan.Checks.Select(c => c.Name));
        Assert.All(plan.Checks, c => Assert.Equal("app", c.Folder));
    }

    [Theory]
    [InlineData("tests/App.Tests/ATests.cs", true)]
    [InlineData("src/App.Tests/Helper.cs", true)]
    [InlineData("src/App/ATests.cs", true)]
    [InlineData("src/App/A.cs", false)]
    public void Tests_are_known_by_their_projects_and_names(string path, bool isTest) =>
        Assert.Equal(isTest, GatePlanner.Plan(Given.Tree(("App.sln", "")), null).Tests.IsTest(path));
}
