using Foreman.Runner.Repositories;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Repositories;

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

    [Fact]
    public async Task A_file_that_is_too_long_is_no_token()
    {
        _folder.Write("token", new string('x', 8193));
        using var broker = Broker(_folder.Path);

        Assert.Null(await broker.ForHostAsync("github.com", default));
    }

    private StoredCredentials Broker(string folder) => StoredCredentials.OfFolder(folder, new TokenKeys("token", "github.com"), _clock, NullLogger.Instance);
}
