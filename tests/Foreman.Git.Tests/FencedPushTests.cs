using Foreman.Testing;

namespace Foreman.Git.Tests;

public class FencedPushTests
{
    [Fact]
    public async Task A_branch_is_published_once_however_often_it_is_pushed()
    {
        await using var scene = await Scene.StartAsync();
        var (tree, sha) = await scene.WorkAsync(scene.First, "a");

        Assert.Equal(new PushResult.Pushed(sha, null), await scene.First.PushAsync(tree, scene.Address, sha));
        Assert.Equal(new PushResult.AlreadyThere(sha), await scene.First.PushAsync(tree, scene.Address, sha));
        Assert.Equal(sha, await scene.TipAsync());
        Assert.Single(scene.Server.Requests, r => r.IsPush);
    }

    [Fact]
    public async Task A_second_commit_of_the_same_attempt_moves_the_branch_on()
    {
        await using var scene = await Scene.StartAsync();
        var (tree, sha) = await scene.WorkAsync(scene.First, "a");
        await scene.First.PushAsync(tree, scene.Address, sha);
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "more\n");
        var next = await HostUnderTest.CommittedAsync(tree);

        Assert.Equal(new PushResult.Pushed(next, sha), await scene.First.PushAsync(tree, scene.Address, next));
    }

    [Fact]
    public async Task A_holder_that_began_again_replaces_what_it_had_pushed_itself()
    {
        await using var scene = await Scene.StartAsync();
        var (tree1, sha1) = await scene.WorkAsync(scene.First, "one");
        await scene.First.PushAsync(tree1, scene.Address, sha1);
        var (tree2, sha2) = await scene.WorkAsync(scene.First, "another");

        Assert.Equal(new PushResult.Pushed(sha2, sha1), await scene.First.PushAsync(tree2, scene.Address, sha2));
    }

    [Fact]
    public async Task Work_on_top_of_a_push_that_was_not_answered_is_pushed()
    {
        await using var scene = await Scene.StartAsync();
        var (tree, sha) = await scene.WorkAsync(scene.First, "a");
        await scene.Person.RunAsync("fetch", "-q", tree.GitDir, sha);
        await scene.Person.RunAsync("push", "-q", scene.Bare, $"{sha}:refs/heads/{Scene.Branch}");
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "more\n");
        var next = await HostUnderTest.CommittedAsync(tree);

        Assert.Equal(new PushResult.Pushed(next, sha), await scene.First.PushAsync(tree, scene.Address, next));
    }

    [Fact]
    public async Task A_later_attempt_replaces_an_earlier_one_and_the_earlier_stops()
    {
        await using var scene = await Scene.StartAsync();
        var (tree1, sha1) = await scene.WorkAsync(scene.First, "one", attempt: 1);
        var (tree2, sha2) = await scene.WorkAsync(scene.Second, "two", attempt: 2);

        Assert.IsType<PushResult.Pushed>(await scene.First.PushAsync(tree1, scene.Address, sha1, attempt: 1));
        Assert.Equal(new PushResult.Pushed(sha2, sha1), await scene.Second.PushAsync(tree2, scene.Address, sha2, attempt: 2));
        Assert.IsType<PushResult.Fenced>(await scene.First.PushAsync(tree1, scene.Address, sha1, attempt: 1));
        Assert.Equal(sha2, await scene.TipAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_hosts_that_push_in_the_same_moment_the_later_attempt_remains(bool earlierFirst)
    {
        await using var scene = await Scene.StartAsync();
        var (tree1, sha1) = await scene.WorkAsync(scene.First, "one", attempt: 1);
        var (tree2, sha2) = await scene.WorkAsync(scene.Second, "two", attempt: 2);
        var (slow, fast) = earlierFirst ? ((scene.Second, tree2, sha2, 2L), (scene.First, tree1, sha1, 1L)) : ((scene.First, tree1, sha1, 1L), (scene.Second, tree2, sha2, 2L));

        // The claim is asked about between the look at the branch and the push: here the other host gets in between.
        var others = default(PushResult);
        async Task<bool> OtherPushesAsync()
        {
            others ??= await fast.Item1.PushAsync(fast.Item2, scene.Address, fast.Item3, attempt: fast.Item4);
            return true;
        }

        var result = await slow.Item1.PushAsync(slow.Item2, scene.Address, slow.Item3, attempt: slow.Item4, holds: OtherPushesAsync);

        Assert.IsType<PushResult.Pushed>(others);
        Assert.Equal(sha2, await scene.TipAsync());
        Assert.Equal(earlierFirst ? typeof(PushResult.Pushed) : typeof(PushResult.Fenced), result.GetType());
    }

    [Fact]
    public async Task A_branch_beside_replaces_what_attempts_left_there_and_nothing_of_a_person()
    {
        await using var scene = await Scene.StartAsync();
        var (tree1, sha1) = await scene.WorkAsync(scene.First, "one", attempt: 1);
        var (tree2, sha2) = await scene.WorkAsync(scene.Second, "two", attempt: 2);
        var beside = BranchRules.GateFailed(tree1.Plan.Branch);
        Task<PushResult> PushAsync(WorkingTree tree, string sha, string uid, long attempt) => FencedPush.PushAsync(
            tree, scene.First.Credentials, new PushRequest { To = scene.Address, Sha = sha, Branch = beside, Mark = new(uid, attempt), HoldsClaim = _ => Task.FromResult(true) }, CancellationToken.None);

        Assert.Equal(new PushResult.Pushed(sha1, null), await PushAsync(tree1, sha1, "uid-1", 1));
        Assert.Equal(new PushResult.AlreadyThere(sha1), await PushAsync(tree1, sha1, "uid-1", 1));
        Assert.Equal(new PushResult.Pushed(sha2, sha1), await PushAsync(tree2, sha2, "another-task", 1));
        Assert.Null(tree1.ExpectedTip);

        var person = await GitFolder.CloneAsync(scene.Server.RepositoryOf("o/r"), scene.First.Folder["person"]);
        await person.RunAsync("checkout", "-q", beside);
        var mine = await person.CommitAsync("by-hand.txt", "by hand\n");
        await person.PushAsync(scene.Server.RepositoryOf("o/r"), beside);

        Assert.IsType<PushResult.NotAllowed>(await PushAsync(tree1, sha1, "uid-1", 3));
        Assert.Equal(mine, (await GitFolder.GitAsync(scene.Server.RepositoryOf("o/r"), "rev-parse", beside)).Trim());
    }

    [Fact]
    public async Task Hosts_that_push_side_by_side_leave_one_state()
    {
        await using var scene = await Scene.StartAsync();
        var works = new List<(HostUnderTest Host, WorkingTree Tree, string Sha, long Attempt)>();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var host = attempt % 2 == 0 ? scene.Second : scene.First;
            var (tree, sha) = await scene.WorkAsync(host, $"{attempt}", attempt: attempt);
            works.Add((host, tree, sha, attempt));
        }

        var results = await Task.WhenAll(works.Select(w => w.Host.PushAsync(w.Tree, scene.Address, w.Sha, attempt: w.Attempt)));

        Assert.Equal(works[^1].Sha, await scene.TipAsync());
        Assert.IsType<PushResult.Pushed>(results[^1]);
        Assert.All(results, r => Assert.True(r is PushResult.Pushed or PushResult.Fenced, r.ToString()));
    }

    [Fact]
    public async Task Without_the_claim_nothing_is_pushed()
    {
        await using var scene = await Scene.StartAsync();
        var (tree, sha) = await scene.WorkAsync(scene.First, "a");

        Assert.IsType<PushResult.Fenced>(await scene.First.PushAsync(tree, scene.Address, sha, holds: () => Task.FromResult(false)));
        Assert.Null(await scene.TipAsync());
        Assert.DoesNotContain(scene.Server.Requests, r => r.IsPush);
    }

    [Fact]
    public async Task Commits_of_people_are_never_replaced()
    {
        await using var scene = await Scene.StartAsync();
        var (tree, sha) = await scene.WorkAsync(scene.First, "a", new BranchWishes { Branch = Scene.Branch, AllowOverwrite = true });
        var theirs = await scene.Person.CommitAsync("theirs.txt", "x\n");
        await scene.Person.PushAsync(scene.Bare, Scene.Branch);

        var result = Assert.IsType<PushResult.Overtaken>(await scene.First.PushAsync(tree, scene.Address, sha));

        Assert.Equal(theirs, result.Tip);
        Assert.Equal(theirs, await scene.TipAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_branch_that_was_there_before_is_replaced_only_with_permission(bool allowed)
    {
        await using var scene = await Scene.StartAsync();
        var old = await scene.Person.CommitAsync("old.txt", "x\n");
        await scene.Person.PushAsync(scene.Bare, Scene.Branch);
        var (tree, sha) = await scene.WorkAsync(scene.First, "a", new BranchWishes { Branch = Scene.Branch, AllowOverwrite = allowed });

        var result = await scene.First.PushAsync(tree, scene.Address, sha);

        Assert.Equal(allowed ? typeof(PushResult.Pushed) : typeof(PushResult.NotAllowed), result.GetType());
        Assert.Equal(allowed ? sha : old, await scene.TipAsync());
    }

    [Fact]
    public async Task Work_that_was_rebased_is_pushed_over_what_it_came_from_with_permission_only()
    {
        await using var scene = await Scene.StartAsync();
        var (tree1, sha1) = await scene.WorkAsync(scene.First, "one");
        await scene.First.PushAsync(tree1, scene.Address, sha1);
        await scene.Person.CommitAsync("merged.txt", "x\n");
        await scene.Person.PushAsync(scene.Bare, "main");
        var wishes = new BranchWishes { Branch = Scene.Branch, ReviseFrom = Scene.Branch, Start = BranchStart.Rebase, AllowOverwrite = true };
        var tree2 = await scene.Second.CheckoutAsync(scene.Address, wishes);
        File.WriteAllText(Path.Combine(tree2.Workspace, "b.txt"), "b\n");
        var sha2 = await HostUnderTest.CommittedAsync(tree2, uid: "uid-2");

        Assert.Equal(new PushResult.Pushed(sha2, sha1), await scene.Second.PushAsync(tree2, scene.Address, sha2, uid: "uid-2"));
        Assert.Equal(["a.txt", "b.txt", "merged.txt"], (await GitFolder.GitAsync(scene.Bare, "ls-tree", "--name-only", Scene.Branch)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("2", (await GitFolder.GitAsync(scene.Bare, "rev-list", "--count", $"main..{Scene.Branch}")).Trim());
    }

    [Fact]
    public async Task A_push_whose_answer_was_lost_is_found_out()
    {
        await using var scene = await Scene.StartAsync();
        var (tree, sha) = await scene.WorkAsync(scene.First, "a");
        await scene.Person.RunAsync("fetch", "-q", tree.GitDir, sha);
        await scene.Person.RunAsync("push", "-q", scene.Bare, $"{sha}:refs/heads/{Scene.Branch}");
        scene.Server.Intercept = context => { context.Abort(); return Task.FromResult(true); };
        Assert.True((await Assert.ThrowsAsync<GitException>(() => scene.First.PushAsync(tree, scene.Address, sha))).MayPass);
        scene.Server.Intercept = null;

        Assert.Equal(new PushResult.AlreadyThere(sha), await scene.First.PushAsync(tree, scene.Address, sha));
    }

    [Fact]
    public async Task A_branch_that_is_removed_while_it_is_looked_at_is_made_again()
    {
        await using var scene = await Scene.StartAsync();
        var (tree1, sha1) = await scene.WorkAsync(scene.First, "one", attempt: 1);
        var (tree2, sha2) = await scene.WorkAsync(scene.Second, "two", attempt: 2);
        await scene.First.PushAsync(tree1, scene.Address, sha1, attempt: 1);
        var questions = 0;
        scene.Server.Intercept = async context =>
        {
            // The first asks for the list, the second begins to fetch.
            if (context.Request.Method == "GET" && ++questions == 2)
            {
                await GitFolder.GitAsync(scene.Bare, "update-ref", "-d", $"refs/heads/{Scene.Branch}");
            }

            return false;
        };

        Assert.Equal(new PushResult.Pushed(sha2, null), await scene.Second.PushAsync(tree2, scene.Address, sha2, attempt: 2));
    }

    [Fact]
    public async Task A_server_that_refuses_says_why()
    {
        await using var scene = await Scene.StartAsync();
        TestScript.Write(Path.Combine(scene.Bare, "hooks/pre-receive"), "echo protected >&2\nexit 1");
        var (tree, sha) = await scene.WorkAsync(scene.First, "a");

        Assert.Contains("pre-receive hook declined", Assert.IsType<PushResult.NotAllowed>(await scene.First.PushAsync(tree, scene.Address, sha)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_takes_a_push_in_words_of_a_race_is_not_asked_for_ever()
    {
        await using var scene = await Scene.StartAsync();
        await GitFolder.GitAsync(scene.Bare, "config", "receive.denyNonFastForwards", "true");
        var (tree1, sha1) = await scene.WorkAsync(scene.First, "one", attempt: 1);
        var (tree2, sha2) = await scene.WorkAsync(scene.Second, "two", attempt: 2);
        await scene.First.PushAsync(tree1, scene.Address, sha1, attempt: 1);

        Assert.Contains("non-fast-forward", Assert.IsType<PushResult.NotAllowed>(await scene.Second.PushAsync(tree2, scene.Address, sha2, attempt: 2)).Why, StringComparison.Ordinal);
        Assert.Equal(sha1, await scene.TipAsync());
    }

    [Fact]
    public async Task A_token_that_may_only_read_is_told()
    {
        await using var scene = await Scene.StartAsync();
        using var reader = await HostUnderTest.StartAsync(scene.Server, scene.Server.ReadToken);
        var (tree, sha) = await scene.WorkAsync(reader, "a");

        Assert.Equal(GitFault.AuthUnavailable, (await Assert.ThrowsAsync<GitException>(() => reader.PushAsync(tree, scene.Address, sha))).Fault);
    }

    [Fact]
    public async Task A_branch_is_made_in_a_persons_folder_and_nothing_else_is_touched_there()
    {
        using var person = new TempFolder();
        var folder = await GitFolder.InitAsync(person["r"]);
        await folder.CommitAsync("a.txt", "1\n");
        folder.Write("uncommitted.txt", "mine");
        var ran = person["hook-ran"];
        foreach (var name in (string[])["pre-receive", "update", "post-receive", "post-update", "reference-transaction", "push-to-checkout"])
        {
            TestScript.Write(person[$"r/.git/hooks/{name}"], $"echo {name} >> {ran}");
        }

        using var host = await HostUnderTest.StartAsync();
        var tree = await host.CheckoutAsync(HostUnderTest.Local(folder.Path));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");
        var sha = await HostUnderTest.CommittedAsync(tree);

        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, HostUnderTest.Local(folder.Path), sha));
        Assert.Equal(sha, (await folder.RunAsync("rev-parse", "foreman/t")).Trim());
        Assert.Equal("main", (await folder.RunAsync("branch", "--show-current")).Trim());
        Assert.Equal("1\n", File.ReadAllText(person["r/a.txt"]));
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public async Task A_persons_folder_runs_no_program_that_it_names_for_what_it_shares()
    {
        using var person = new TempFolder();
        var shared = await GitFolder.InitAsync(person["shared"]);
        await shared.CommitAsync("a.txt", "1\n");
        await GitFolder.GitAsync(person.Path, "clone", "-q", "--shared", shared.Path, person["r"]);
        await GitFolder.GitAsync(person["r"], "config", "core.alternateRefsCommand", $"touch {person["it-ran"]}; true");
        using var host = await HostUnderTest.StartAsync();
        var tree = await host.CheckoutAsync(HostUnderTest.Local(person["r"]));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");

        Assert.IsType<PushResult.Pushed>(await host.PushAsync(tree, HostUnderTest.Local(person["r"]), await HostUnderTest.CommittedAsync(tree)));
        Assert.False(File.Exists(person["it-ran"]));
    }

    [Fact]
    public async Task Files_that_a_person_has_checked_out_elsewhere_do_not_change()
    {
        using var person = new TempFolder();
        var folder = await GitFolder.InitAsync(person["r"]);
        await folder.CommitAsync("a.txt", "1\n");
        await folder.RunAsync("config", "receive.denyCurrentBranch", "updateInstead");
        await folder.RunAsync("branch", "foreman/t");
        await folder.RunAsync("worktree", "add", "-q", person["other"], "foreman/t");
        using var host = await HostUnderTest.StartAsync();
        var tree = await host.CheckoutAsync(HostUnderTest.Local(folder.Path));
        File.WriteAllText(Path.Combine(tree.Workspace, "a.txt"), "2\n");

        Assert.Contains("checked out", Assert.IsType<PushResult.NotAllowed>(await host.PushAsync(tree, HostUnderTest.Local(folder.Path), await HostUnderTest.CommittedAsync(tree))).Why, StringComparison.Ordinal);
        Assert.Equal("1\n", File.ReadAllText(person["other/a.txt"]));
    }

    /// <summary>A server with one repository, its owner, and two hosts.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        public const string Branch = "foreman/issue-1";
        private readonly TempFolder _folder = new();

        public required GitServer Server { get; init; }

        public GitFolder Person { get; private set; } = null!;

        public required HostUnderTest First { get; init; }

        public required HostUnderTest Second { get; init; }

        public RepositoryAddress Address => HostUnderTest.Address(Server, "o/r");

        public string Bare => Server.RepositoryOf("o/r");

        public static async Task<Scene> StartAsync()
        {
            var server = await GitServer.StartAsync();
            var scene = new Scene { Server = server, First = await HostUnderTest.StartAsync(server), Second = await HostUnderTest.StartAsync(server) };
            scene.Person = await MirrorStoreTests.SeedAsync(server, scene._folder);
            return scene;
        }

        public async Task<(WorkingTree Tree, string Sha)> WorkAsync(HostUnderTest host, string text, BranchWishes? wishes = null, long attempt = 1)
        {
            var tree = await host.CheckoutAsync(Address, wishes ?? new BranchWishes { Branch = Branch });
            await File.WriteAllTextAsync(Path.Combine(tree.Workspace, "a.txt"), $"work {text}\n");
            return (tree, await HostUnderTest.CommittedAsync(tree, attempt: attempt));
        }

        public async Task<string?> TipAsync() =>
            (await GitFolder.GitAsync(Bare, "for-each-ref", "--format=%(objectname)", $"refs/heads/{Branch}")).Trim() is { Length: > 0 } tip ? tip : null;

        public async ValueTask DisposeAsync()
        {
            First.Dispose();
            Second.Dispose();
            await Server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
