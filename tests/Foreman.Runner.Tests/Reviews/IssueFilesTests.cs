using Foreman.Runner.Reviews;

namespace Foreman.Runner.Tests.Reviews;

public sealed class IssueFilesTests
{
    [Fact]
    public void Paths_and_names_of_files_are_found_and_other_words_are_not()
    {
        var names = IssueFiles.In(
            "Edit `config/rbac/role.yaml` and AGENTS.md, not [calc.py](https://example.com/o/r/blob/main/other.py). Run make manifests with Node.js for core/endpoints, discovery.k8s.io/v1.EndpointSlice, v1.2.3 and e.g. this. Then \\`AGENTS.md\\` again: src/app/main.ts!",
            null);

        Assert.Equal(["config/rbac/role.yaml", "AGENTS.md", "calc.py", "src/app/main.ts"], names);
    }

    [Fact]
    public void Endings_that_the_task_names_count_too() =>
        Assert.Equal(["player.gd"], IssueFiles.In("mend player.gd", ["gd"]));

    [Fact]
    public void Names_are_bounded() =>
        Assert.Equal(IssueFiles.MaxNames, IssueFiles.In(string.Join(' ', Enumerable.Range(0, 500).Select(i => FormattableString.Invariant($"f{i}.go"))), null).Length);

    [Fact]
    public void A_change_touches_a_name_by_path_or_by_name_alone() =>
        Assert.Equal(["src/calc.py", "role.yaml"], IssueFiles.Among(["src/calc.py", "role.yaml", "other.py"], ["src/calc.py", "config/role.yaml"]));

    [Theory]
    [InlineData("docs/a.md", null, false)]
    [InlineData("values.yaml", null, false)]
    [InlineData("src/calc.py", null, true)]
    [InlineData("src/calc.py", ".gd", false)]
    [InlineData("player.gd", "gd", true)]
    public void Sources_are_what_the_task_or_the_languages_say(string file, string? ending, bool isSource) =>
        Assert.Equal(isSource, IssueFiles.HasSources([file], ending is null ? null : [ending]));

    [Theory]
    [InlineData("README.md", true)]
    [InlineData("docs/guide.rst", true)]
    [InlineData("calc.py", false)]
    [InlineData("LICENSE", false)]
    public void Prose_only_explains(string name, bool isProse) => Assert.Equal(isProse, IssueFiles.IsProse(name));
}
