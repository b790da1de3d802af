using Foreman.Runner.Orientation;

namespace Foreman.Runner.Tests.Orientation;

public sealed class RepositoryMapTests
{
    [Fact]
    public void At_most_thirty_files_are_told_and_those_that_the_prompt_names_among_them()
    {
        string[] files = [.. Enumerable.Range(0, 200).Select(i => $"pkg/a{i:000}.go"), "deep/in/the/tree/odd.xyz", "go.mod", "README.md"];

        var map = RepositoryMap.Files(files, "Mend `odd.xyz`, please.");

        Assert.Equal(RepositoryMap.MaxFiles, map.Length);
        Assert.Contains("deep/in/the/tree/odd.xyz", map);
        Assert.Contains("go.mod", map);
        Assert.Contains("README.md", map);
        Assert.Equal(map.Order(StringComparer.Ordinal), map);
    }

    [Fact]
    public void Sources_come_before_tests_and_what_belongs_to_others_last()
    {
        string[] files = ["vendor/v.go", "a_test.go", "a.go", .. Enumerable.Range(0, 28).Select(i => $"s{i:00}.go"), ".hidden/x.go"];

        var map = RepositoryMap.Files(files, "");

        Assert.Contains("a_test.go", map);
        Assert.DoesNotContain("vendor/v.go", map);
        Assert.DoesNotContain(".hidden/x.go", map);
    }

    [Fact]
    public void Folders_are_told_with_the_number_of_their_files() =>
        Assert.Equal([("src", 2), ("docs", 1)], RepositoryMap.Folders(["src/a", "src/b/c", "docs/d", "e"]));
}
