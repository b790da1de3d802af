using System.Diagnostics;
using System.Net.Sockets;

namespace Foreman.Sandbox.Tests.Scenarios;

/// <summary>What a hostile command tries against a host that can confine it by Landlock and seccomp only. Each is run for real, as root and as an ordinary user.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public class LandlockAttackTests
{
    private const string Canary = "canary-of-the-host";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_57_no_path_leads_out_of_the_workspace(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);
        Directory.CreateDirectory(cage.Workspace + "-evil");
        File.WriteAllText(cage.Workspace + "-evil/file", Canary);

        var (_, output, _) = await cage.ShAsync(
            $"""
            cat ../outside/secret.txt; cat {cage.Outside}; cat {cage.Workspace}-evil/file
            ln -s {cage.Outside} link && cat link; ln -s ../outside folder && cat folder/secret.txt; echo x > folder/new
            ln {cage.Outside} hard && cat hard
            cat /proc/self/root{cage.Outside}; cat /proc/self/cwd/../outside/secret.txt
            cat /proc/$PPID/root{cage.Outside}; cat /proc/1/root{cage.Outside}
            echo x > ../outside/new; echo x >> {cage.Outside}; rm -f {cage.Outside}; mv {cage.Outside} moved; mv ../outside elsewhere; truncate -s 0 {cage.Outside}
            ls ../outside; ls /root /home /etc/shadow /var/lib; cat /etc/shadow
            exec 5< {cage.Outside}; cat <&5
            """);

        Assert.DoesNotContain(Canary, output, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", output, StringComparison.Ordinal);
        Assert.Equal(Canary, File.ReadAllText(cage.Outside));
        Assert.Equal(["secret.txt"], Directory.GetFileSystemEntries(Path.GetDirectoryName(cage.Outside)!).Select(Path.GetFileName));
        Assert.False(File.Exists(Path.Combine(cage.Workspace, "hard")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_57_git_hooks_and_filters_stay_inside_too(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (_, output, _) = await cage.ShAsync(
            $"""
            git init -q . && git config user.email a@example.com && git config user.name a
            printf '#!/bin/sh\ncat {cage.Outside}; echo x > {cage.Outside}; echo hook-ran\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit
            git config filter.f.clean 'cat {cage.Outside} -' && echo '* filter=f' > .gitattributes && echo text > file && git add . ; git commit -qm x; git show HEAD:file
            """);

        Assert.Contains("hook-ran", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, output, StringComparison.Ordinal);
        Assert.Equal(Canary, File.ReadAllText(cage.Outside));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_57_no_file_gets_the_rights_of_its_owner(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (_, output, _) = await cage.ShAsync("cp /usr/bin/id s; chmod 755 s && echo made; chmod 4755 s; chmod u+s s; chmod g+s s; install -m 6755 /usr/bin/id t");

        Assert.Contains("made", output, StringComparison.Ordinal);
        Assert.All(new DirectoryInfo(cage.Workspace).GetFiles(), f => Assert.Equal(UnixFileMode.None, f.UnixFileMode & (UnixFileMode.SetUser | UnixFileMode.SetGroup)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_57_what_is_left_of_the_users_own_files_outside_is_their_mode_and_times(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);
        var folder = Path.GetDirectoryName(cage.Outside)!;
        File.SetUnixFileMode(cage.Outside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var owner = Owner(cage.Outside);

        // 65534 is the group of the ordinary user: without the filter it may give its files to it.
        var (_, output, _) = await cage.ShAsync(
            $"""
            chgrp {(ordinary ? 65534 : 0)} {cage.Outside} && echo regrouped; chown $(id -u) {cage.Outside} && echo owned
            chmod 4644 {cage.Outside} && echo set-user-ID
            chmod 644 {cage.Outside} && echo mode; touch -d 2001-01-01 {cage.Outside} && echo times; perl -e 'utime(1, 1, "{cage.Outside}") and print "times\n"'
            cat {cage.Outside}; echo x >> {cage.Outside}; ls {folder}; echo over
            """);

        Assert.Equal(["mode", "times", "times", "over"], output.Split('\n').Where(l => l is "regrouped" or "owned" or "set-user-ID" or "mode" or "times" or Canary or "secret.txt" or "over"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(cage.Outside));
        Assert.Equal((DateTime.UnixEpoch.AddSeconds(1), owner, Canary), (File.GetLastWriteTimeUtc(cage.Outside), Owner(cage.Outside), File.ReadAllText(cage.Outside)));
    }

    [Theory]
    [InlineData("mount -t tmpfs none . ; mount --bind / .")]
    [InlineData("unshare -U id; unshare -r sh -c id; unshare -m id; unshare -n id")]
    [InlineData("chroot . /bin/sh -c id || exit 9")]
    [InlineData("mknod disk b 8 0; mknod null c 1 3")]
    [InlineData("nsenter -t 1 -a id")]
    public async Task A2_57_no_mount_namespace_or_device_can_be_made(string script)
    {
        foreach (var ordinary in (bool[])[false, true])
        {
            using var cage = new LandlockHarness(ordinary);

            var (code, output, _) = await cage.ShAsync(script);

            Assert.NotEqual(0, code);
            Assert.DoesNotContain("uid=", output, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(cage.Workspace));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_57_calls_of_the_kernel_that_reach_further_are_refused(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        // ptrace attach, mount, keyctl, bpf, perf_event_open, userfaultfd, io_uring_setup, unshare, kexec_load, open_by_handle_at, shmget, setns, a call of tomorrow.
        var calls = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is System.Runtime.InteropServices.Architecture.X64
            ? "101,165,250,321,298,323,425,272,246,304,29,308,469" : "117,40,219,280,241,282,425,97,104,265,194,268,469";
        var (_, output, _) = await cage.ShAsync($"perl -e 'for my $n ({calls}) {{ my $r = syscall($n, 0, 0, 0, 0, 0); print $r, \" \", $! + 0, \"\\n\" }}'");

        Assert.Equal([.. Enumerable.Repeat("-1 1", 12), "-1 38"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_58_a_fork_bomb_is_bounded_and_nothing_of_it_is_left(bool ordinary)
    {
        Assert.SkipUnless(ordinary || LandlockHarness.BoundsRoot, "root is bounded by control groups only, and none can be made here");
        using var cage = new LandlockHarness(ordinary) { Limits = new CageLimits { MaxProcesses = 40 } };

        var (_, _, ended) = await cage.ShAsync("echo > begun; b() { sleep 300 & b & b; }; b; sleep 300", TimeSpan.FromSeconds(5));

        Assert.NotNull(ended);
        Assert.True(File.Exists(Path.Combine(cage.Workspace, "begun")));
        AssertNothingRunsIn(cage.Workspace);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_58_what_detaches_itself_is_gone_at_the_end(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (code, output, _) = await cage.ShAsync("(setsid sh -c 'sleep 300 & sleep 300' > /dev/null 2>&1 &) ; nohup sleep 300 > /dev/null 2>&1 & echo done");

        Assert.Equal((0, "done\n"), (code, output));
        AssertNothingRunsIn(cage.Workspace);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_58_a_command_that_never_ends_is_ended_with_all_of_its_children(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (code, _, ended) = await cage.ShAsync("trap '' TERM INT HUP; (setsid sleep 300 &); while :; do :; done", TimeSpan.FromSeconds(2));

        Assert.Null(code);
        Assert.Contains("not done after 2 s", ended, StringComparison.Ordinal);
        AssertNothingRunsIn(cage.Workspace);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_58_no_file_grows_beyond_its_bound_also_with_holes(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary) { Limits = new CageLimits { MaxFileBytes = 16 << 20 } };

        var (code, _, _) = await cage.ShAsync("head -c 100000000000 /dev/zero > large; truncate -s 100G sparse; dd if=/dev/zero of=far bs=1 count=1 seek=99G 2>&1; true");

        Assert.Equal(0, code);
        Assert.All(Directory.GetFiles(cage.Workspace), f => Assert.InRange(new FileInfo(f).Length, 0, 16 << 20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_58_a_flood_of_files_ends_the_command(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary) { Limits = new CageLimits { MaxWorkspaceFiles = 200 } };

        var (_, _, ended) = await cage.ShAsync("i=0; while :; do i=$((i+1)); : > f$i; done");

        Assert.Equal("the workspace has more than 200 files", ended);
        AssertNothingRunsIn(cage.Workspace);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_58_other_processes_can_be_neither_signalled_nor_slowed_nor_traced(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);
        Assert.SkipUnless(Foreman.Sandbox.Landlock.Kernel.LandlockVersion() >= 6, "Landlock keeps signals in from version 6");
        var victim = cage.Victim();
        var before = File.ReadAllText($"/proc/{victim.Id}/stat").Split(' ')[18];

        var (_, output, _) = await cage.ShAsync(
            $"""
            for s in STOP KILL TERM; do kill -$s {victim.Id} && echo signalled; kill -$s -{victim.Id} && echo signalled; done
            renice 19 -p {victim.Id} && echo slowed; taskset -p 1 {victim.Id} && echo moved; prlimit --pid {victim.Id} --nofile=1:1 && echo limited; ionice -c3 -p {victim.Id} && echo idled
            kill -KILL $PPID && echo signalled
            """);

        Assert.False(victim.HasExited);
        Assert.DoesNotContain("ed\n", output.Replace("Operation not permitted\n", "", StringComparison.Ordinal).Replace("denied\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText($"/proc/{victim.Id}/stat").Split(' ')[18]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_59_neither_the_environment_nor_the_memory_of_other_processes_can_be_read(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);
        var victim = cage.Victim();

        var (_, output, _) = await cage.ShAsync(
            $"""
            env; cat /proc/{victim.Id}/environ /proc/$PPID/environ /proc/1/environ /proc/{Environment.ProcessId}/environ | tr '\0' '\n'
            head -c 1 /proc/{victim.Id}/mem; cat /proc/{victim.Id}/maps; ls -l /proc/{victim.Id}/fd /proc/{Environment.ProcessId}/fd; readlink /proc/{victim.Id}/cwd && echo followed
            for f in /proc/[0-9]*/environ; do cat $f; done | tr '\0' '\n' | grep -c canary
            """);

        Assert.DoesNotContain("canary-of-the-environment", output, StringComparison.Ordinal);
        Assert.DoesNotContain("followed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("[stack]", output, StringComparison.Ordinal);
        Assert.Contains("\n0\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_59_the_environment_holds_what_the_policy_says_and_nothing_of_the_agents(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        var (_, output, _) = await cage.ShAsync("env | cut -d= -f1 | sort");

        Assert.Empty(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Except([.. CageEnvironment.Default.Keys, "GIT_CONFIG_NOSYSTEM", "PWD", "OLDPWD", "SHLVL", "_"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_59_there_is_no_network_no_metadata_service_and_no_dns(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();

        var (_, output, _) = await cage.ShAsync(
            $$"""
            curl -sS -m 5 http://127.0.0.1:{{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}}/ && echo reached
            curl -sS -m 5 http://169.254.169.254/latest/meta-data/ && echo reached
            getent hosts secret.example.com && echo reached
            perl -MSocket -e 'for my $f (AF_UNIX, AF_INET, AF_INET6, 16, 17, 38, 40) { for my $t (SOCK_STREAM, SOCK_DGRAM, SOCK_RAW) { print "reached\n" if socket(my $s, $f, $t, 0) } }'
            echo over
            """);

        Assert.DoesNotContain("reached", output, StringComparison.Ordinal);
        Assert.Contains("over\n", output, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_59_sockets_of_this_host_can_not_be_reached_by_path_or_by_abstract_name(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);
        var path = Path.Combine(cage.Workspace, "engine.sock");
        var name = $"foreman-test-{Guid.NewGuid():n}";
        using var byPath = Listen(new UnixDomainSocketEndPoint(path));
        using var byName = Listen(new UnixDomainSocketEndPoint("\0" + name));
        if (ordinary)
        {
            LandlockHarness.Run("chmod", "777", path);
        }

        var (_, output, _) = await cage.ShAsync(
            $$"""
            perl -MSocket -e 'for my $a ("{{path}}", "\0{{name}}") { socket(my $s, AF_UNIX, SOCK_STREAM, 0) && connect($s, pack_sockaddr_un($a)) && print "reached\n" } print "over\n"'
            curl -sS -m 5 --unix-socket {{path}} http://engine/ && echo reached
            """);

        Assert.DoesNotContain("reached", output, StringComparison.Ordinal);
        Assert.Contains("over\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_59_tokens_and_kubeconfigs_can_not_be_read(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);
        var home = Path.GetDirectoryName(cage.Outside)!;

        var (_, output, _) = await cage.ShAsync(
            $"""
            HOME={home}; cat ~/secret.txt; cat ~root/.kube/config ~root/.ssh/* /var/run/secrets/kubernetes.io/serviceaccount/token /etc/ssl/private/* /etc/kubernetes/*
            find / -maxdepth 3 -name secret.txt 2> /dev/null; grep -rs {Canary} /tmp /var /run /srv /home
            tar cf - {home} 2> /dev/null | head -c 100000 | tr -d '\0'
            """);

        Assert.DoesNotContain(Canary, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A2_60_a_terminal_can_not_be_typed_into_and_control_bytes_come_back_as_bytes(bool ordinary)
    {
        using var cage = new LandlockHarness(ordinary);

        // TIOCSTI on its own standard input; a pipe would answer ENOTTY (25), the filter answers EPERM (1).
        var (_, output, _) = await cage.ShAsync("""perl -e 'my $c = "x"; ioctl(STDIN, 0x5412, $c); print $! + 0, "\n"'; printf '\033]0;title\007\r{"fake":1}\n'; tty""");

        Assert.StartsWith("1\n\u001b]0;title\u0007\r{\"fake\":1}\nnot a tty\n", output, StringComparison.Ordinal);
    }

    private static string Owner(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("stat", ["-c", "%u:%g", path]) { RedirectStandardOutput = true })!;
        var owner = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return owner;
    }

    private static Socket Listen(UnixDomainSocketEndPoint at)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(at);
        socket.Listen();
        return socket;
    }

    // The workspace is the folder of everything that a command starts, until it changes it itself.
    private static void AssertNothingRunsIn(string workspace)
    {
        var left = Process.GetProcesses().Where(p => new FileInfo($"/proc/{p.Id}/cwd").LinkTarget == workspace).Select(p => p.ProcessName).ToArray();
        Assert.Empty(left);
    }
}
