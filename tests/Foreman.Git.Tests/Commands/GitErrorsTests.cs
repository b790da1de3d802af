using Foreman.Git.Commands;
using Foreman.Testing;

namespace Foreman.Git.Tests.Commands;

public class GitErrorsTests
{
    [Theory]
    [InlineData("fatal: write error: No space left on device", GitFault.DiskFull)]
    [InlineData("remote: fatal: write error: No space left on device; fatal: early EOF", GitFault.Unreachable)]
    [InlineData("remote: fatal: write error: No space left on device; error: failed to push some refs to 'https://x/o/r'", GitFault.Unreachable)]
    [InlineData("error: remote unpack failed: No space left on device", GitFault.Unreachable)]
    [InlineData("fatal: bad object refs/heads/main", GitFault.Corrupt)]
    [InlineData("remote: fatal: bad object refs/heads/main; fatal: the remote end hung up unexpectedly", GitFault.Unreachable)]
    [InlineData("remote: fatal: bad object refs/heads/main; fatal: unable to read tree 123", GitFault.Corrupt)]
    [InlineData("remote: Repository not found.; fatal: repository 'https://x/o/r/' not found", GitFault.NotFound)]
    [InlineData("remote: too slow; fatal: something new", GitFault.Failed)]
    public void A_full_disk_or_damage_of_the_server_is_not_this_hosts(string errors, GitFault fault) => Assert.Equal(fault, GitErrors.Classify(errors));

    [Fact]
    public async Task A_server_whose_repository_is_damaged_does_not_cost_the_mirror()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await MirrorStoreTests.SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");
        var mirror = await host.Store.RefreshAsync(address, CancellationToken.None);
        await clone.CommitAsync("folder/a.txt", "two\n");
        var bare = server.RepositoryOf("o/r");
        await clone.PushAsync(bare, "main");
        var tree = (await clone.RunAsync("rev-parse", "HEAD:folder")).Trim();
        var file = Path.Combine(bare, "objects", tree[..2], tree[2..]);
        TestFiles.MakeWritable(file);
        await File.WriteAllTextAsync(file, "damaged");

        var refused = await Assert.ThrowsAsync<GitException>(() => host.Store.RefreshAsync(address, CancellationToken.None));

        Assert.Contains("is corrupt", refused.Message, StringComparison.Ordinal);
        Assert.Equal(GitFault.Unreachable, refused.Fault);
        Assert.True(Directory.Exists(mirror.GitDir));
        Assert.DoesNotContain(host.Log.Entries, e => e.Message.Contains("damaged", StringComparison.Ordinal));
    }
}
