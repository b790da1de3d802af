using System.Text;
using Foreman.Git.Commands;
using Foreman.Primitives;
using Foreman.Testing;

namespace Foreman.Git.Tests.Scenarios;

/// <summary>Repositories and runs that try to make git run something, or to get at files elsewhere.</summary>
public sealed class HostileRepositoryTests : IDisposable
{
    private readonly TempFolder _person = new();

    private string Ran => _person["it-ran"];

    public void Dispose() => _person.Dispose();

    [Fact]
    public async Task Filters_drivers_and_hooks_of_a_repository_do_not_run()
    {
        var (host, tree) = await WorkingTreeTests.LocalAsync(_person, f =>
        {
            f.Write(".gitattributes", "*.txt filter=evil diff=evil merge=evil\n*.bin filter=lfs diff=lfs merge=lfs -text\n");
            f.Write("a.txt", "1\n");
            f.Write(".githooks/pre-commit", $"#!/bin/sh\ntouch {Ran}\n");
            f.Write(".lfsconfig", "[lfs]\n\turl = https://127.0.0.1:1/\n");
        });
        using var _ = host;

        await WorkOnAsync(tree);

        Assert.False(File.Exists(Ran));
    }

    [Fact]
    public async Task A_repository_that_a_run_makes_in_its_workspace_is_ignored_with_all_its_settings()
    {
        var (host, tree) = await WorkingTreeTests.LocalAsync(_person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        await MakeEvilAsync(tree.Workspace);
        Directory.CreateDirectory(Path.Combine(tree.Workspace, "nested"));
        await MakeEvilAsync(Path.Combine(tree.Workspace, "nested"));
        File.WriteAllText(Path.Combine(tree.Workspace, "nested/file.txt"), "x\n");
        File.WriteAllText(Path.Combine(tree.Workspace, ".gitattributes"), "* filter=evil diff=evil\n");

        var files = await WorkOnAsync(tree);

        Assert.False(File.Exists(Ran));
        Assert.Equal([".gitattributes", "a.txt"], files.Order());
    }

    [Theory]
    [InlineData("link to a folder")]
    [InlineData("file that names a folder")]
    [InlineData("link to nowhere")]
    public async Task A_dot_git_that_leads_elsewhere_is_not_followed(string kind)
    {
        var (host, tree) = await WorkingTreeTests.LocalAsync(_person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        var evil = _person.MakeFolder("evil");
        await MakeEvilAsync(evil);
        var dotGit = Path.Combine(tree.Workspace, ".git");
        switch (kind)
        {
            case "link to a folder": File.CreateSymbolicLink(dotGit, Path.Combine(evil, ".git")); break;
            case "link to nowhere": File.CreateSymbolicLink(dotGit, _person["nowhere"]); break;
            default: File.WriteAllText(dotGit, $"gitdir: {evil}/.git\n"); break;
        }

        Assert.Equal(["a.txt"], await WorkOnAsync(tree));
        Assert.False(File.Exists(Ran));
    }

    [Fact]
    public async Task A_submodule_is_neither_fetched_nor_looked_into()
    {
        var module = await GitFolder.InitAsync(_person["module"]);
        await module.CommitAsync("m.txt", "1\n");
        var folder = await GitFolder.InitAsync(_person["r"]);
        folder.Write("a.txt", "1\n");
        await folder.RunAsync("-c", "protocol.file.allow=always", "submodule", "add", "-q", module.Path, "sub");
        folder.Write(".gitmodules", $"[submodule \"sub\"]\n\tpath = sub\n\turl = ext::sh -c touch% {Ran}\n\tupdate = !touch {Ran}\n\tignore = none\n");
        await folder.CommitAsync("Add a submodule");
        using var host = await HostUnderTest.StartAsync();
        var tree = await host.CheckoutAsync(HostUnderTest.Local(folder.Path));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(tree.Workspace, "sub")));

        // What a run could do: fill it with a repository whose settings name programs.
        await MakeEvilAsync(Path.Combine(tree.Workspace, "sub"));
        var files = await WorkOnAsync(tree);

        Assert.Equal(["a.txt"], files);
        Assert.False(File.Exists(Ran));
        Assert.StartsWith("160000 commit " + (await module.RunAsync("rev-parse", "HEAD")).Trim(), await host.GitAsync(tree, "ls-tree", "HEAD", "sub"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pointers_of_large_files_stay_pointers()
    {
        const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
        var (host, tree) = await WorkingTreeTests.LocalAsync(_person, f =>
        {
            f.Write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
            f.Write("model.bin", Pointer);
            f.Write("a.txt", "1\n");
        });
        using var _ = host;

        Assert.Equal(Pointer, File.ReadAllText(Path.Combine(tree.Workspace, "model.bin")));
        Assert.Equal(["a.txt"], await WorkOnAsync(tree));
    }

    [Fact]
    public async Task Names_that_differ_in_case_only_are_different_files()
    {
        var (host, tree) = await WorkingTreeTests.LocalAsync(_person, f =>
        {
            f.Write("Readme.txt", "1\n");
            f.Write("a.txt", "1\n");
        });
        using var _ = host;
        File.Move(Path.Combine(tree.Workspace, "Readme.txt"), Path.Combine(tree.Workspace, "README.txt"));

        Assert.Equal(["README.txt", "Readme.txt", "a.txt"], (await WorkOnAsync(tree)).Order(StringComparer.Ordinal));
        Assert.Equal("README.txt\na.txt\n", await host.GitAsync(tree, "ls-tree", "--name-only", "HEAD"));
    }

    [Fact]
    public async Task Names_that_are_no_utf8_are_committed_byte_for_byte()
    {
        var folder = await GitFolder.InitAsync(_person["r"]);
        folder.Write("a.txt", "1\n");
        await folder.CommitAsync("Begin");

        // The framework can't name such files: the shell makes them.
        await ShellAsync(folder.Path, @"printf 1 > ""$(printf 'caf\351.txt')"" && git add -A && git -c user.name=x -c user.email=x commit -qm more");
        using var host = await HostUnderTest.StartAsync();
        var tree = await host.CheckoutAsync(HostUnderTest.Local(folder.Path));
        await ShellAsync(tree.Workspace, @"printf 2 > ""$(printf 'caf\351.txt')""; printf 3 > ""$(printf 'new\377\nline')""");

        var files = await WorkOnAsync(tree);

        Assert.Equal(["a.txt", "caf\uFFFD.txt", "new\uFFFD\nline"], files.Order(StringComparer.Ordinal));
        var listed = await host.Git.RunAsync(new GitCall("ls-tree", "-z", "--name-only", "HEAD") { GitDir = tree.GitDir }, CancellationToken.None);
        Assert.Equal("a.txt\0caf\u00e9.txt\0new\u00ff\nline\0", Encoding.Latin1.GetString(listed.Output));
    }

    [Fact]
    public async Task A_link_of_the_run_does_not_bring_files_from_elsewhere_into_a_commit()
    {
        _person.Write("outside/secret.txt", "secret\n");
        var (host, tree) = await WorkingTreeTests.LocalAsync(_person, f =>
        {
            f.Write("folder/secret.txt", "public\n");
            f.Write("a.txt", "1\n");
        });
        using var _ = host;
        Directory.Delete(Path.Combine(tree.Workspace, "folder"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(tree.Workspace, "folder"), _person["outside"]);

        var files = await WorkOnAsync(tree);

        Assert.Equal(["a.txt", "folder", "folder/secret.txt"], files.Order());
        Assert.Equal("120000", (await host.GitAsync(tree, "ls-tree", "HEAD", "folder"))[..6]);
    }

    [Fact]
    public async Task Settings_of_the_user_and_the_system_are_not_read()
    {
        var home = _person.MakeFolder("home");
        _person.Write("home/.gitconfig", $"[core]\n\tfsmonitor = touch {Ran}\n\tpager = touch {Ran}\n[alias]\n\tx = !touch {Ran}\n");
        var (host, tree) = await WorkingTreeTests.LocalAsync(_person, f => f.Write("a.txt", "1\n"));
        using var _ = host;
        var call = new GitCall("config", "--list", "--show-origin") { GitDir = tree.GitDir, Variables = new Dictionary<string, string> { ["HOME"] = home } };

        var settings = (await host.Git.RunAsync(call, CancellationToken.None)).Text;

        Assert.DoesNotContain(".gitconfig", settings, StringComparison.Ordinal);
        Assert.All(settings.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => Assert.True(l.StartsWith("command line:", StringComparison.Ordinal) || l.StartsWith($"file:{tree.GitDir}/config", StringComparison.Ordinal), l));
    }

    [Fact]
    public async Task A_repository_that_names_its_few_files_billions_of_times_is_not_checked_out()
    {
        var folder = await GitFolder.InitAsync(_person["bomb"]);
        await folder.CommitAsync("a.txt", "1\n");
        await ShellAsync(
            folder.Path,
            """
            tree=$(git write-tree)
            for level in 1 2 3 4 5 6 7 8 9 10; do
                tree=$(for name in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\td%s\n' "$tree" "$name"; done | git mktree)
            done
            git update-ref refs/heads/main "$(git -c user.name=x -c user.email=x commit-tree -m bomb "$tree")"
            """);
        using var host = await HostUnderTest.StartAsync();

        var refused = await Assert.ThrowsAsync<GitException>(() => host.CheckoutAsync(HostUnderTest.Local(folder.Path)));

        Assert.Equal(GitFault.TooLarge, refused.Fault);
        Assert.Empty(Directory.GetFileSystemEntries(host.Folder["run1"]));
    }

    [Fact]
    public async Task Files_that_fill_the_disk_end_the_checkout()
    {
        var folder = await GitFolder.InitAsync(_person["r"]);
        await folder.CommitAsync("a.txt", new string('x', 5000));
        var git = HelperPrograms.Find("git")!;
        var slow = TestScript.Write(_person["git.sh"], $"case \"$1\" in reset) {git} \"$@\"; exec sleep 1000;; esac\nexec {git} \"$@\"");
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        using var host = await HostUnderTest.StartAsync(time: time, options: new GitOptions { StateFolder = "", Program = slow, LocalLimit = TimeSpan.FromDays(30), NetworkLimit = TimeSpan.FromDays(30) });
        var mirror = await host.Store.RefreshAsync(HostUnderTest.Local(folder.Path), CancellationToken.None);

        var running = host.CheckoutAsync(mirror, mirror, BranchRules.Plan(new BranchWishes { Branch = "foreman/t" }, mirror, mirror), r => r with { MaxBytes = 4000 });
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            },
            "the end of the checkout");

        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => running)).Fault);
    }

    [Theory]
    [InlineData("ext::sh -c touch% {0}")]
    [InlineData("git://127.0.0.1/x")]
    [InlineData("ssh://127.0.0.1/x")]
    [InlineData("/tmp")]
    public async Task Helpers_and_protocols_that_were_not_asked_for_are_off(string url)
    {
        using var host = await HostUnderTest.StartAsync();

        var answer = await host.Git.TryAsync(new GitCall("ls-remote", "--", string.Format(System.Globalization.CultureInfo.InvariantCulture, url, Ran)) { Access = new GitAccess("https", []) }, CancellationToken.None);

        Assert.Equal((128, GitFault.NotAllowed), (answer.ExitCode, GitErrors.Classify(answer.Errors)));
        Assert.False(File.Exists(Ran));
    }

    // Everything that is done with a run's files, so that whatever would run has its chance.
    private static async Task<IReadOnlyList<string>> WorkOnAsync(WorkingTree tree)
    {
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "changed\n");
        await tree.ChangesAsync(CancellationToken.None);
        await tree.DiffAsync(new DiffRequest(), CancellationToken.None);
        var made = Assert.IsType<CommitResult.Committed>(await HostUnderTest.CommitAsync(tree));
        await tree.SwitchAsync(made.Sha, tree.StartSha, CancellationToken.None);
        await tree.SwitchAsync(tree.StartSha, made.Sha, CancellationToken.None);
        return [.. made.Files.Select(f => f.Path)];
    }

    private async Task MakeEvilAsync(string folder)
    {
        await GitFolder.GitAsync(folder, "init", "-q", "-b", "main");
        foreach (var (name, value) in ((string, string)[])[
            ("core.fsmonitor", $"touch {Ran}"), ("core.pager", $"touch {Ran}"), ("core.sshCommand", $"touch {Ran}"), ("filter.evil.clean", $"touch {Ran}"), ("filter.evil.smudge", $"touch {Ran}"),
            ("filter.evil.required", "true"), ("diff.evil.textconv", $"touch {Ran}"), ("diff.external", $"touch {Ran}"), ("credential.helper", $"!touch {Ran}"), ("core.editor", $"touch {Ran}"), ("gpg.program", $"touch {Ran}"), ("commit.gpgSign", "true")])
        {
            await GitFolder.GitAsync(folder, "config", name, value);
        }

        foreach (var hook in (string[])["pre-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-push", "post-rewrite"])
        {
            TestScript.Write(Path.Combine(folder, ".git/evil-hooks", hook), $"touch {Ran}");
        }

        await GitFolder.GitAsync(folder, "config", "core.hooksPath", ".git/evil-hooks");
    }

    private static async Task ShellAsync(string folder, string script) =>
        (await CommandRun.RunAsync(new ProcessRequest { Program = "sh", Arguments = ["-c", script], WorkingDirectory = folder })).Succeeded();
}
