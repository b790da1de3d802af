using Foreman.Git.Mirrors;
using Foreman.Primitives;
using Foreman.Testing;

namespace Foreman.Git.Tests;

public class MirrorStoreTests
{
    [Fact]
    public async Task A_mirror_is_cloned_without_contents_of_files_and_refreshed_with_one_question()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");

        var first = await host.Store.RefreshAsync(address, CancellationToken.None);
        Assert.Equal("main", first.DefaultBranch);
        Assert.True(first.IsPartial);
        Assert.Equal((await clone.RunAsync("rev-parse", "HEAD")).Trim(), first.Branches["main"]);

        server.ForgetRequests();
        await host.Store.RefreshAsync(address, CancellationToken.None);
        Assert.Single(server.Requests, r => r.IsFetch);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Branches_come_move_and_go_with_the_servers()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await SeedAsync(server, person);
        var bare = server.RepositoryOf("o/r");
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");
        await clone.PushAsync(bare, "topic");
        await host.Store.RefreshAsync(address, CancellationToken.None);

        var moved = await clone.CommitAsync("a.txt", "two\n");
        await clone.PushAsync(bare, "main");
        await clone.PushAsync(bare, "topic/below", "--dry-run");
        await clone.RunAsync("push", "-q", bare, ":refs/heads/topic");
        await clone.PushAsync(bare, "topic/below");
        var mirror = await host.Store.RefreshAsync(address, CancellationToken.None);

