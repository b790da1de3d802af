using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class CitedFileTests
{
    private static readonly string[] Changed = ["src/calc.py", "src/a/same.py", "src/b/same.py", "gone.py"];
    private static readonly HashSet<string> All = ["src/calc.py", "src/a/same.py", "src/b/same.py", "README.md"];

    [Theory]
    [InlineData("src/calc.py", "src/calc.py")]
    [InlineData("./src/calc.py", "src/calc.py")]
    [InlineData("/src/calc.py", "src/calc.py")]
    [InlineData("`b/src/calc.py`", "src/calc.py")]
    [InlineData("/srv/runs/default/task-1/src/calc.py", "src/calc.py")]
    [InlineData("/srv/runs/default/task-1/gone.py", "gone.py")]
    [InlineData("/srv/runs/default/task-1/other.py", null)]
    [InlineData("work/task-1/gone.py", null)]
    [InlineData("calc.py", "src/calc.py")]
    [InlineData("gone.py", "gone.py")]
    [InlineData("README.md", "README.md")]
    [InlineData("same.py", null)]
    [InlineData("alc.py", null)]
    [InlineData("other.py", null)]
    [InlineData("../calc.py", null)]
    [InlineData("", null)]
    public void A_file_is_found_by_its_path_and_among_the_changed_ones_by_its_name(string name, string? path) =>
        Assert.Equal(path, CitedFile.Find(name, Changed, All));
}
