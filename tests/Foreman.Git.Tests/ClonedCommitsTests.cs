using Foreman.Testing;

namespace Foreman.Git.Tests;

public class ClonedCommitsTests
{
    [Fact]
    public async Task A_clone_has_its_own_commits_and_no_others()
    {
        using var folder = new TempFolder();
        var git = await GitProgram.FindAsync(new GitOptions { StateFolder = folder["state"] }, TimeProvider.System, TestContext.Current.CancellationToken);
        var clone = await GitFolder.InitAsync(folder["clone"]);
        var sha = await clone.CommitAsync("first");

        Assert.True(await HasAsync(clone.Path, sha));
        Assert.True(await HasAsync(Path.Combine(clone.Path, ".git"), sha));
        Assert.False(await HasAsync(clone.Path, new string('a', 40)));
        Assert.False(await HasAsync(clone.Path, "HEAD"));
        Assert.False(await HasAsync(folder.MakeFolder("empty"), sha));

        Task<bool> HasAsync(string path, string name) => ClonedCommits.HasAsync(git, path, name, TestContext.Current.CancellationToken);
    }
}
