using Foreman.Sandbox.Landlock;

namespace Foreman.Sandbox.Tests.Landlock;

public class LandlockLauncherTests
{
    [Theory]
    [InlineData(0u, 6, "run the agent as an ordinary user")]
    [InlineData(0u, 0, "this kernel has no Landlock")]
    [InlineData(1000u, 0, "this kernel has no Landlock")]
    [InlineData(1000u, 1, null)]
    public void Root_and_kernels_without_Landlock_are_refused_with_a_reason(uint user, int version, string? expected)
    {
        var reason = LandlockLauncher.WhyNot(user, version);

        Assert.Equal(expected is null, reason is null);
        Assert.Contains(expected ?? "", reason ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_works_in_its_workspace_and_its_exit_code_is_told(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (code, output, ended) = await cage.ShAsync("mkdir -p a/b && echo text > a/b/c && mv a/b/c a/d && ln -s d a/e && chmod +x a/d && cat a/e && pwd; exit 7");

        Assert.Equal((7, null), (code, ended));
        Assert.Equal($"text\n{cage.Workspace}\n", output);
        Assert.Equal("text\n", File.ReadAllText(Path.Combine(cage.Workspace, "a", "d")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_compiler_git_and_pipes_work(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (code, output, _) = await cage.ShAsync(
            """
            set -e
            printf '#include <stdio.h>\nint main(void){puts("compiled");return 0;}\n' > p.c
            if command -v gcc > /dev/null; then gcc -O1 -o p p.c && ./p; else echo compiled; fi
            if command -v git > /dev/null; then
              git init -q . && git config user.email a@example.com && git config user.name a && git add p.c && git commit -qm first && git log --format=%s
            else echo first; fi
            seq 1 100000 | sort -n | tail -1
            cat <<X
            here
            X
            """);

        Assert.Equal((0, "compiled\nfirst\n100000\nhere\n"), (code, output));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_temporary_folder_and_home_are_the_commands_own_and_gone_after(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (code, output, _) = await cage.ShAsync("echo a > $TMPDIR/file && cat $TMPDIR/file && echo b > ~/file && mkdir $TMPDIR/shut && chmod 0 $TMPDIR/shut && echo $TMPDIR");

        Assert.Equal(0, code);
        var folder = output.Split('\n')[1];
        Assert.StartsWith("/tmp/foreman-tmp-", folder, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_signal_is_told_as_shells_tell_it()
    {
        using var cage = new LandlockHarness(ordinary: false);

        Assert.Equal(128 + 15, (await cage.ShAsync("kill -TERM $$")).Code);
    }

    [Fact]
    public async Task The_signals_of_a_command_are_as_a_shell_expects_them()
    {
        using var cage = new LandlockHarness(ordinary: false);

        // With SIGPIPE ignored, `yes` would complain of a broken pipe.
        var (code, output, _) = await cage.ShAsync("yes | head -1; grep -E '^Sig(Ign|Blk)' /proc/self/status | cut -f2");

        // Numbers 32 and 33 are the C library's own: it ignores them in what it spawns.
        Assert.Equal((0, "y\n0000000000000000\n0000000000000000\n"), (code, output.Replace("0000000180000000", "0000000000000000", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_has_no_privileges_and_can_gain_none(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (code, output, _) = await cage.ShAsync("grep -E '^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t'");

        Assert.Equal(0, code);
        Assert.Equal(
            ["CapInh:0000000000000000", "CapPrm:0000000000000000", "CapEff:0000000000000000", "CapAmb:0000000000000000", "NoNewPrivs:1", "Seccomp:2"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Too_much_in_the_temporary_folder_ends_the_command()
    {
        using var cage = new LandlockHarness(ordinary: false) { Limits = new CageLimits { MaxTemporaryBytes = 1 << 20 } };

        var (code, output, _) = await cage.ShAsync("head -c 3000000 /dev/zero > $TMPDIR/large; exec sleep 300");

        Assert.Equal(137, code);
        Assert.Contains("ended: more than 1 MiB in the temporary folder", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(5, true)]
    [InlineData(0, true)]
    public void The_reason_says_what_an_older_kernel_leaves_open(int version, bool signals)
    {
        Assert.Equal(signals, LandlockLauncher.ReasonOf(version).Contains("signals", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Older_versions_of_Landlock_guard_files_as_well(int version)
    {
        using var cage = new LandlockHarness(ordinary: false, version);

        var (_, output, _) = await cage.ShAsync($"echo in > file && cat file; cat {cage.Outside}; truncate -s 0 {cage.Outside}; perl -e 'truncate(\"{cage.Outside}\", 0) or print \"no\\n\"'");

        Assert.StartsWith("in\nno\n", output, StringComparison.Ordinal);
        Assert.Equal("canary-of-the-host", File.ReadAllText(cage.Outside));
    }
}
