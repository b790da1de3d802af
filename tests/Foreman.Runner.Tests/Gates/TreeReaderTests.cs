using Foreman.Runner.Gates;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Gates;

public sealed class TreeReaderTests
{
    [Fact]
    public void Only_files_that_declare_something_are_read()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["go.mod"], "module m\r\n");
        File.WriteAllText(folder["a.go"], "package a");

        var tree = TreeReader.Read(folder.Path, ["a.go", "go.mod"]);

        Assert.Equal(["a.go", "go.mod"], tree.Files);
        Assert.Equal(("module m\n", ""), (tree.Text("go.mod"), tree.Text("a.go")));
    }

    [Fact]
    public async Task The_tree_of_the_base_has_its_files_and_texts()
    {
        using var folder = new TempFolder();
        var source = FilesSource.In(
            folder.Path,
            new Dictionary<string, string> { ["go.mod"] = "module old\n", ["gone/go.mod"] = "module gone\n", ["a.go"] = "" },
            new Dictionary<string, string> { ["go.mod"] = "module m\n", ["new/go.mod"] = "module n\n", ["a.go"] = "" });
        var now = TreeReader.Read(folder.Path, await source.FilesAsync(CancellationToken.None));

        var tree = await TreeReader.BaseAsync(source, now, await source.ChangesAsync(CancellationToken.None), CancellationToken.None);

        Assert.Equal(["a.go", "go.mod", "gone/go.mod"], tree.Files);
        Assert.Equal(("module old\n", "module gone\n", ""), (tree.Text("go.mod"), tree.Text("gone/go.mod"), tree.Text("new/go.mod")));
    }

    [Fact]
    public void Links_large_files_and_missing_ones_count_as_empty()
    {
        using var folder = new TempFolder();
        using var outside = new TempFolder();
        File.WriteAllText(outside["secret"], "secret");
        File.CreateSymbolicLink(folder["package.json"], outside["secret"]);
        File.WriteAllText(folder["go.mod"], new string('x', RepositoryTree.MaxTextBytes + 1));

        var tree = TreeReader.Read(folder.Path, ["package.json", "go.mod", "Cargo.toml"]);

        Assert.Equal(("", "", ""), (tree.Text("package.json"), tree.Text("go.mod"), tree.Text("Cargo.toml")));
    }
}
