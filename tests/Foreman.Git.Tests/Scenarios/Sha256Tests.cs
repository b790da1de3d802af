using Foreman.Testing;

namespace Foreman.Git.Tests.Scenarios;

/// <summary>Repositories whose objects are named by SHA-256.</summary>
public sealed class Sha256Tests : IDisposable
{
    private const string Format = "sha256";
    private readonly TempFolder _person = new();

    public void Dispose() => _person.Dispose();

    [Fact]
    public async Task One_on_a_server_is_checked_out_with_earlier_work_and_pushed_to()
    {
        await using var server = await GitServer.StartAsync();
        var person = await MirrorStoreTests.SeedAsync(server, _person, format: Format);
        await person.RunAsync("checkout", "-q", "-b", "work");
        await person.CommitAsync("work.txt", "1\n");
        await person.PushAsync(server.RepositoryOf("o/r"), "foreman/x");
        await person.RunAsync("checkout", "-q", "main");
        await person.CommitAsync("merged.txt", "m\n");
        await person.PushAsync(server.RepositoryOf("o/r"), "main");
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");

        var tree = await host.CheckoutAsync(address, new BranchWishes { Branch = "foreman/x", Start = BranchStart.Rebase, ReviseFrom = "foreman/x", AllowOverwrite = true });
        await File.WriteAllTextAsync(Path.Combine(tree.Workspace, "a.txt"), "two\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        Assert.Equal(64, sha.Length);
        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, address, sha));
        Assert.Equal($"{sha}\n", await GitFolder.GitAsync(server.RepositoryOf("o/r"), "rev-parse", "foreman/x"));
        Assert.Equal(["a.txt", "work.txt"], (await tree.DiffAsync(new DiffRequest { CommittedOnly = true }, CancellationToken.None)).Files.Select(f => f.Path));
        Assert.Equal(sha, (await host.Store.RefreshAsync(address, CancellationToken.None)).Branches["foreman/x"]);
        Assert.Equal(sha, await (await WorkingTree.OpenAsync(host.Store, tree.GitDir, tree.Workspace, CancellationToken.None)).HeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task One_on_this_host_is_worked_on()
    {
        var folder = await GitFolder.InitAsync(_person["r"], Format);
        await folder.CommitAsync("a.txt", "one\n");
        using var host = await HostUnderTest.StartAsync();

        var tree = await host.CheckoutAsync(HostUnderTest.Local(folder.Path));
        await File.WriteAllTextAsync(Path.Combine(tree.Workspace, "a.txt"), "two\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, HostUnderTest.Local(folder.Path), sha));
        Assert.Equal($"{sha}\n", await folder.RunAsync("rev-parse", "foreman/t"));
    }

    [Theory]
    [InlineData("sha1", "sha256")]
    [InlineData("sha256", "sha1")]
    public async Task One_that_was_made_anew_with_another_hash_is_cloned_anew(string before, string after)
    {
        await using var server = await GitServer.StartAsync();
        await MirrorStoreTests.SeedAsync(server, _person, format: before);
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");
        _ = await host.Store.RefreshAsync(address, CancellationToken.None);
        Directory.Delete(server.RepositoryOf("o/r"), recursive: true);
        using var other = new TempFolder();
        var person = await MirrorStoreTests.SeedAsync(server, other, format: after);

        var tree = await host.CheckoutAsync(address);

        Assert.Equal((await person.RunAsync("rev-parse", "HEAD")).Trim(), tree.StartSha);
        Assert.True(File.Exists(Path.Combine(tree.Workspace, "a.txt")));
    }

    [Fact]
    public async Task A_fork_with_another_hash_is_refused_by_name()
    {
        await using var server = await GitServer.StartAsync();
        await MirrorStoreTests.SeedAsync(server, _person, format: Format);
        await MirrorStoreTests.SeedAsync(server, _person, "me/r");
        using var host = await HostUnderTest.StartAsync(server);
        var upstream = await host.Store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None);
        var fork = await host.Store.RefreshAsync(HostUnderTest.Address(server, "me/r"), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<GitException>(() => host.CheckoutAsync(upstream, fork, BranchRules.Plan(new BranchWishes { Branch = "foreman/t" }, upstream, fork)));

        Assert.Equal(GitFault.NotAllowed, refused.Fault);
        Assert.Contains("me/r.git name their objects by different hashes", refused.Message, StringComparison.Ordinal);
    }
}
