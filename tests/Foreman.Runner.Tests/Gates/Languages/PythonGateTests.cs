using Foreman.Api;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates.Languages;

public sealed class PythonGateTests
{
    [Fact]
    public void Without_a_declaration_sources_are_compiled_and_unittest_finds_the_tests()
    {
        var plan = GatePlanner.Plan(Given.Tree(("a.py", ""), ("test_a.py", "")), null);

        Assert.Equal(["build", "test"], plan.Checks.Select(c => c.Name));
        Assert.Equal("PYTHONPATH=. python3 -m unittest discover -s '.' -t . -p 'test*.py'", plan.Checks[1].Command);
    }

    [Theory]
    [InlineData("pytest.ini", "")]
    [InlineData("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'\n")]
    [InlineData("setup.cfg", "[tool:pytest]\n")]
    [InlineData("tests/conftest.py", "")]
    [InlineData("requirements.txt", "pytest==8.0\n")]
    [InlineData("pyproject.toml", "[project.optional-dependencies]\ndev = [\"ruff\", \"pytest>=7\"]\n")]
    [InlineData("pyproject.toml", "[tool.poetry.group.dev.dependencies]\npytest = \"^8\"\n")]
    [InlineData("tox.ini", "[testenv]\ndeps =\n    pytest\n")]
    public void Pytest_runs_where_it_is_declared(string file, string text)
    {
        var plan = GatePlanner.Plan(Given.Tree((file, text), ("setup.py", ""), ("tests/test_a.py", "")), null);

        var test = plan.Checks.Single(c => c.Name == Checks.Test);
        Assert.Contains("-m pytest", test.Command, StringComparison.Ordinal);
        Assert.Contains(test.Tools, t => t.Name == "pytest");
        Assert.Equal([5], test.AlsoPasses);
    }

    [Theory]
    [InlineData("# we left pytest\n")]
    [InlineData("dev = [\"pytest-cov\"]\n")]
    public void Pytest_does_not_run_where_something_else_is_named(string text)
    {
        var plan = GatePlanner.Plan(Given.Tree(("pyproject.toml", text), ("test_a.py", "")), null);

        Assert.Contains("-m unittest", plan.Checks.Single(c => c.Name == Checks.Test).Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_in_a_folder_without_a_package_are_searched_in_that_folder()
    {
        var plain = GatePlanner.Plan(Given.Tree(("src/a.py", ""), ("tests/test_a.py", "")), null).Checks[^1].Command;
        var package = GatePlanner.Plan(Given.Tree(("a.py", ""), ("tests/__init__.py", ""), ("tests/a_test.py", "")), null).Checks[^1].Command;

        Assert.Equal("PYTHONPATH=.:'src' python3 -m unittest discover -s 'tests' -p 'test*.py'", plain);
        Assert.Equal("PYTHONPATH=. python3 -m unittest discover -s 'tests' -t . -p '*_test.py'", package);
    }

    [Fact]
    public void The_profile_says_where_tests_and_sources_lie()
    {
        var profile = new GateProfile { TestLayout = new TestLayout { TestRoot = "checks", SourceRoot = "it's" } };

        var plan = GatePlanner.Plan(Given.Tree(("setup.py", ""), ("checks/test_a.py", "")), profile);

        Assert.Equal(@"PYTHONPATH=.:'it'\''s' python3 -m unittest discover -s 'checks' -p 'test*.py'", plan.Checks[^1].Command);
    }

    [Theory]
    [InlineData("[tool.black]\n", "format", "black")]
    [InlineData("[tool.ruff.format]\n", "format", "ruff")]
    [InlineData("[tool.ruff]\nline-length = 100\n", "lint", "ruff")]
    public void Formatters_and_linters_run_where_they_are_declared(string declared, string check, string tool)
    {
        var plan = GatePlanner.Plan(Given.Tree(("pyproject.toml", declared), ("a.py", "")), null);

        Assert.Contains(plan.Checks, c => c.Name == check && c.ComparesWithBase && c.Tools.Any(t => t.Name == tool));
    }
}
