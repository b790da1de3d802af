using Foreman.Testing;

namespace Foreman.Git.Tests;

public class CommitsTests
{
    [Fact]
    public async Task A_commit_has_its_author_committer_sign_off_and_mark()
    {
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        Change(tree, "a.txt", "2\n");

        var made = Assert.IsType<CommitResult.Committed>(await Commits.CommitAsync(
            tree,
            new CommitRequest { Message = "Fix it\n\nWhy.", Identity = new("Ann Author", "ann@x", "Carl Committer", "carl@x"), Mark = new("uid-7", 2), When = HostUnderTest.When },
            CancellationToken.None));

        Assert.Equal(
            $"tree {(await host.GitAsync(tree, "rev-parse", made.Sha + "^{tree}")).Trim()}\nparent {tree.StartSha}\nauthor Ann Author <ann@x> {HostUnderTest.When.ToUnixTimeSeconds()} +0000\n"
            + $"committer Carl Committer <carl@x> {HostUnderTest.When.ToUnixTimeSeconds()} +0000\n\nFix it\n\nWhy.\n\nSigned-off-by: Carl Committer <carl@x>\nForeman-Attempt: uid-7/2\n",
            await host.GitAsync(tree, "cat-file", "commit", made.Sha));
        Assert.Equal([new FileChange("a.txt", ChangeKind.Modified, 1, 1)], made.Files);
        Assert.Empty(await tree.ChangesAsync(CancellationToken.None));
        Assert.Equal(made.Sha, await tree.HeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_same_work_gives_the_same_commit_on_another_host()
    {
        using var person = new TempFolder();
        var folder = await GitFolder.InitAsync(person["r"]);
        await folder.CommitAsync("a.txt", "1\n");
        var shas = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var host = await HostUnderTest.StartAsync();
            var tree = await host.CheckoutAsync(HostUnderTest.Local(folder.Path));
            Change(tree, "a.txt", "2\n");
            shas.Add(await HostUnderTest.CommittedAsync(tree));
        }

        Assert.Single(shas.Distinct());
    }

    [Fact]
    public async Task Nothing_changed_makes_no_commit()
    {
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write(".gitignore", "out/\n"));
        using var _ = host;
        Change(tree, "out/x", "ignored");

        Assert.IsType<CommitResult.NothingChanged>(await HostUnderTest.CommitAsync(tree));
        Assert.Equal(tree.StartSha, await tree.HeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_is_to_be_left_is_not_committed()
    {
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        Change(tree, "inputs/data", "x");
        Change(tree, "inputs.txt", "x");
        Change(tree, "one", "x");

        var made = Assert.IsType<CommitResult.Committed>(await Commits.CommitAsync(
            tree, new CommitRequest { Message = "m", Identity = HostUnderTest.Bot, Mark = new("u", 1), When = HostUnderTest.When, Leave = ["inputs", "one"] }, CancellationToken.None));

        Assert.Equal(["inputs.txt"], made.Files.Select(f => f.Path));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("binary")]
    [InlineData("utf-16")]
    [InlineData("long line")]
    [InlineData("across a border")]
    [InlineData("after a line like a header")]
    [InlineData("in a name")]
    [InlineData("in the message")]
    public async Task A_planted_key_is_not_committed(string where)
    {
        var key = "ghp_" + new string('A', 36);
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        Change(tree, "zzz.txt", "nothing\n");
        var message = "Fix it";
        switch (where)
        {
            case "text": Change(tree, "k.txt", $"1\n2\ntoken = {key}\n"); break;
            case "binary": Change(tree, "k.txt", $"\0\u0001\0{key}\0"); break;
            case "utf-16": await File.WriteAllTextAsync(Path.Combine(tree.Workspace, "k.txt"), "x " + key, System.Text.Encoding.Unicode); break;
            case "long line": Change(tree, "k.txt", new string('x', 300_000) + " " + key + new string(' ', 100_000)); break;
            case "across a border": Change(tree, "k.txt", new string(' ', (64 * 1024) - 20) + key + new string(' ', 100_000)); break;
            case "after a line like a header": Change(tree, "k.txt", $"++ /dev/null\n@@ -1 +1 @@\n--- a/x\n{key}\n"); break;
            case "in a name": Change(tree, key, "x"); break;
            default: message = "Fix it\n\n" + key; break;
        }

        var refused = Assert.IsType<CommitResult.SecretsFound>(await HostUnderTest.CommitAsync(tree, message));

        var finding = Assert.Single(refused.Findings);
        Assert.Equal("GitHub token", finding.Rule);
        Assert.Equal(where switch { "in a name" => "[left out: GitHub token]", "in the message" => "(commit message)", _ => "k.txt" }, finding.Path);
        Assert.Equal(where switch { "text" or "in the message" => 3, "after a line like a header" => 4, _ => 1 }, finding.Line);
        Assert.Equal(tree.StartSha, await tree.HeadAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(76)]
    public async Task A_token_of_the_host_is_not_committed_in_wrapped_base64(int width)
    {
        const string Token = "canary-0123456789-abcdefghijklmnop";
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(new string('x', 31) + Token + new string('y', 200)));
        Change(tree, "k.txt", string.Join('\n', encoded.Chunk(width).Select(c => new string(c))) + "\n");

        var refused = Assert.IsType<CommitResult.SecretsFound>(await HostUnderTest.CommitAsync(tree, secrets: [Token]));

        Assert.Equal(("k.txt", "a secret of this host"), (Assert.Single(refused.Findings).Path, refused.Findings[0].Rule));
    }

    [Fact]
    public async Task A_key_that_is_there_already_does_not_keep_others_from_working()
    {
        var key = "ghp_" + new string('A', 36);
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", $"{key}\n2\n3\n"));
        using var _ = host;
        Change(tree, "a.txt", $"{key}\nzwei\n3\n");

        Assert.IsType<CommitResult.Committed>(await HostUnderTest.CommitAsync(tree));
    }

    [Fact]
    public async Task Too_many_files_or_too_large_ones_are_refused()
    {
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        Change(tree, "b", "12345");
        Change(tree, "c", "12345");
        var request = new CommitRequest { Message = "m", Identity = HostUnderTest.Bot, Mark = new("u", 1), When = HostUnderTest.When };

        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => Commits.CommitAsync(tree, request with { MaxFiles = 1 }, CancellationToken.None))).Fault);
        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => Commits.CommitAsync(tree, request with { MaxFileBytes = 4 }, CancellationToken.None))).Fault);
        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => Commits.CommitAsync(tree, request with { MaxBytes = 9 }, CancellationToken.None))).Fault);
        Assert.IsType<CommitResult.Committed>(await Commits.CommitAsync(tree, request with { MaxFiles = 2, MaxFileBytes = 5, MaxBytes = 10 }, CancellationToken.None));
    }

    [Fact]
    public async Task A_file_whose_name_is_no_utf8_has_the_same_bounds()
    {
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;

        // The framework can't name such files: the shell makes them.
        (await CommandRun.RunAsync(new ProcessRequest { Program = "sh", Arguments = ["-c", @"printf 12345 > ""$(printf 'caf\351.txt')"""], WorkingDirectory = tree.Workspace })).Succeeded();
        var request = new CommitRequest { Message = "m", Identity = HostUnderTest.Bot, Mark = new("u", 1), When = HostUnderTest.When };

        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => Commits.CommitAsync(tree, request with { MaxFileBytes = 4 }, CancellationToken.None))).Fault);
        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => Commits.CommitAsync(tree, request with { MaxBytes = 4 }, CancellationToken.None))).Fault);
        Assert.IsType<CommitResult.Committed>(await Commits.CommitAsync(tree, request with { MaxFileBytes = 5 }, CancellationToken.None));
    }

    [Fact]
    public async Task A_pipe_in_place_of_a_file_is_the_runs_fault_and_not_the_hosts()
    {
        using var person = new TempFolder();
        var (host, tree) = await WorkingTreeTests.LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        (await CommandRun.RunAsync(new ProcessRequest { Program = "sh", Arguments = ["-c", "rm a.txt && mkfifo a.txt"], WorkingDirectory = tree.Workspace })).Succeeded();

        var refused = await Assert.ThrowsAsync<GitException>(() => HostUnderTest.CommitAsync(tree));

        Assert.Equal(GitFault.NotAllowed, refused.Fault);
        Assert.Contains("a.txt", refused.Message, StringComparison.Ordinal);
    }

    private static void Change(WorkingTree tree, string name, string text)
    {
        var file = Path.Combine(tree.Workspace, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
