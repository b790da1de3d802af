using System.Text;
using Foreman.Testing;
using Microsoft.AspNetCore.Http;

namespace Foreman.Git.Tests.Scenarios;

/// <summary>A token is sent to its server and is nowhere else.</summary>
public class TokenCanaryTests
{
    [Fact]
    public async Task A_token_is_in_no_commit_argument_list_file_log_or_message()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await MirrorStoreTests.SeedAsync(server, person);
        var forms = Forms(server.Token);
        var seen = new List<string>();

        // While git waits for an answer, its arguments and those of its helpers can be read by everybody on the host.
        server.Intercept = _ =>
        {
            lock (seen)
            {
                seen.AddRange(CommandLines());
            }

            return Task.FromResult(false);
        };
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");
        var tree = await host.CheckoutAsync(address);
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), $"leak {server.Token}\n");
        Assert.IsType<CommitResult.SecretsFound>(await HostUnderTest.CommitAsync(tree, secrets: host.Credentials.Secrets));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "fixed\n");
        var sha = await HostUnderTest.CommittedAsync(tree);
        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, address, sha));
        server.Intercept = context =>
        {
            context.Response.StatusCode = 500;
            context.Response.ContentType = "text/plain";
            context.Response.Headers["X-Echo"] = context.Request.Headers.Authorization;
            return context.Response.WriteAsync("you sent " + context.Request.Headers.Authorization).ContinueWith(_ => true, TaskScheduler.Default);
        };
        var failure = await Assert.ThrowsAsync<GitException>(() => host.Store.RefreshAsync(address, CancellationToken.None));

        Assert.Contains(server.Requests, r => r.IsPush && r.Authorization is not null);
        Assert.Contains(seen, l => l.Contains("git-remote-https", StringComparison.Ordinal) || l.Contains("remote-https", StringComparison.Ordinal));
        var texts = seen.Append(failure.ToString()).Concat(host.Log.Entries.Select(e => e.Message)).Append(await host.GitAsync(tree, "config", "--file", Path.Combine(tree.GitDir, "config"), "--list")).ToList();
        Assert.All(texts, t => Assert.DoesNotContain(forms, f => t.Contains(f, StringComparison.Ordinal)));
        foreach (var file in Directory.EnumerateFiles(host.Folder.Path, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(server.RepositoryOf("o/r"), "*", SearchOption.AllDirectories)))
        {
            var content = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.False(forms.Any(f => content.Contains(f, StringComparison.Ordinal)), file);
        }

        var objects = await host.GitAsync(tree, "rev-list", "--objects", "--all");
        foreach (var name in objects.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]))
        {
            Assert.DoesNotContain(server.Token, await host.GitAsync(tree, "cat-file", "-p", name), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_that_could_begin_another_header_is_refused()
    {
        await using var server = await GitServer.StartAsync();
        using var host = await HostUnderTest.StartAsync(server, token: "abc\r\nX-Evil: 1");

        Assert.Equal(GitFault.AuthUnavailable, (await Assert.ThrowsAsync<GitException>(() => host.Store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None))).Fault);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_token_goes_to_its_own_host_only()
    {
        await using var server = await GitServer.StartAsync();
        await using var other = await GitServer.StartAsync();
        using var host = await HostUnderTest.StartAsync(server);

        await Assert.ThrowsAsync<GitException>(() => host.Store.RefreshAsync(HostUnderTest.Address(other, "o/r"), CancellationToken.None));

        Assert.All(other.Requests, r => Assert.Null(r.Authorization));
    }

    [Fact]
    public async Task A_server_that_sends_the_token_back_in_its_words_is_shown_without_it()
    {
        await using var server = await GitServer.StartAsync();
        using var host = await HostUnderTest.StartAsync(server);
        server.Intercept = async context =>
        {
            var words = $"ERR you sent {server.Token}";
            context.Response.ContentType = "application/x-git-upload-pack-advertisement";
            await context.Response.WriteAsync($"001e# service=git-upload-pack\n0000{words.Length + 4:x4}{words}");
            return true;
        };

        var failure = await Assert.ThrowsAsync<GitException>(() => host.Store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None));

        Assert.Contains("you sent ***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Token, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_server_wants_a_token_and_there_is_none_it_is_told_why_first()
    {
        await using var server = await GitServer.StartAsync();
        using var folder = new TempFolder();
        var options = new GitOptions { StateFolder = folder.Path, Network = server.Trust };
        var git = await GitProgram.FindAsync(options, TimeProvider.System, CancellationToken.None);
        var store = new MirrorStore(folder["mirrors"], git, new Without(), new MirrorLimits(), new RecordingLogger());

        var failure = await Assert.ThrowsAsync<GitException>(() => store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None));

        Assert.Equal((GitFault.AuthUnavailable, $"{server.Url}/o/r.git wants a token. Make one for {server.Host}"), (failure.Fault, failure.Message));
    }

    private sealed class Without : ICredentialBroker
    {
        public IReadOnlyCollection<string> Secrets => [];

        public ValueTask<GitCredential?> ForHostAsync(string host, CancellationToken cancellationToken) => new((GitCredential?)null);

        public string Missing(string host) => $"Make one for {host}";
    }

    private static IReadOnlyList<string> Forms(string token) =>
        [token, .. ((string[])["x-access-token:", "", "x:"]).Select(before => Convert.ToBase64String(Encoding.UTF8.GetBytes(before + token)).TrimEnd('=')[..^2])];

    private static IEnumerable<string> CommandLines()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            string? line = null;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }

            if (line?.Contains("git", StringComparison.Ordinal) == true)
            {
                yield return line;
            }
        }
    }
}
