using System.Text;
using Foreman.Git.Commands;
using Foreman.Testing;

namespace Foreman.Git.Tests;

public sealed class JoinsTests
{
    [Fact]
    public async Task Work_of_two_branches_becomes_two_commits_and_no_file_moves_before_it_is_asked_for()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"), ("b.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "2\n"));
        var two = await scene.BranchAsync("two", f => f.Write("b.txt", "2\n"));
        var tree = await scene.OpenAsync();

        var first = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one, "Join one"));
        var second = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, first.Sha, two, "Join two"));

        Assert.Equal([new JoinedFile("b.txt", ChangeKind.Modified)], second.Files);
        Assert.Equal(tree.StartSha, await tree.HeadAsync(CancellationToken.None));
        Assert.Equal("1\n", File.ReadAllText(Path.Combine(tree.Workspace, "a.txt")));
        await tree.AdvanceAsync(second.Sha, CancellationToken.None);
        Assert.Equal(second.Sha, await tree.HeadAsync(CancellationToken.None));
        Assert.Equal(("2\n", "2\n"), (File.ReadAllText(Path.Combine(tree.Workspace, "a.txt")), File.ReadAllText(Path.Combine(tree.Workspace, "b.txt"))));
        Assert.Empty(await tree.ChangesAsync(CancellationToken.None));
        var log = await scene.Host.GitAsync(tree, "log", "--format=%s by %an, %(trailers:key=Foreman-Attempt,valueonly)", $"{tree.StartSha}..HEAD");
        Assert.Equal(["Join two by Foreman Bot, uid-1/1", "Join one by Foreman Bot, uid-1/1"], log.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_same_join_made_again_is_the_same_commit()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "2\n"));
        var (tree, again) = (await scene.OpenAsync(), await scene.OpenAsync());

        Assert.Equal(await JoinAsync(tree, tree.StartSha, one) is JoinResult.Joined a ? a.Sha : "", await JoinAsync(again, again.StartSha, one) is JoinResult.Joined b ? b.Sha : null);
    }

    [Fact]
    public async Task Lines_that_both_change_are_a_conflict_with_the_file_and_the_line()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n2\n3\n"), ("b.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "1\n2\nthree\n"));
        var two = await scene.BranchAsync("two", f =>
        {
            f.Write("a.txt", "1\n2\ndrei\n");
            f.Write("b.txt", "2\n");
        });
        var tree = await scene.OpenAsync();
        var first = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));

        var conflicts = Assert.IsType<JoinResult.Conflicts>(await JoinAsync(tree, first.Sha, two));

        Assert.Equal([new JoinConflict("a.txt", 3)], conflicts.Files);
    }

    [Fact]
    public async Task A_file_that_one_removes_and_the_other_changes_is_a_conflict_without_a_line()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n2\n3\n"), ("b.bin", "\0one"));
        var one = await scene.BranchAsync("one", f =>
        {
            File.Delete(Path.Combine(f.Path, "a.txt"));
            f.Write("b.bin", "\0two");
        });
        var two = await scene.BranchAsync("two", f =>
        {
            f.Write("a.txt", "1\n2\n4\n");
            f.Write("b.bin", "\0three");
        });
        var tree = await scene.OpenAsync();
        var first = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));

        var conflicts = Assert.IsType<JoinResult.Conflicts>(await JoinAsync(tree, first.Sha, two));

        Assert.Equal([new JoinConflict("a.txt", null), new JoinConflict("b.bin", null)], conflicts.Files.OrderBy(f => f.Path, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Deleted_renamed_and_binary_files_links_and_permissions_are_joined()
    {
        using var scene = await Scene.StartAsync(("gone.txt", "1\n"), ("old name.txt", "the same text\nin two lines\n"), ("pic", "\0\u0001"), ("run.sh", "echo\n"), ("Case.txt", "1\n"), (".gitignore", "*.log\n"));
        var one = await scene.BranchAsync("one", f =>
        {
            File.Delete(Path.Combine(f.Path, "gone.txt"));
            File.Move(Path.Combine(f.Path, "old name.txt"), Path.Combine(f.Path, "new \"name\".txt"));
            File.Move(Path.Combine(f.Path, "Case.txt"), Path.Combine(f.Path, "case.txt"));
            f.Write("pic", "\0\u0002");
            File.CreateSymbolicLink(Path.Combine(f.Path, "link"), "run.sh");
            TestFiles.MakeWritable(Path.Combine(f.Path, "run.sh"), UnixFileMode.UserExecute);
        });
        var tree = await scene.OpenAsync();

        var joined = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));
        await tree.AdvanceAsync(joined.Sha, CancellationToken.None);

        Assert.Equal(
            [
                new("Case.txt", ChangeKind.Deleted), new("case.txt", ChangeKind.Added), new("gone.txt", ChangeKind.Deleted), new("link", ChangeKind.Added),
                new("new \"name\".txt", ChangeKind.Added), new("old name.txt", ChangeKind.Deleted), new("pic", ChangeKind.Modified), new JoinedFile("run.sh", ChangeKind.Modified),
            ],
            joined.Files.OrderBy(f => f.Path, StringComparer.Ordinal));
        var files = Directory.GetFileSystemEntries(tree.Workspace).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal([".gitignore", "case.txt", "link", "new \"name\".txt", "pic", "run.sh"], files);
        Assert.StartsWith("100755 ", await scene.Host.GitAsync(tree, "ls-files", "--stage", "run.sh"), StringComparison.Ordinal);
        Assert.Equal((await scene.Person.RunAsync("rev-parse", "one^{tree}")).Trim(), (await scene.Host.GitAsync(tree, "rev-parse", "HEAD^{tree}")).Trim());
        Assert.Empty(await tree.ChangesAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_ignored_and_was_added_all_the_same_is_joined()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"), (".gitignore", "*.log\n"));
        var one = await scene.BranchAsync("one", f => f.Write("kept.log", "x\n"), "kept.log");
        var tree = await scene.OpenAsync();

        var joined = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));
        await tree.AdvanceAsync(joined.Sha, CancellationToken.None);

        Assert.Equal("x\n", File.ReadAllText(Path.Combine(tree.Workspace, "kept.log")));
        Assert.Contains("kept.log", await tree.FilesAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task Work_that_began_at_an_older_base_takes_nothing_of_the_base_back()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"), ("b.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "2\n"));
        await scene.Person.CommitAsync("b.txt", "later\n");
        var tree = await scene.OpenAsync();

        var joined = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));

        Assert.Equal([new JoinedFile("a.txt", ChangeKind.Modified)], joined.Files);
        Assert.Equal("later\n", (await tree.ReadAsync(joined.Sha, "b.txt", 100, CancellationToken.None))!.Text);
    }

    [Fact]
    public async Task A_branch_that_builds_on_another_one_brings_only_what_is_new()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"), ("b.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "2\n"));
        var two = await scene.BranchAsync("two", f => f.Write("b.txt", "2\n"), from: "one");
        var tree = await scene.OpenAsync();
        var first = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));

        Assert.Equal([new JoinedFile("b.txt", ChangeKind.Modified)], Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, first.Sha, two)).Files);
        Assert.IsType<JoinResult.NothingChanged>(await JoinAsync(tree, first.Sha, one));
        Assert.Equal(["a.txt", "b.txt"], (await Joins.ChangesAsync(tree, tree.StartSha, two, CancellationToken.None)).Select(f => f.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_branch_on_top_of_another_one_took_out_does_not_come_back(bool topFirst)
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n2\n3\n"), ("b.txt", "1\n"));
        var one = await scene.BranchAsync("one", f =>
        {
            f.Write("a.txt", "1\nadded\n2\n3\n");
            f.Write("new.txt", "1\n");
        });
        var two = await scene.BranchAsync("two", f =>
        {
            f.Write("a.txt", "1\n2\n3\n");
            File.Delete(Path.Combine(f.Path, "new.txt"));
            f.Write("b.txt", "2\n");
        }, from: "one");
        var tree = await scene.OpenAsync();
        var (below, above) = topFirst ? (two, one) : (one, two);

        var first = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, below));
        var second = await JoinAsync(tree, first.Sha, above, history: first.History);

        var (sha, history) = second is JoinResult.Joined joined ? (joined.Sha, joined.History) : (first.Sha, Assert.IsType<JoinResult.NothingChanged>(second).History);
        Assert.Equal(topFirst, second is JoinResult.NothingChanged);
        Assert.Equal(["b.txt"], (await Joins.ChangesAsync(tree, tree.StartSha, sha, CancellationToken.None)).Select(f => f.Path));
        Assert.Equal("1\n2\n3\n", (await tree.ReadAsync(sha, "a.txt", 100, CancellationToken.None))!.Text);

        // Each commit that is published has one parent, and none is of the branches.
        Assert.Equal(0, (await scene.Host.GitAsync(tree, "rev-list", "--min-parents=2", sha)).Length);
        Assert.Equal((await scene.Host.GitAsync(tree, "rev-parse", $"{sha}^{{tree}}")).Trim(), (await scene.Host.GitAsync(tree, "rev-parse", $"{history}^{{tree}}")).Trim());
    }

    [Fact]
    public async Task Work_on_top_of_what_changed_nothing_is_told_by_its_history_too()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"), ("b.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "2\n"));
        var same = await scene.BranchAsync("same", f => f.Write("a.txt", "2\n"));
        var two = await scene.BranchAsync("two", f => f.Write("a.txt", "1\n"), from: "same");
        var tree = await scene.OpenAsync();
        var first = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));
        var nothing = Assert.IsType<JoinResult.NothingChanged>(await JoinAsync(tree, first.Sha, same, history: first.History));

        var last = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, first.Sha, two, history: nothing.History));

        Assert.Equal("1\n", (await tree.ReadAsync(last.Sha, "a.txt", 100, CancellationToken.None))!.Text);
    }

    [Fact]
    public async Task A_branch_without_a_common_commit_is_not_joined()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"));
        await scene.Person.RunAsync("checkout", "-q", "--orphan", "alone");
        var alone = await scene.Person.CommitAsync("c.txt", "1\n");
        await scene.Person.RunAsync("checkout", "-q", "main");
        var tree = await scene.OpenAsync();

        Assert.IsType<JoinResult.Unrelated>(await JoinAsync(tree, tree.StartSha, alone));
        Assert.Equal(GitFault.NotFound, (await Assert.ThrowsAsync<GitException>(() => Joins.ChangesAsync(tree, tree.StartSha, alone, CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task The_pin_of_a_submodule_is_told_apart()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"));
        await scene.Person.RunAsync("checkout", "-q", "-b", "one", "main");
        await scene.Person.RunAsync("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},sub");
        await scene.Person.RunAsync("commit", "-q", "-m", "Pin");
        var one = (await scene.Person.RunAsync("rev-parse", "HEAD")).Trim();
        await scene.Person.RunAsync("checkout", "-q", "main");
        var tree = await scene.OpenAsync();

        Assert.Equal([new JoinedFile("sub", ChangeKind.Added, IsSubmodule: true)], Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one)).Files);
    }

    [Fact]
    public async Task A_key_in_the_work_is_found_where_it_is()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "1\nsecret-value-of-a-token\n"));
        var two = await scene.BranchAsync("two", f => f.Write("b.txt", "fine\n"));
        var tree = await scene.OpenAsync();

        var found = Assert.IsType<JoinResult.SecretsFound>(await JoinAsync(tree, tree.StartSha, one, secrets: ["secret-value-of-a-token"]));

        Assert.Equal(("a.txt", 2), (Assert.Single(found.Findings).Path, found.Findings[0].Line));
        Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, two, secrets: ["secret-value-of-a-token"]));
    }

    [Fact]
    public async Task Files_that_were_changed_meanwhile_are_not_overwritten()
    {
        using var scene = await Scene.StartAsync(("a.txt", "1\n"));
        var one = await scene.BranchAsync("one", f => f.Write("a.txt", "2\n"));
        var tree = await scene.OpenAsync();
        var joined = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "mine\n");

        await Assert.ThrowsAsync<GitException>(() => tree.AdvanceAsync(joined.Sha, CancellationToken.None));

        Assert.Equal(tree.StartSha, await tree.HeadAsync(CancellationToken.None));
        Assert.Equal("mine\n", File.ReadAllText(Path.Combine(tree.Workspace, "a.txt")));
    }

    [Fact]
    public async Task Over_HTTPS_the_contents_of_pinned_commits_come_at_once()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await MirrorStoreTests.SeedAsync(server, person);
        await clone.RunAsync("checkout", "-q", "-b", "one");
        for (var i = 0; i < 20; i++)
        {
            clone.Write($"new/{i}.txt", $"{i}\n");
        }

        var one = await clone.CommitAsync("Many");
        await clone.PushAsync(server.RepositoryOf("o/r"), "one");
        using var host = await HostUnderTest.StartAsync(server);
        var mirror = await host.Store.RefreshAsync(HostUnderTest.Address(server, "o/r"), CancellationToken.None);
        var plan = BranchRules.Plan(new BranchWishes { Branch = "foreman/all" }, mirror, mirror);
        var tree = await WorkingTree.CreateAsync(
            new CheckoutRequest
            {
                Store = host.Store,
                Upstream = mirror,
                Push = mirror,
                Plan = plan,
                GitDir = host.Folder["r.git"],
                Workspace = host.Folder.MakeFolder("r"),
                Identity = HostUnderTest.Bot,
                When = HostUnderTest.When,
                Besides = [one],
            },
            CancellationToken.None);
        server.ForgetRequests();

        var joined = Assert.IsType<JoinResult.Joined>(await JoinAsync(tree, tree.StartSha, one));
        await tree.AdvanceAsync(joined.Sha, CancellationToken.None);
        var texts = await TreeTexts.ReadAsync(tree, one, _ => true, 64L << 20, CancellationToken.None);

        Assert.Equal((20, 21), (joined.Files.Count, texts.Files.Count));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a\nb\n", null)]
    [InlineData("<<<<<<< x\na\n", 1)]
    [InlineData("a\nb\n<<<<<<< x\n", 3)]
    [InlineData("a <<<<<<< x\n", null)]
    public void The_first_marked_line_is_found(string text, int? line) => Assert.Equal(line, Joins.MarkedLine(text));

    [Fact]
    public void What_git_says_of_differences_is_read()
    {
        var zero = new string('0', 40);
        var text = $":100644 100755 {zero} {zero} M\0a b\0:000000 160000 {zero} {zero} A\0sub\0:100644 120000 {zero} {zero} T\0l\0:100644 000000 {zero} {zero} D\0d/ä\0";

        Assert.Equal(
            [new("a b", ChangeKind.Modified), new("sub", ChangeKind.Added, true), new("l", ChangeKind.TypeChanged), new JoinedFile("d/ä", ChangeKind.Deleted)],
            Joins.Parse(new GitAnswer(0, Encoding.UTF8.GetBytes(text), "")));
        Assert.Empty(Joins.Parse(new GitAnswer(0, Encoding.UTF8.GetBytes("nonsense\0:1\0"), "")));
    }

    internal static Task<JoinResult> JoinAsync(WorkingTree tree, string onto, string tip, string message = "Join", IReadOnlyCollection<string>? secrets = null, string? history = null) => Joins.JoinAsync(
        tree,
        new JoinRequest
        {
            Onto = onto,
            History = history,
            Tip = tip,
            Commit = new CommitRequest { Message = message, Identity = HostUnderTest.Bot, Mark = new("uid-1", 1), When = HostUnderTest.When, Secrets = secrets ?? [] },
        },
        CancellationToken.None);

    /// <summary>A person's repository with branches, and a host that works on it.</summary>
    internal sealed class Scene : IDisposable
    {
        private readonly TempFolder _folder;

        private Scene(TempFolder folder, GitFolder person, HostUnderTest host) => (_folder, Person, Host) = (folder, person, host);

        public GitFolder Person { get; }

        public HostUnderTest Host { get; }

        public static async Task<Scene> StartAsync(params (string Name, string Text)[] files)
        {
            var folder = new TempFolder();
            var person = await GitFolder.InitAsync(folder["r"]);
            files.ToList().ForEach(f => person.Write(f.Name, f.Text));
            await person.CommitAsync("Begin");
            return new Scene(folder, person, await HostUnderTest.StartAsync());
        }

        /// <summary>A branch with one commit; main is checked out afterwards.</summary>
        public async Task<string> BranchAsync(string name, Action<GitFolder> change, string? forced = null, string from = "main")
        {
            await Person.RunAsync("checkout", "-q", "-b", name, from);
            change(Person);
            if (forced is not null)
            {
                await Person.RunAsync("add", "-f", forced);
            }

            var sha = await Person.CommitAsync($"Work on {name}");
            await Person.RunAsync("checkout", "-q", "main");
            return sha;
        }

        public Task<WorkingTree> OpenAsync() => Host.CheckoutAsync(HostUnderTest.Local(Person.Path), "foreman/all");

        public void Dispose()
        {
            Host.Dispose();
            _folder.Dispose();
        }
    }
}
