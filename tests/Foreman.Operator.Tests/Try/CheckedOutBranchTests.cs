using Foreman.Operator.Try;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Try;

public class CheckedOutBranchTests
{
    [Fact]
    public async Task The_branch_of_a_clone_and_of_a_worktree_is_read()
    {
        using var work = new TempFolder();
        var clone = await GitFolder.InitAsync(work["clone"]);
        clone.Write("a", "1");
        await clone.CommitAsync("Begin");
        await clone.RunAsync("checkout", "--quiet", "-b", "fix/one");
        await clone.RunAsync("worktree", "add", "--quiet", work["tree"], "-b", "two");

        Assert.Equal(("fix/one", "two"), (CheckedOutBranch.Of(work["clone"]), CheckedOutBranch.Of(work["tree"])));
    }

    [Fact]
    public async Task Where_no_branch_is_checked_out_there_is_none()
    {
        using var work = new TempFolder();
        var clone = await GitFolder.InitAsync(work["clone"]);
        clone.Write("a", "1");
        await clone.CommitAsync("Begin");
        await clone.RunAsync("checkout", "--quiet", "--detach");

        await GitFolder.GitAsync(work.Path, "init", "--quiet", "--bare", work["bare"]);

        Assert.Null(CheckedOutBranch.Of(work["clone"]));
        Assert.Null(CheckedOutBranch.Of(work["bare"]));
        Assert.Null(CheckedOutBranch.Of(work.Path));
        Assert.Null(CheckedOutBranch.Of(work["none"]));
    }
}
