using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates;

public sealed class RepositoryTreeTests
{
    [Fact]
    public void The_nearest_file_is_found_and_of_several_the_first_by_name()
    {
        var tree = Given.Tree(("z/go.mod", ""), ("a/b/go.mod", ""), ("b/go.mod", ""));

        Assert.Equal("b/go.mod", tree.Nearest(f => f.EndsWith("go.mod", StringComparison.Ordinal)));
        Assert.Null(tree.Nearest(f => f == "x"));
    }

    [Fact]
    public void Files_of_others_are_passed_over() =>
        Assert.Null(Given.Tree(("node_modules/x/package.json", ""), ("testdata/package.json", "")).Nearest(f => f.EndsWith("package.json", StringComparison.Ordinal)));

    [Fact]
    public void Paths_are_taken_apart()
    {
        Assert.Equal(("c.go", "a/b", "a/b/d"), (RepositoryTree.NameOf("a/b/c.go"), RepositoryTree.FolderOf("a/b/c.go"), RepositoryTree.Under("a/b", "d")));
        Assert.Equal(("c.go", "", "d"), (RepositoryTree.NameOf("c.go"), RepositoryTree.FolderOf("c.go"), RepositoryTree.Under("", "d")));
    }
}
