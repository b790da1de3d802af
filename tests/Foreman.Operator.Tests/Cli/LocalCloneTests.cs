using Foreman.Hosting;
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

    [Fact]
    public async Task A_worktree_is_taken_where_git_knows_it_as_one()
    {
        var clone = await GitFolder.InitAsync(_folder["clone"]);
        await clone.CommitAsync("a.txt", "one\n");
        await clone.RunAsync("worktree", "add", "-q", "-b", "two", _folder["tree"]);
        _folder.MakeFolder("fake");
        _folder.Write("fake/.git", "gitdir: /nowhere\n");

        Assert.Equal(_folder["tree"], LocalClone.PathOf(_folder["tree"]));
        await CheckAsync(_folder["tree"]);
        await CheckAsync(_folder["clone"]);
        await CheckAsync(null);
        Assert.Equal(_folder["fake"], LocalClone.PathOf(_folder["fake"]));
        var refused = await Assert.ThrowsAsync<ExitException>(() => CheckAsync(_folder["fake"]));

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("a worktree linked to one", refused.Message, StringComparison.Ordinal);
    }

    private static Task CheckAsync(string? path) => LocalClone.CheckAsync(path, TimeProvider.System, TestContext.Current.CancellationToken);
}
