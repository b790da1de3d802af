using Foreman.Operator.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Cli;

public sealed class LocalCloneTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_top_folder_of_a_clone_and_a_bare_one_are_clones()
    {
        _folder.MakeFolder("clone/.git");
        _folder.MakeFolder("clone/src");
        _folder.Write("bare/HEAD", "ref: refs/heads/main\n");

        Assert.Equal(_folder["clone"], LocalClone.PathOf(_folder["clone"] + "/"));
        Assert.Equal(_folder["clone"], LocalClone.PathOf(_folder["clone/src/.."]));
        Assert.Equal(_folder["bare"], LocalClone.PathOf(_folder["bare"]));
        Assert.Null(LocalClone.PathOf(_folder["clone/src"]));
        Assert.Null(LocalClone.PathOf(_folder["none"]));
    }
}
