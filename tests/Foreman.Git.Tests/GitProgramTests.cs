using Foreman.Git.Commands;
using Foreman.Testing;

namespace Foreman.Git.Tests;

public class GitProgramTests
{
    [Theory]
    [InlineData("git version 2.39.5", 2, 39)]
    [InlineData("git version 2.50.1 (Apple Git-155)", 2, 50)]
    [InlineData("git version 3.0.rc1.windows.1", 3, 0)]
    public void A_version_is_read(string said, int major, int minor) => Assert.Equal(new Version(major, minor), GitProgram.VersionOf(said));

    [Theory]
    [InlineData("")]
    [InlineData("git version")]
    [InlineData("git version x.y")]
    [InlineData("hg 6.3")]
    public void What_is_no_version_is_none(string said) => Assert.Null(GitProgram.VersionOf(said));

    [Theory]
    [InlineData("echo git version 2.38.9", GitFault.TooOld)]
    [InlineData("echo something", GitFault.TooOld)]
    [InlineData("exit 3", GitFault.Failed)]
    public async Task A_git_that_can_not_be_used_is_told(string script, GitFault fault)
    {
        using var folder = new TempFolder();
        var program = Script(folder, script);

        var refused = await Assert.ThrowsAsync<GitException>(() => FindAsync(folder, program));

        Assert.Equal(fault, refused.Fault);
    }

    [Fact]
    public async Task A_git_that_is_not_there_is_told()
    {
        using var folder = new TempFolder();

        Assert.Equal(GitFault.NotInstalled, (await Assert.ThrowsAsync<GitException>(() => FindAsync(folder, folder["none"]))).Fault);
    }

    [Fact]
    public async Task Arguments_that_are_too_long_are_not_told_as_a_git_that_is_not_there()
    {
        using var folder = new TempFolder();
        var git = await FindAsync(folder, Script(folder, "echo git version 2.39.0"));

        var refused = await Assert.ThrowsAsync<GitException>(() => git.TryAsync(new GitCall("diff", "--", new string('x', 4 << 20)), CancellationToken.None));

        Assert.Equal(GitFault.TooLarge, refused.Fault);
        Assert.StartsWith("git diff could not be started: what it is told names more or longer files", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_git_that_never_ends_is_ended_with_what_it_started()
    {
        using var folder = new TempFolder();
        var program = Script(folder, $"[ \"$1\" = version ] && echo git version 2.39.0 && exit\nsleep 1000 & echo $! > {folder["child"]}.new; mv {folder["child"]}.new {folder["child"]}; wait");
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var git = await GitProgram.FindAsync(new GitOptions { StateFolder = folder.Path, Program = program, LocalLimit = TimeSpan.FromMinutes(1) }, time, CancellationToken.None);

        var running = git.TryAsync(new GitCall("gc"), CancellationToken.None);
        await Eventually.TrueAsync(() => File.Exists(folder["child"]), "the child of the script");
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(GitFault.Timeout, (await Assert.ThrowsAsync<GitException>(() => running)).Fault);
        var child = File.ReadAllText(folder["child"]).Trim();
        await Eventually.TrueAsync(() => !File.Exists($"/proc/{child}/status") || File.ReadAllText($"/proc/{child}/status").Contains("State:\tZ", StringComparison.Ordinal), "the end of the child");
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        using var folder = new TempFolder();
        var git = await FindAsync(folder, Script(folder, "[ \"$1\" = version ] && echo git version 2.39.0 && exit\nexec sleep 1000"));
        using var cancel = new CancellationTokenSource();

        var running = git.TryAsync(new GitCall("gc"), cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_watch_ends_with_a_reader_that_fails()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var program = Script(folder, "[ \"$1\" = version ] && echo git version 2.39.0 && exit\nexec sleep 1000");
        var git = await GitProgram.FindAsync(new GitOptions { StateFolder = folder.Path, Program = program }, time, CancellationToken.None);

        await Assert.ThrowsAsync<InvalidDataException>(() => git.StreamAsync(new GitCall("fetch") { Watch = () => null }, (_, _) => throw new InvalidDataException(), CancellationToken.None));

        Assert.Equal(0, time.PendingTimers);
    }

    [Fact]
    public async Task Output_without_end_is_a_failure_and_takes_bounded_memory()
    {
        using var folder = new TempFolder();
        var program = Script(folder, "[ \"$1\" = version ] && echo git version 2.39.0 && exit\n[ \"$1\" = errors ] && { head -c 50000000 /dev/zero | tr '\\0' x >&2; exit 7; }\nexec yes");
        var git = await GitProgram.FindAsync(new GitOptions { StateFolder = folder.Path, Program = program, MaxOutputBytes = 1 << 20 }, TimeProvider.System, CancellationToken.None);

        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => git.TryAsync(new GitCall("log"), CancellationToken.None))).Fault);
        var answer = await git.TryAsync(new GitCall("errors"), CancellationToken.None);
        Assert.Equal(7, answer.ExitCode);
        Assert.InRange(answer.Errors.Length, 1, 700);
    }

    [Fact]
    public async Task The_environment_is_built_from_nothing()
    {
        using var folder = new TempFolder();
        var program = Script(folder, "[ \"$1\" = version ] && echo git version 2.39.0 && exit\nexec env");
        var git = await GitProgram.FindAsync(
            new GitOptions { StateFolder = folder.Path, Program = program, Network = GitOptions.NetworkOf(n => n == "https_proxy" ? "http://proxy:1" : null) }, TimeProvider.System, CancellationToken.None);

        var local = (await git.TryAsync(new GitCall("x"), CancellationToken.None)).Text;
        var remote = (await git.TryAsync(new GitCall("x") { Access = new GitAccess("https", []) }, CancellationToken.None)).Text;

        Assert.All(local.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => Assert.Matches("^(GIT_|PATH=|HOME=|XDG_CONFIG_HOME=|LC_ALL=C|TZ=UTC|PWD=|SHLVL=|_=)", l));
        Assert.Contains("GIT_ALLOW_PROTOCOL=none\n", local, StringComparison.Ordinal);
        Assert.Contains("GIT_TERMINAL_PROMPT=0\n", local, StringComparison.Ordinal);
        Assert.DoesNotContain("proxy:1", local, StringComparison.Ordinal);
        Assert.Contains("https_proxy=http://proxy:1\n", remote, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder["git-home"]));
    }

    private static Task<GitProgram> FindAsync(TempFolder folder, string program) =>
        GitProgram.FindAsync(new GitOptions { StateFolder = folder.Path, Program = program }, TimeProvider.System, CancellationToken.None);

    private static string Script(TempFolder folder, string text) => TestScript.Write(folder["git.sh"], text);
}
