using Foreman.Runner.Repositories;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Repositories;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FolderTokensTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_file_is_the_token_of_a_host_and_a_changed_one_is_used_later()
    {
        _folder.Write("token", "common\n");
        _folder.Write("git.example.com_8443", "other\n");
        using var broker = Broker(_folder.Path);

        Assert.Equal("common", (await broker.ForHostAsync("github.com", default))?.Token);
        Assert.Equal("other", (await broker.ForHostAsync("git.example.com:8443", default))?.Token);
        Assert.Null(await broker.ForHostAsync("git.example.com", default));
        Assert.Equal($"The folder {_folder.Path} has no token for git.example.com: add one with the key git.example.com", broker.Missing("git.example.com"));

        _folder.Write("token", "renewed\n");
        Assert.Equal("common", (await broker.ForHostAsync("github.com", default))?.Token);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("renewed", (await broker.ForHostAsync("github.com", default))?.Token);
        Assert.Equal(["common", "other", "renewed"], broker.Secrets.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_mounted_Secret_is_read_through_its_links()
    {
        // So the kubelet lays it out: links to a folder that is exchanged as a whole.
        _folder.Write("..2026/token", "mounted");
        Directory.CreateSymbolicLink(_folder["..data"], "..2026");
        File.CreateSymbolicLink(_folder["token"], "..data/token");
        using var broker = Broker(_folder.Path);

        Assert.Equal("mounted", (await broker.ForHostAsync("github.com", default))?.Token);
        Assert.Equal(["mounted"], broker.Secrets);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_gives_no_tokens_and_says_why()
    {
        using var broker = Broker(_folder["none"]);

        Assert.Null(await broker.ForHostAsync("github.com", default));
        Assert.StartsWith($"The folder {_folder["none"]} with tokens for git can't be read: ", broker.Missing("github.com"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8193, "x")]
    [InlineData(9000, "x")]
    [InlineData(3000, "€")]
    public async Task A_file_that_is_too_long_is_no_token_and_that_is_said(int count, string letter)
    {
        _folder.Write("token", string.Concat(Enumerable.Repeat(letter, count)));
        _folder.Write("git.example.com", "good");
        using var broker = Broker(_folder.Path);

        Assert.Null(await broker.ForHostAsync("github.com", default));
        Assert.Equal($"The folder {_folder.Path} has no token for github.com that can be used: token has more than 8192 bytes", broker.Missing("github.com"));
        Assert.Equal("good", (await broker.ForHostAsync("git.example.com", default))?.Token);
        Assert.Null(broker.Missing("git.example.com"));
    }

    [Fact]
    public async Task A_file_that_cant_be_read_or_is_empty_is_not_told_as_missing()
    {
        File.CreateSymbolicLink(_folder["git.example.com_8443"], "gone");
        File.CreateSymbolicLink(_folder["into.example.com"], "gone/token");
        Directory.CreateDirectory(_folder["dir.example.com"]);
        File.CreateSymbolicLink(_folder["loop.example.com"], "loop.example.com");
        _folder.Write("token", "\n");
        using var broker = Broker(_folder.Path);

        Assert.Null(await broker.ForHostAsync("git.example.com:8443", default));
        Assert.Equal($"The folder {_folder.Path} has no token for git.example.com:8443 that can be used: git.example.com_8443 can't be read: it is a link to nothing", broker.Missing("git.example.com:8443"));
        Assert.EndsWith("can be used: into.example.com can't be read: it is a link to nothing", broker.Missing("into.example.com"), StringComparison.Ordinal);
        Assert.EndsWith("can be used: dir.example.com can't be read: it is a folder", broker.Missing("dir.example.com"), StringComparison.Ordinal);
        Assert.Contains("can be used: loop.example.com can't be read: ", broker.Missing("loop.example.com"), StringComparison.Ordinal);
        Assert.Equal($"The folder {_folder.Path} has no token for github.com that can be used: token is empty", broker.Missing("github.com"));
        Assert.Equal($"The folder {_folder.Path} has no token for git.example.com: add one with the key git.example.com", broker.Missing("git.example.com"));
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_is_told_with_its_user()
    {
        File.SetUnixFileMode(_folder.Write("token", "kept"), UnixFileMode.None);
        using var broker = Broker(_folder.Path);
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every file");

        Assert.Null(await broker.ForHostAsync("github.com", default));

        Assert.Equal(
            $"The folder {_folder.Path} has no token for github.com that can be used: token can't be read: user {Environment.UserName} has no permission", broker.Missing("github.com"));
    }

    private StoredCredentials Broker(string folder) => StoredCredentials.OfFolder(folder, new TokenKeys("token", "github.com"), _clock, NullLogger.Instance);
}