        Assert.Equal(["main", "topic/below"], mirror.Branches.Keys.Order());
        Assert.Equal(moved, mirror.Branches["main"]);
    }

    [Fact]
    public async Task A_shallow_clone_is_refused_with_what_to_do()
    {
        using var person = new TempFolder();
        var whole = await GitFolder.InitAsync(person["whole"]);
        await whole.CommitAsync("a.txt", "one\n");
        await whole.CommitAsync("a.txt", "two\n");
        await GitFolder.GitAsync(person.Path, "-c", "protocol.file.allow=always", "clone", "-q", "--depth", "1", new Uri(whole.Path).AbsoluteUri, person["shallow"]);
        using var host = await HostUnderTest.StartAsync();

        var fault = await Assert.ThrowsAsync<GitException>(() => host.Store.RefreshAsync(HostUnderTest.Local(person["shallow"]), CancellationToken.None));

        Assert.Equal(GitFault.NotAllowed, fault.Fault);
        Assert.Contains("git fetch --unshallow", fault.Message, StringComparison.Ordinal);
        await GitFolder.GitAsync(person["shallow"], "-c", "protocol.file.allow=always", "fetch", "-q", "--unshallow");
        Assert.Equal("main", (await host.Store.RefreshAsync(HostUnderTest.Local(person["shallow"]), CancellationToken.None)).DefaultBranch);
    }

    [Fact]
    public async Task A_server_without_a_filter_gives_a_whole_mirror()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await SeedAsync(server, person);
        await GitFolder.GitAsync(server.RepositoryOf("o/r"), "config", "uploadpack.allowFilter", "false");
        using var host = await HostUnderTest.StartAsync(server);

        var tree = await host.CheckoutAsync(HostUnderTest.Address(server, "o/r"));

        // Two ask for the branches, one brings everything.
        Assert.Equal(3, server.Requests.Count(r => r.IsFetch));
        Assert.Equal("one\n", File.ReadAllText(Path.Combine(tree.Workspace, "a.txt")));
    }

    [Fact]
    public async Task Each_way_to_be_refused_has_its_own_fault()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await SeedAsync(server, person);
        using var none = await HostUnderTest.StartAsync();
        using var wrong = await HostUnderTest.StartAsync(server, token: "wrong");
        using var right = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");

        Assert.Equal(GitFault.AuthUnavailable, (await FaultAsync(wrong, address)).Fault);
        Assert.Equal(GitFault.NotFound, (await FaultAsync(right, HostUnderTest.Address(server, "o/other"))).Fault);
        Assert.Equal(GitFault.Unreachable, (await FaultAsync(right, RepositoryAddress.Parse($"https://127.0.0.1:{FreePort.NextClosed()}/o/r", AddressRules.Default))).Fault);
        Assert.Equal(GitFault.Unreachable, (await FaultAsync(none, address)).Fault);
        Assert.Equal(GitFault.NotFound, (await FaultAsync(none, HostUnderTest.Local(person["nowhere"]))).Fault);
        server.Intercept = context => Answer(context, 503);
        Assert.Equal(GitFault.Unreachable, (await FaultAsync(right, address)).Fault);
        server.Intercept = context => Answer(context, 429);
        Assert.True((await FaultAsync(right, address)).MayPass);
    }

    [Fact]
    public async Task A_redirect_is_refused_and_the_token_is_not_sent_along()
    {
        await using var server = await GitServer.StartAsync();
        await using var thief = await GitServer.StartAsync();
        using var host = await HostUnderTest.StartAsync(server);
        server.Intercept = context =>
        {
            context.Response.Redirect($"{thief.Url}{context.Request.Path}{context.Request.QueryString}");
            return Task.FromResult(true);
        };

        Assert.Equal(GitFault.NotAllowed, (await FaultAsync(host, HostUnderTest.Address(server, "o/r"))).Fault);
        Assert.Empty(thief.Requests);
    }

    [Theory]
    [InlineData("truncated pack")]
    [InlineData("no packs")]
    [InlineData("changed byte")]
    [InlineData("no objects")]
    [InlineData("configuration")]
    [InlineData("head")]
    [InlineData("reference")]
    public async Task A_damaged_mirror_is_cloned_anew(string damage)
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        var clone = await SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");
        var mirror = await host.Store.RefreshAsync(address, CancellationToken.None);
        Damage(mirror.GitDir, damage);
        await clone.CommitAsync("b.txt", "new\n");
        await clone.PushAsync(server.RepositoryOf("o/r"), "main");

        var tree = await host.CheckoutAsync(address);

        Assert.Equal("new\n", File.ReadAllText(Path.Combine(tree.Workspace, "b.txt")));
        Assert.Equal("one\n", File.ReadAllText(Path.Combine(tree.Workspace, "a.txt")));
    }

    [Fact]
    public async Task Many_runs_refresh_one_mirror_at_once()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        var other = new MirrorStore(host.Folder["mirrors"], host.Git, host.Credentials, new MirrorLimits(), host.Log);
        var address = HostUnderTest.Address(server, "o/r");

        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? host.Store : other).RefreshAsync(address, CancellationToken.None)));

        Assert.Single(all.Select(m => m.Branches["main"]).Distinct());
        Assert.Single(Directory.GetDirectories(host.Folder["mirrors"]));
    }

    [Fact]
    public async Task A_clone_that_never_ended_is_not_taken_for_a_mirror()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/r");
        host.Folder.Write($"mirrors/{RepositoryFiles.KeyOf(address)}.git.part/objects/pack/half.pack", "half");

        Assert.Single((await host.Store.RefreshAsync(address, CancellationToken.None)).Branches);
        Assert.Single(Directory.GetDirectories(host.Folder["mirrors"]));
    }

    [Fact]
    public async Task What_a_command_that_was_killed_left_behind_is_removed()
    {
        using var person = new TempFolder();
        var folder = await GitFolder.InitAsync(person["a"]);
        await folder.CommitAsync("a.txt", "1\n");
        using var host = await HostUnderTest.StartAsync();
        var mirror = await host.Store.RefreshAsync(HostUnderTest.Local(folder.Path), CancellationToken.None);
        var (old, fresh) = (Path.Combine(mirror.GitDir, "objects/pack/tmp_pack_old"), Path.Combine(mirror.GitDir, "objects/pack/tmp_pack_new"));
        foreach (var file in (string[])[Path.Combine(mirror.GitDir, "refs/heads/main.lock"), Path.Combine(mirror.GitDir, "packed-refs.lock"), old, fresh])
        {
            await File.WriteAllTextAsync(file, "");
        }

        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        var tip = await folder.CommitAsync("a.txt", "2\n");

        Assert.Equal(tip, (await host.Store.RefreshAsync(HostUnderTest.Local(folder.Path), CancellationToken.None)).Branches["main"]);
        Assert.Equal((false, true), (File.Exists(old), File.Exists(fresh)));
    }

    [Fact]
    public async Task A_sweep_removes_what_fetches_that_broke_off_left_in_mirrors_that_stay()
    {
        using var person = new TempFolder();
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var folder = await GitFolder.InitAsync(person["a"]);
        await folder.CommitAsync("a.txt", "1\n");
        using var host = await HostUnderTest.StartAsync(time: time);
        var mirror = await host.Store.RefreshAsync(HostUnderTest.Local(folder.Path), CancellationToken.None);
        IReadOnlyList<string> Sweep() => MirrorStore.Sweep(host.Folder["mirrors"], new MirrorLimits { MaxBytes = 100_000 }, time, host.Log);
        time.Advance(TimeSpan.FromDays(2));
        var (old, fresh) = (Path.Combine(mirror.GitDir, "objects/pack/tmp_pack_old"), Path.Combine(mirror.GitDir, "objects/pack/tmp_pack_new"));
        foreach (var (file, size, age) in new[] { (old, 200_000, 25), (fresh, 10, 23) })
        {
            await File.WriteAllBytesAsync(file, new byte[size]);
            File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime.AddHours(-age));
        }

        using (MirrorLock.TryTake(mirror.GitDir + ".lock"))
        {
            Assert.Empty(Sweep());
            Assert.True(File.Exists(old));
        }

        Assert.Empty(Sweep());
        Assert.Equal((false, true, true), (File.Exists(old), File.Exists(fresh), Directory.Exists(mirror.GitDir)));
    }

    [Fact]
    public async Task A_repository_that_is_too_large_is_refused_and_leaves_nothing()
    {
        await using var server = await GitServer.StartAsync();
        using var person = new TempFolder();
        await SeedAsync(server, person);
        using var host = await HostUnderTest.StartAsync(server, limits: new MirrorLimits { MaxRepositoryBytes = 200 });

        Assert.Equal(GitFault.TooLarge, (await FaultAsync(host, HostUnderTest.Address(server, "o/r"))).Fault);
        Assert.Empty(Directory.GetDirectories(host.Folder["mirrors"]));
    }

    [Fact]
    public async Task Mirrors_are_removed_by_age_and_by_size_but_never_while_they_are_worked_on()
    {
        using var person = new TempFolder();
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var host = await HostUnderTest.StartAsync(time: time);
        IReadOnlyList<string> Sweep() => MirrorStore.Sweep(host.Folder["mirrors"], new MirrorLimits { MaxBytes = 130_000, MaxAge = TimeSpan.FromDays(2) }, time, host.Log);
        var mirrors = new List<Mirror>();
        foreach (var name in (string[])["a", "b", "c"])
        {
            var folder = await GitFolder.InitAsync(person[name]);
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, "large"), RandomBytes(60_000, name[0]));
            await folder.CommitAsync("more");
            mirrors.Add(await host.Store.RefreshAsync(HostUnderTest.Local(folder.Path), CancellationToken.None));
            time.Advance(TimeSpan.FromHours(1));
        }

        using (MirrorLock.TryTake(mirrors[0].GitDir + ".lock"))
        {
            Assert.Equal([Path.GetFileName(mirrors[1].GitDir)], Sweep());
        }

        time.Advance(TimeSpan.FromDays(2) - TimeSpan.FromHours(2));
        Assert.Equal([Path.GetFileName(mirrors[0].GitDir)], Sweep());
        Assert.Empty(Sweep());
        Assert.True(Directory.Exists(mirrors[2].GitDir));
        Assert.Equal(2, host.Log.Entries.Count);
    }

    [Fact]
    public async Task A_mirror_that_was_used_within_the_hour_is_not_removed_for_its_size()
    {
        using var person = new TempFolder();
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var host = await HostUnderTest.StartAsync(time: time);
        var folder = await GitFolder.InitAsync(person["a"]);
        await folder.CommitAsync("a.txt", "1\n");
        var address = HostUnderTest.Local(folder.Path);
        await host.Store.RefreshAsync(address, CancellationToken.None);
        var limits = new MirrorLimits { MaxBytes = 1 };

        time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(MirrorStore.Sweep(host.Folder["mirrors"], limits, time, host.Log));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(MirrorStore.Sweep(host.Folder["mirrors"], new MirrorLimits { MaxBytes = 0, MaxAge = TimeSpan.Zero }, time, host.Log));
        Assert.Single(MirrorStore.Sweep(host.Folder["mirrors"], limits, time, host.Log));

        var tree = await host.CheckoutAsync(address);
        Assert.Equal("1\n", File.ReadAllText(Path.Combine(tree.Workspace, "a.txt")));
    }

    [Fact]
    public void A_sweep_removes_unfinished_clones_and_nothing_that_is_no_mirror()
    {
        using var folder = new TempFolder();
        var log = new RecordingLogger();
        foreach (var file in (string[])["mirrors/a.git.part/objects/half", "mirrors/notes/keep", "mirrors/a.git.lock", "elsewhere/keep"])
        {
            folder.Write(file, "x");
        }

        Directory.CreateSymbolicLink(folder["mirrors/link.git"], folder["elsewhere"]);

        Assert.Equal(["a.git.part"], MirrorStore.Sweep(folder["mirrors"], new MirrorLimits { MaxBytes = 1 }, TimeProvider.System, log));

        Assert.Equal(["notes"], Directory.GetDirectories(folder["mirrors"]).Select(d => new DirectoryInfo(d)).Where(d => d.LinkTarget is null).Select(d => d.Name));
        Assert.True(File.Exists(folder["elsewhere/keep"]));
        Assert.Empty(MirrorStore.Sweep(folder["nowhere"], new MirrorLimits(), TimeProvider.System, log));
    }

    [Fact]
    public async Task Packs_of_many_fetches_become_one()
    {
        using var person = new TempFolder();
        var folder = await GitFolder.InitAsync(person["a"]);
        using var host = await HostUnderTest.StartAsync(limits: new MirrorLimits { MaxPacks = 3 });
        var mirror = default(Mirror);
        for (var i = 0; i < 6; i++)
        {
            await folder.CommitAsync("a.txt", $"{i}\n");
            mirror = await host.Store.RefreshAsync(HostUnderTest.Local(folder.Path), CancellationToken.None);
        }

        Assert.InRange(RepositoryFiles.Packs(mirror!.GitDir), 1, 3);
    }

    [Fact]
    public async Task A_mirror_that_can_not_be_packed_is_used_all_the_same()
    {
        using var person = new TempFolder();
        var folder = await GitFolder.InitAsync(person["a"]);
        var git = HelperPrograms.Find("git")!;
        var program = TestScript.Write(person["git.sh"], $"[ \"$1\" = repack ] && echo 'fatal: write error: No space left on device' >&2 && exit 128\nexec {git} \"$@\"");
        using var host = await HostUnderTest.StartAsync(limits: new MirrorLimits { MaxPacks = 1 }, options: new GitOptions { StateFolder = "", Program = program });
        var (tip, mirror) = ("", default(Mirror));
        for (var i = 0; i < 3; i++)
        {
            tip = await folder.CommitAsync("a.txt", $"{i}\n");
            mirror = await host.Store.RefreshAsync(HostUnderTest.Local(folder.Path), CancellationToken.None);
        }

        Assert.Equal(tip, mirror!.Branches["main"]);
        Assert.Contains(host.Log.Entries, e => e.Message.Contains("No space left", StringComparison.Ordinal));
    }

    internal static async Task<GitFolder> SeedAsync(GitServer server, TempFolder person, string name = "o/r", string format = "sha1")
    {
        var bare = await server.CreateAsync(name, format);
        var clone = await GitFolder.InitAsync(person[name.Replace('/', '-')], format);
        await clone.CommitAsync("a.txt", "one\n");
        await clone.PushAsync(bare, "main");
        return clone;
    }

    private static void Damage(string gitDir, string damage)
    {
        var pack = Directory.GetFiles(Path.Combine(gitDir, "objects", "pack"), "*.pack").Single();
        TestFiles.MakeWritable(pack);
        switch (damage)
        {
            case "truncated pack":
                using (var file = File.OpenWrite(pack))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            case "changed byte":
                var bytes = File.ReadAllBytes(pack);
                bytes.AsSpan(20).Reverse();
                File.WriteAllBytes(pack, bytes);
                break;
            case "no packs":
                Directory.Delete(Path.Combine(gitDir, "objects", "pack"), recursive: true);
                break;
            case "no objects":
                Directory.Delete(Path.Combine(gitDir, "objects"), recursive: true);
                break;
            case "configuration":
                File.WriteAllText(Path.Combine(gitDir, "config"), "[core\nnonsense");
                break;
            case "head":
                File.WriteAllText(Path.Combine(gitDir, "HEAD"), "nonsense");
                break;
            case "reference":
                File.Delete(Path.Combine(gitDir, "packed-refs"));
                Directory.CreateDirectory(Path.Combine(gitDir, "refs/heads"));
                File.WriteAllText(Path.Combine(gitDir, "refs/heads/main"), "nonsense\n");
                break;
            default:
                throw new ArgumentException(damage);
        }
    }

    private static byte[] RandomBytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Task<bool> Answer(Microsoft.AspNetCore.Http.HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    private static Task<GitException> FaultAsync(HostUnderTest host, RepositoryAddress address) =>
        Assert.ThrowsAsync<GitException>(() => host.Store.RefreshAsync(address, CancellationToken.None));
}
