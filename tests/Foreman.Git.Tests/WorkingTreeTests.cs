using Foreman.Testing;

namespace Foreman.Git.Tests;

public class WorkingTreeTests
{
    [Fact]
    public async Task A_run_gets_the_files_of_the_base_and_no_repository_among_them()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await MirrorStoreTests.SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);

        var tree = await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"));

        Assert.Equal(["a.txt"], Directory.GetFileSystemEntries(tree.Workspace).Select(Path.GetFileName));
        Assert.Equal((await clone.RunAsync("rev-parse", "HEAD")).Trim(), await tree.HeadAsync(CancellationToken.None));
        Assert.Equal(("main", null), (tree.Plan.Base, tree.ExpectedTip));
        Assert.Empty(await tree.ChangesAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_second_run_on_the_host_transfers_nothing()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await MirrorStoreTests.SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"));
        server.ForgetRequests();

        var second = await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"));

        Assert.True(File.Exists(Path.Combine(second.Workspace, "a.txt")));
        Assert.Single(server.Requests, r => r.IsFetch);
    }

    [Theory]
    [InlineData("1234567890123456789012345678901234567890", GitFault.NotFound)]
    [InlineData("--stdin", GitFault.BadName)]
    public async Task A_base_that_is_gone_is_told_as_that_and_not_asked_for_at_the_server(string gone, GitFault fault)
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await MirrorStoreTests.SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        var mirror = await host.Store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None);
        var plan = BranchRules.Plan(new BranchWishes { Branch = "foreman/t" }, mirror, mirror) with { BaseSha = gone };

        Assert.True(mirror.IsPartial);
        Assert.Equal(fault, (await Assert.ThrowsAsync<GitException>(() => host.CheckoutAsync(mirror, mirror, plan))).Fault);
    }

    [Fact]
    public async Task A_base_that_has_moved_on_since_is_checked_out_with_its_files()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await MirrorStoreTests.SeedAsync(server, person);
        var began = (await clone.RunAsync("rev-parse", "HEAD")).Trim();
        await clone.CommitAsync("a.txt", "two\n");
        await clone.PushAsync(server.RepositoryOf("o/r"), "main");
        using var host = await HostUnderTest.StartAsync(server);
        var mirror = await host.Store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None);

        var tree = await host.CheckoutAsync(mirror, mirror, BranchRules.Plan(new BranchWishes { Branch = "foreman/t" }, mirror, mirror) with { BaseSha = began });

        Assert.Equal("one\n", File.ReadAllText(Path.Combine(tree.Workspace, "a.txt")));
        Assert.Equal(began, tree.StartSha);
    }

    [Fact]
    public async Task A_run_goes_on_when_its_mirror_is_removed()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await MirrorStoreTests.SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        var tree = await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"));
        Directory.Delete(host.Folder["mirrors"], recursive: true);
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "two\n");

        Assert.IsType<CommitResult.Committed>(await HostUnderTest.CommitAsync(tree));
    }

    [Fact]
    public async Task Every_kind_of_change_is_seen_with_its_lines()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f =>
        {
            f.Write("mod.txt", "1\n2\n3\n");
            f.Write("gone.txt", "1\n");
            f.Write("link.txt", "1\n");
            f.Write("folder/file", "1\n");
            f.Write("bin", "a\0b");
            f.Write(".gitignore", "*.log\n");
        });
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "mod.txt"), "1\nzwei\n3\n4\n");
        File.Delete(Path.Combine(tree.Workspace, "gone.txt"));
        File.Delete(Path.Combine(tree.Workspace, "link.txt"));
        File.CreateSymbolicLink(Path.Combine(tree.Workspace, "link.txt"), "/etc/passwd");
        Directory.Delete(Path.Combine(tree.Workspace, "folder"), recursive: true);
        File.WriteAllText(Path.Combine(tree.Workspace, "folder"), "a file now\n");
        File.WriteAllText(Path.Combine(tree.Workspace, "bin"), "a\0c");
        File.WriteAllText(Path.Combine(tree.Workspace, "ignored.log"), "x\n");
        Directory.CreateDirectory(Path.Combine(tree.Workspace, "new/empty"));
        File.WriteAllText(Path.Combine(tree.Workspace, "new/ö \"q\".txt"), "x\n");

        var changes = (await tree.ChangesAsync(CancellationToken.None)).OrderBy(c => c.Path, StringComparer.Ordinal).ToList();

        Assert.Equal(
            [
                new FileChange("bin", ChangeKind.Modified, 0, 0) { IsBinary = true },
                new FileChange("folder", ChangeKind.Added, 1, 0),
                new FileChange("folder/file", ChangeKind.Deleted, 0, 1),
                new FileChange("gone.txt", ChangeKind.Deleted, 0, 1),
                new FileChange("link.txt", ChangeKind.TypeChanged, 1, 1),
                new FileChange("mod.txt", ChangeKind.Modified, 2, 1),
                new FileChange("new/ö \"q\".txt", ChangeKind.Added, 1, 0),
            ],
            changes);
    }

    [Fact]
    public async Task The_messages_of_a_branch_are_those_since_it_left_its_base()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        var whole = await tree.MessagesAsync(1 << 20, CancellationToken.None);
        var cut = await tree.MessagesAsync(20, CancellationToken.None);

        Assert.StartsWith($"commit {sha}\nauthor Foreman Bot\n\nFix it\n", whole.Text, StringComparison.Ordinal);
        Assert.Single(whole.Text.Split('\n'), l => l.StartsWith("commit ", StringComparison.Ordinal));
        Assert.Equal((false, true, whole.Text[..20]), (whole.Truncated, cut.Truncated, cut.Text));
    }

    [Fact]
    public async Task A_commit_is_looked_for_in_the_base_and_nowhere_else()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await MirrorStoreTests.SeedAsync(server, person);
        var first = (await clone.RunAsync("rev-parse", "HEAD")).Trim();
        await clone.CommitAsync("a.txt", "two\n");
        await clone.PushAsync(server.RepositoryOf("o/r"), "main");
        var elsewhere = await clone.CommitAsync("a.txt", "three\n");
        await clone.PushAsync(server.RepositoryOf("o/r"), "elsewhere");
        using var host = await HostUnderTest.StartAsync(server);
        var tree = await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "mine\n");
        var own = await HostUnderTest.CommittedAsync(tree);
        server.ForgetRequests();

        foreach (var name in (string[])[first, first[..7], tree.Plan.BaseSha])
        {
            Assert.True(await tree.BaseHasAsync(name, CancellationToken.None), name);
        }

        foreach (var name in (string[])[own, elsewhere.Trim(), new string('a', 40), first[..6], "main", "HEAD", "--all", ""])
        {
            Assert.False(await tree.BaseHasAsync(name, CancellationToken.None), name);
        }

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_diff_is_bounded_and_names_all_files()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\u001b[2J\n");
        File.WriteAllText(Path.Combine(tree.Workspace, "b.txt"), string.Concat(Enumerable.Repeat("line\n", 5000)));

        var whole = await tree.DiffAsync(new DiffRequest { From = DiffFrom.Head, MaxBytes = 1 << 20 }, CancellationToken.None);
        var cut = await tree.DiffAsync(new DiffRequest { From = DiffFrom.Head, MaxBytes = 500 }, CancellationToken.None);
        var one = await tree.DiffAsync(new DiffRequest { Paths = ["a.txt"] }, CancellationToken.None);

        Assert.False(whole.Truncated);
        Assert.Contains("+2\\u001b[2J", whole.Text, StringComparison.Ordinal);
        Assert.Equal((5001L, 1L), (whole.Added, whole.Deleted));
        Assert.True(cut.Truncated);
        Assert.InRange(cut.Text.Length, 1, 500);
        Assert.Equal(2, cut.Files.Count);
        Assert.DoesNotContain("b.txt", one.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diff_for_a_result_holds_no_keys_and_no_half_ones()
    {
        const string Token = "canary-0123456789-abcdefghijklmnop";
        var key = "ghp_" + new string('A', 36);
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        var pem = "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----";
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), $"one\n{key}\n{pem}\n{Token}\ntwo\n");
        var request = new DiffRequest { Secrets = [Token] };

        var asIs = await tree.DiffAsync(request with { Secrets = null }, CancellationToken.None);
        var diff = await tree.DiffAsync(request, CancellationToken.None);
        var half = await tree.DiffAsync(request with { MaxBytes = asIs.Text.IndexOf(key, StringComparison.Ordinal) + key.Length - 1 }, CancellationToken.None);

        Assert.EndsWith("+one\n[left out: GitHub token]\n[left out: private key]\n[left out: a secret of this host]\n+two\n", diff.Text, StringComparison.Ordinal);
        Assert.Equal((asIs.Added, asIs.Truncated), (diff.Added, diff.Truncated));
        Assert.True(half.Truncated);
        Assert.EndsWith("+one\n", half.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_diff_from_the_base_has_commits_and_what_is_not_committed()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");
        await HostUnderTest.CommittedAsync(tree);
        File.WriteAllText(Path.Combine(tree.Workspace, "b.txt"), "3\n");

        Assert.Equal(["a.txt", "b.txt"], (await tree.DiffAsync(new DiffRequest(), CancellationToken.None)).Files.Select(f => f.Path));
        Assert.Equal(["a.txt"], (await tree.DiffAsync(new DiffRequest { CommittedOnly = true }, CancellationToken.None)).Files.Select(f => f.Path));
        Assert.Equal(["b.txt"], (await tree.DiffAsync(new DiffRequest { From = DiffFrom.Head }, CancellationToken.None)).Files.Select(f => f.Path));
    }

    [Fact]
    public async Task The_files_that_would_be_committed_and_what_differs_from_the_base_are_told_at_once()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f =>
        {
            f.Write(".gitignore", "out/\n");
            f.Write("a.txt", "1\n");
            f.Write("b/gone.txt", "1\n");
            f.Write("c.txt", "1\n");
        });
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");
        await HostUnderTest.CommittedAsync(tree);
        File.Delete(Path.Combine(tree.Workspace, "b/gone.txt"));
        File.WriteAllText(Path.Combine(tree.Workspace, "new.txt"), "1\n");
        Directory.CreateDirectory(Path.Combine(tree.Workspace, "out"));
        File.WriteAllText(Path.Combine(tree.Workspace, "out/built"), "1\n");

        var state = await tree.StateAsync(tree.StartSha, 10, CancellationToken.None);

        Assert.Equal([".gitignore", "a.txt", "c.txt", "new.txt"], state.Files);
        Assert.Equal(["a.txt Modified", "b/gone.txt Deleted", "new.txt Added"], state.Changes.Select(c => $"{c.Path} {c.Kind}").Order(StringComparer.Ordinal));
        Assert.Equal([".gitignore", "a.txt"], (await tree.StateAsync(tree.StartSha, 2, CancellationToken.None)).Files);
        Assert.Equal(["b/gone.txt Deleted", "new.txt Added"], (await tree.StateAsync(await tree.HeadAsync(CancellationToken.None), 10, CancellationToken.None)).Changes.Select(c => $"{c.Path} {c.Kind}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_of_a_commit_are_listed_and_read()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f =>
        {
            f.Write("a.txt", "0123456789");
            f.Write("b/c.txt", "x");
        });
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "changed");

        Assert.Equal(["a.txt", "b/c.txt"], await tree.FilesAsync(10, CancellationToken.None));
        Assert.Equal(["a.txt"], await tree.FilesAsync(1, CancellationToken.None));
        Assert.Equal("0123456789", (await tree.ReadAsync(tree.StartSha, "a.txt", 100, CancellationToken.None))!.Text);
        Assert.True((await tree.ReadAsync(tree.StartSha, "a.txt", 5, CancellationToken.None)) is { Text: "01234", Truncated: true });
        Assert.Null(await tree.ReadAsync(tree.StartSha, "b", 5, CancellationToken.None));
        Assert.Null(await tree.ReadAsync(tree.StartSha, "--all", 5, CancellationToken.None));
        await Assert.ThrowsAsync<GitException>(() => tree.ReadAsync("HEAD", "a.txt", 5, CancellationToken.None));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_file_of_a_commit_is_read_byte_for_byte_with_what_it_is()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f =>
        {
            f.Write("run.sh", "\ufeffecho caf\u00e9\r\n");
            File.SetUnixFileMode(Path.Combine(f.Path, "run.sh"), (UnixFileMode)0b111_101_101);
            File.WriteAllBytes(Path.Combine(f.Path, "latin"), [0xe9, 0, 0xff]);
            File.WriteAllBytes(Path.Combine(f.Path, "empty"), []);
            File.CreateSymbolicLink(Path.Combine(f.Path, "link"), "run.sh");
        });
        using var _ = host;

        var program = await tree.FileAsync(tree.StartSha, "run.sh", 100, CancellationToken.None);
        var latin = await tree.FileAsync(tree.StartSha, "latin", 3, CancellationToken.None);
        var link = await tree.FileAsync(tree.StartSha, "link", 100, CancellationToken.None);

        Assert.Equal(("\ufeffecho caf\u00e9\r\n", true, false), (System.Text.Encoding.UTF8.GetString(program!.Content), program.IsExecutable, program.IsLink));
        Assert.Equal("E900FF", Convert.ToHexString(latin!.Content));
        Assert.Equal(("run.sh", false, true), (System.Text.Encoding.UTF8.GetString(link!.Content), link.IsExecutable, link.IsLink));
        Assert.Empty((await tree.FileAsync(tree.StartSha, "empty", 100, CancellationToken.None))!.Content);
        Assert.Null(await tree.FileAsync(tree.StartSha, "latin", 2, CancellationToken.None));
        Assert.Null(await tree.FileAsync(tree.StartSha, "none", 100, CancellationToken.None));
    }

    [Fact]
    public async Task Files_go_back_to_the_base_and_forth_again()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f =>
        {
            f.Write("src.txt", "old\n");
            f.Write("test.txt", "same\n");
            f.Write(".gitignore", "build\n");
        });
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "src.txt"), "new\n");
        File.WriteAllText(Path.Combine(tree.Workspace, "extra.txt"), "new\n");
        File.WriteAllText(Path.Combine(tree.Workspace, "build"), "output\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        await tree.SwitchAsync(sha, tree.StartSha, CancellationToken.None);
        Assert.Equal(("old\n", "same\n", "output\n", false), (Read("src.txt"), Read("test.txt"), Read("build"), File.Exists(Path.Combine(tree.Workspace, "extra.txt"))));

        await tree.SwitchAsync(tree.StartSha, sha, CancellationToken.None);
        Assert.Equal(("new\n", "same\n", "new\n"), (Read("src.txt"), Read("test.txt"), Read("extra.txt")));
        Assert.Empty(await tree.ChangesAsync(CancellationToken.None));

        File.WriteAllText(Path.Combine(tree.Workspace, "src.txt"), "a gate changed it\n");
        await Assert.ThrowsAsync<GitException>(() => tree.SwitchAsync(sha, tree.StartSha, CancellationToken.None));
        Assert.Equal("a gate changed it\n", Read("src.txt"));

        string Read(string name) => File.ReadAllText(Path.Combine(tree.Workspace, name));
    }

    [Fact]
    public async Task Another_process_takes_a_run_up_again()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        // As after a process that ended between the commit and its index, with a lock left behind.
        await host.GitAsync(tree, "read-tree", tree.StartSha);
        File.WriteAllText(Path.Combine(tree.GitDir, "index.lock"), "");
        File.WriteAllText(Path.Combine(tree.Workspace, "b.txt"), "3\n");
        var again = await WorkingTree.OpenAsync(host.Store, tree.GitDir, tree.Workspace, CancellationToken.None);

        Assert.Equal(sha, await again.HeadAsync(CancellationToken.None));
        Assert.Equal(["b.txt"], (await again.ChangesAsync(CancellationToken.None)).Select(c => c.Path));
        Assert.Equal(tree.Plan, again.Plan);
    }

    [Fact]
    public async Task A_checkout_that_never_ended_is_not_taken_up()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        File.Delete(Path.Combine(tree.GitDir, "foreman-run.json"));
        Assert.Equal(GitFault.NotFound, (await Assert.ThrowsAsync<GitException>(() => WorkingTree.OpenAsync(host.Store, tree.GitDir, tree.Workspace, CancellationToken.None))).Fault);

        File.WriteAllText(Path.Combine(tree.GitDir, "foreman-run.json"), "{}");
        Assert.Equal(GitFault.Corrupt, (await Assert.ThrowsAsync<GitException>(() => WorkingTree.OpenAsync(host.Store, tree.GitDir, tree.Workspace, CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task Files_are_never_checked_out_over_others()
    {
        using var person = new TempFolder();
        var folder = await GitFolder.InitAsync(person["r"]);
        await folder.CommitAsync("a.txt", "1\n");
        using var host = await HostUnderTest.StartAsync();
        host.Folder.Write("run1/there", "");

        Assert.Equal(GitFault.NotAllowed, (await Assert.ThrowsAsync<GitException>(() => host.CheckoutAsync(HostUnderTest.Local(folder.Path)))).Fault);
    }

    [Fact]
    public async Task The_subject_of_the_last_commit_is_one_printable_line()
    {
        using var person = new TempFolder();
        var (host, tree) = await LocalAsync(person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");
        await HostUnderTest.CommitAsync(tree, "Count \u202eto two\n\nBecause.");

        Assert.Equal("Count \\u202eto two", await tree.SubjectAsync(CancellationToken.None));
    }

    internal static async Task<(HostUnderTest Host, WorkingTree Tree)> LocalAsync(TempFolder person, Action<GitFolder> write)
    {
        var folder = await GitFolder.InitAsync(person["r"]);
        write(folder);
        await folder.CommitAsync("Begin");
        var host = await HostUnderTest.StartAsync();
        return (host, await host.CheckoutAsync(HostUnderTest.Local(folder.Path)));
    }
}
