using Foreman.Testing;

namespace Foreman.Git.Tests.Scenarios;

/// <summary>Earlier work that is put onto a base that has moved on, and forks.</summary>
public sealed class RebaseTests : IDisposable
{
    private readonly TempFolder _person = new();

    public void Dispose() => _person.Dispose();

    [Fact]
    public async Task Earlier_work_comes_on_top_of_what_was_merged_since()
    {
        await using var server = await GitServer.StartAsync();
        var person = await MirrorStoreTests.SeedAsync(server, _person);
        var bare = server.RepositoryOf("o/r");
        await person.RunAsync("checkout", "-q", "-b", "work");
        await person.CommitAsync("work.txt", "1\n", "First");
        await person.CommitAsync("work.txt", "2\n", "Second");
        await person.PushAsync(bare, "foreman/x");
        await person.RunAsync("checkout", "-q", "main");
        var merged = await person.CommitAsync("merged.txt", "m\n");
        await person.PushAsync(bare, "main");
        using var host = await HostUnderTest.StartAsync(server);

        var tree = await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"), Rebase());

        Assert.Equal(["a.txt", "merged.txt", "work.txt"], Directory.GetFiles(tree.Workspace).Select(Path.GetFileName).Order());
        Assert.Equal("Second\nFirst\n", await host.GitAsync(tree, "log", "--format=%s", $"{merged}..HEAD"));
        Assert.Equal("Pat Person / Foreman Bot\n", await host.GitAsync(tree, "log", "-1", "--format=%an / %cn"));
        Assert.Empty(await tree.ChangesAsync(CancellationToken.None));
        Assert.Equal(["work.txt"], (await tree.DiffAsync(new DiffRequest(), CancellationToken.None)).Files.Select(f => f.Path));

        using var other = await HostUnderTest.StartAsync(server);
        Assert.Equal(tree.StartSha, (await other.CheckoutAsync(HostUnderTest.Address(server, "o/r"), Rebase())).StartSha);
    }

    [Fact]
    public async Task Both_sides_on_the_same_lines_is_a_conflict_that_names_the_files()
    {
        await using var server = await GitServer.StartAsync();
        var person = await MirrorStoreTests.SeedAsync(server, _person);
        var bare = server.RepositoryOf("o/r");
        await person.RunAsync("checkout", "-q", "-b", "work");
        await person.CommitAsync("a.txt", "mine\n");
        await person.PushAsync(bare, "foreman/x");
        await person.RunAsync("checkout", "-q", "main");
        await person.CommitAsync("a.txt", "theirs\n");
        await person.PushAsync(bare, "main");
        using var host = await HostUnderTest.StartAsync(server);

        var conflict = await Assert.ThrowsAsync<GitException>(() => host.CheckoutAsync(HostUnderTest.Address(server, "o/r"), Rebase()));

        Assert.Equal(GitFault.Conflict, conflict.Fault);
        Assert.Contains("a.txt", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_was_merged_already_leaves_the_base()
    {
        await using var server = await GitServer.StartAsync();
        var person = await MirrorStoreTests.SeedAsync(server, _person);
        var bare = server.RepositoryOf("o/r");
        await person.RunAsync("checkout", "-q", "-b", "work");
        await person.CommitAsync("a.txt", "fixed\n");
        await person.PushAsync(bare, "foreman/x");
        await person.RunAsync("checkout", "-q", "main");
        var tip = await person.CommitAsync("a.txt", "fixed\n", "The same, squashed");
        await person.PushAsync(bare, "main");
        using var host = await HostUnderTest.StartAsync(server);

        Assert.Equal(tip, (await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"), Rebase())).StartSha);
    }

    [Fact]
    public async Task A_branch_of_a_fork_begins_at_the_upstreams_base_and_is_pushed_to_the_fork()
    {
        await using var server = await GitServer.StartAsync();
        var person = await MirrorStoreTests.SeedAsync(server, _person, "up/r");
        var fork = await server.CreateAsync("me/r");
        await person.PushAsync(fork, "main");
        var latest = await person.CommitAsync("later.txt", "x\n");
        await person.PushAsync(server.RepositoryOf("up/r"), "main");
        using var host = await HostUnderTest.StartAsync(server);
        var upstream = await host.Store.RefreshAsync(HostUnderTest.Address(server, "up/r"), CancellationToken.None);
        var mine = await host.Store.RefreshAsync(HostUnderTest.Address(server, "me/r"), CancellationToken.None);

        var tree = await host.CheckoutAsync(upstream, mine, BranchRules.Plan(new BranchWishes { Branch = "foreman/x" }, upstream, mine));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "fixed\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, mine.Address, sha));
        Assert.Equal(latest, (await GitFolder.GitAsync(fork, "rev-parse", "foreman/x~1")).Trim());
        Assert.Equal("", await GitFolder.GitAsync(server.RepositoryOf("up/r"), "for-each-ref", "refs/heads/foreman"));
    }

    [Fact]
    public async Task A_fork_on_another_server_that_lags_behind_gets_what_it_lacks()
    {
        await using var upstreams = await GitServer.StartAsync();
        await using var forks = await GitServer.StartAsync();
        var person = await MirrorStoreTests.SeedAsync(upstreams, _person, "up/r");
        var fork = await forks.CreateAsync("me/r");
        await person.PushAsync(fork, "main");
        await person.CommitAsync("a.txt", "two\n");
        await person.CommitAsync("a.txt", "three\n");
        await person.PushAsync(upstreams.RepositoryOf("up/r"), "main");
        using var host = await HostUnderTest.StartAsync(upstreams, second: forks);
        var upstream = await host.Store.RefreshAsync(HostUnderTest.Address(upstreams, "up/r"), CancellationToken.None);
        var mine = await host.Store.RefreshAsync(HostUnderTest.Address(forks, "me/r"), CancellationToken.None);
        var tree = await host.CheckoutAsync(upstream, mine, BranchRules.Plan(new BranchWishes { Branch = "foreman/x" }, upstream, mine));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "fixed\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, mine.Address, sha));
        Assert.Equal("two\n", await GitFolder.GitAsync(fork, "show", "foreman/x~2:a.txt"));
    }

    [Fact]
    public async Task A_branch_is_looked_at_as_it_is()
    {
        await using var server = await GitServer.StartAsync();
        var person = await MirrorStoreTests.SeedAsync(server, _person);
        var bare = server.RepositoryOf("o/r");
        await person.RunAsync("checkout", "-q", "-b", "work");
        var tip = await person.CommitAsync("work.txt", "1\n");
        await person.PushAsync(bare, "foreman/x");
        await person.RunAsync("checkout", "-q", "main");
        await person.CommitAsync("merged.txt", "m\n");
        await person.PushAsync(bare, "main");
        using var host = await HostUnderTest.StartAsync(server);
        var mirror = await host.Store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None);

        var tree = await host.CheckoutAsync(mirror, mirror, BranchRules.Existing("foreman/x", null, mirror, mirror));

        Assert.Equal(tip, tree.StartSha);
        Assert.Equal(["work.txt"], (await tree.DiffAsync(new DiffRequest { CommittedOnly = true }, CancellationToken.None)).Files.Select(f => f.Path));
    }

    private static BranchWishes Rebase() => new() { Branch = "foreman/x", ReviseFrom = "foreman/x", Start = BranchStart.Rebase };
}
