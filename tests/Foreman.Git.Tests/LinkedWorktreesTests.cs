using Foreman.Testing;

namespace Foreman.Git.Tests;

public class LinkedWorktreesTests
{
    [Fact]
    public async Task A_linked_worktree_belongs_to_its_clone()
    {
        using var host = await HostUnderTest.StartAsync();
        using var person = new TempFolder();
        var (clone, sha) = await CloneAsync(person);
        await clone.RunAsync("worktree", "add", "-q", "-b", "two", person["tree"]);

        Assert.EndsWith("/clone/.git", await RepositoryOfAsync(host, person["tree"]), StringComparison.Ordinal);
        Assert.True(await ClonedCommits.HasAsync(host.Git, person["tree"], sha, CancellationToken.None));
        Assert.Equal(sha, (await host.Store.RefreshAsync(HostUnderTest.Local(person["tree"]), CancellationToken.None)).Branches["two"]);
    }

    [Fact]
    public async Task What_a_run_publishes_for_a_worktree_is_a_branch_of_its_clone()
    {
        using var host = await HostUnderTest.StartAsync();
        using var person = new TempFolder();
        var (clone, _) = await CloneAsync(person);
        await clone.RunAsync("worktree", "add", "-q", "-b", "two", person["tree"]);
        var tree = await host.CheckoutAsync(HostUnderTest.Local(person["tree"]));
        File.WriteAllText(Path.Combine(tree.Workspace, "b.txt"), "new\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, HostUnderTest.Local(person["tree"]), sha));
        Assert.Equal(sha, (await clone.RunAsync("rev-parse", "foreman/t")).Trim());
    }

    [Fact]
    public async Task Files_that_name_a_repository_of_somebody_else_make_no_worktree()
    {
        using var host = await HostUnderTest.StartAsync();
        using var person = new TempFolder();
        var (clone, _) = await CloneAsync(person);
        await clone.RunAsync("worktree", "add", "-q", "-b", "two", person["tree"]);
        person.MakeFolder("other");
        person.Write("other/.git", File.ReadAllText(person["tree/.git"]));
        person.MakeFolder("plain");
        person.Write("plain/.git", $"gitdir: {person["clone/.git"]}\n");
        person.MakeFolder("broken");
        person.Write("broken/.git", "gitdir: /nowhere\n");
        person.MakeFolder("empty");

        foreach (var folder in (string[])["other", "plain", "broken", "empty", "clone"])
        {
            Assert.Null(await RepositoryOfAsync(host, person[folder]));
        }
    }

    private static Task<string?> RepositoryOfAsync(HostUnderTest host, string folder) => LinkedWorktrees.RepositoryOfAsync(host.Git, folder, CancellationToken.None);

    private static async Task<(GitFolder Clone, string Sha)> CloneAsync(TempFolder person)
    {
        var clone = await GitFolder.InitAsync(person["clone"]);
        return (clone, await clone.CommitAsync("a.txt", "one\n"));
    }
}
