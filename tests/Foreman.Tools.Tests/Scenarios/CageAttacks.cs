using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Tools.Tests.Scenarios;

/// <summary>
/// What a command may try against its host: all of it fails, and the host is as it was before. Derived classes say what runs the
/// command; their tests run as root and as an ordinary user, see <see cref="OrdinaryUserTests"/>.
/// </summary>
public abstract class CageAttacks : IDisposable
{
    // Never seen by a command: it stands in files, variables and processes of the host.
    private const string Canary = "canary-5d1f0c2e9b";

    private readonly BashHarness _bash = new();
    private readonly TempFolder _outside = new("foreman-outside-");

    public void Dispose()
    {
        _bash.Dispose();
        _outside.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a command over a workspace, and returns what the model gets when nothing of it runs any more.</summary>
    private protected abstract string Run(BashHarness tools, string command, int seconds);

    /// <summary>What the model is told of a command that was ended before its time.</summary>
    /// <param name="words">Why.</param>
    private protected abstract string Ended(string words);

    /// <summary>What the model is told of a command that was not done in time.</summary>
    private protected abstract string Told(int seconds);

    [Theory]
    [InlineData("cat ../{name}-evil/secret ../secret")]
    [InlineData("cat {outside}/secret")]
    [InlineData("ln -s {outside} link; cat link/secret; cat link/../secret")]
    [InlineData("ln {outside}/secret hard && cat hard")]
    [InlineData("cat /proc/self/root/{outside}/secret /proc/1/root/{outside}/secret /proc/self/cwd/../../{outside}/secret")]
    [InlineData("for p in /proc/[0-9]*; do cat $p/root{outside}/secret $p/cwd{outside}/secret; done")]
    [InlineData("find / -xdev -name 'secret' -path '*foreman-outside*' -exec cat {} +; grep -rs canary-5d /tmp /run /var /dev/shm /etc /home /root /mnt /opt/foreman")]
    public void A2_57_No_path_leads_to_a_file_outside(string attack)
    {
        var secret = _outside.Write("secret", Canary);
        var evil = Directory.CreateDirectory(_bash.Folder + "-evil").FullName;
        File.WriteAllText(Path.Combine(evil, "secret"), Canary);
        try
        {
            // The pattern of the search is no find.
            var text = Run(Filled(attack)).Replace("canary-5d /tmp", "", StringComparison.Ordinal);

            Assert.DoesNotContain("canary-5d", text, StringComparison.Ordinal);
            Assert.Equal(Canary, File.ReadAllText(secret));
        }
        finally
        {
            Directory.Delete(evil, recursive: true);
        }
    }

    [Theory]
    [InlineData("echo x > {outside}/new; echo x > ../new-{name}; mkdir -p {outside}/d; touch {outside}/secret")]
    [InlineData("ln -s {outside} link; echo x > link/new; cp /bin/sh link/; rm -rf link/*")]
    [InlineData("rm -rf /tmp/* {outside} ..; mv . ../moved-{name}")]
    public void A2_57_No_path_leads_to_a_change_outside(string attack)
    {
        _outside.Write("secret", Canary);

        Run(Filled(attack));

        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(_outside.Path).Select(Path.GetFileName));
        Assert.Equal(Canary, File.ReadAllText(_outside["secret"]));
        Assert.False(Path.Exists(Path.Combine(Path.GetTempPath(), "new-" + Path.GetFileName(_bash.Folder))));
        Assert.False(Path.Exists(Path.Combine(Path.GetTempPath(), "moved-" + Path.GetFileName(_bash.Folder))));
    }

    [Theory]
    [InlineData("for d in / /usr /usr/bin /etc /bin /lib /proc /sys /var/run /boot; do touch $d/foreman-attack && echo ESCAPED $d; done")]
    [InlineData("for f in /usr/bin/env /bin/sh /etc/passwd /etc/ld.so.cache; do [ -w $f ] && echo ESCAPED $f; done")]
    [InlineData("chmod 4755 /usr/bin/env && echo ESCAPED; chown 0:0 . && echo ESCAPED; cp /bin/sh s && chown 0 s && chmod 4755 s && ./s -c 'id -u' | grep -x 0 && echo ESCAPED")]
    public void A2_57_The_system_is_not_to_be_written(string attack) => Assert.DoesNotContain("ESCAPED", Run(attack), StringComparison.Ordinal);

    // As root, such a file would be root's outside, with the right to become root for whoever starts it.
    [Theory]
    [InlineData("cp /usr/bin/id s; chmod 4755 s; chmod u+s s; chmod 2755 s; chmod g+s s; install -m 6755 /usr/bin/id t; (umask 0; mkdir d; chmod 2777 d; chmod 6777 d)")]
    [InlineData("perl -MFcntl -e 'sysopen(F, \"p\", O_CREAT|O_WRONLY, 06755); print F \"x\"; chmod 06755, \"p\"; chmod 06755, *F; open(G, \">\", \"q\"); chmod 06755, *G'")]
    [InlineData("perl -e 'my $arm = `uname -m` =~ /aarch64/; my $how = pack(\"QQQ\", 0101, 06755, 0); syscall(437, -100, my $n = \"o\", $how, 24); syscall(452, -100, my $m = \"o\", 06755, 0); syscall($arm ? 33 : 259, -100, my $k = \"k\", 0106755, 0); open(F, \">\", \"f\"); syscall($arm ? 52 : 91, fileno(F), 06755)'")]
    [InlineData("cp /usr/bin/id s; tar --mode=6755 -cf a.tar s; rm s; tar -xpf a.tar; ls -l s")]
    public void A2_57_No_file_gets_the_rights_of_its_owner(string attack)
    {
        Run(attack);

        var marked = new DirectoryInfo(_bash.Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Where(f => (f.UnixFileMode & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0);
        Assert.Empty(marked.Select(f => f.Name));
    }

    // As root, a file of /proc/sys that can be written is the host: core_pattern names a program that the kernel starts.
    [Theory]
    [InlineData("v=$(cat /proc/sys/kernel/core_pattern) && printf '%s' \"$v\" > /proc/sys/kernel/core_pattern && echo ESCAPED")]
    [InlineData("v=$(cat /proc/sys/vm/swappiness) && printf '%s' \"$v\" > /proc/sys/vm/swappiness && echo ESCAPED")]
    [InlineData("find /proc/sys /proc/sysrq-trigger /proc/fs /proc/irq /proc/bus /proc/driver /proc/acpi /proc/scsi -type f -writable 2>/dev/null | sed 's/^/ESCAPED /' | head -20")]
    [InlineData("[ -r /proc/kcore ] && head -c 1 /proc/kcore | grep -q . && echo ESCAPED; [ -r /dev/mem ] && echo ESCAPED; ls /dev/sd* /dev/vd* /dev/nvme* /dev/kvm /dev/fuse 2>/dev/null | sed 's/^/ESCAPED /'")]
    public void A2_57_The_kernel_is_not_to_be_set(string attack) => Assert.DoesNotContain("ESCAPED", Run(attack), StringComparison.Ordinal);

    [Theory]
    [InlineData("mount -t tmpfs x /mnt && echo ESCAPED; mount --bind / . && echo ESCAPED; mount -o remount,rw / && echo ESCAPED")]
    [InlineData("umount /proc && echo ESCAPED; umount -l /tmp && echo ESCAPED")]
    [InlineData("unshare -Ur true && echo ESCAPED; unshare -r mount -t tmpfs x /mnt && echo ESCAPED; unshare -m true && echo ESCAPED")]
    [InlineData("nsenter -t 1 -m true && echo ESCAPED; nsenter -t 1 -n true && echo ESCAPED; chroot . true && echo ESCAPED")]
    [InlineData("mknod disk b 8 0 && echo ESCAPED; mknod mem c 1 1 && echo ESCAPED")]
    [InlineData("grep -i '^Cap\\(Prm\\|Eff\\|Amb\\)' /proc/self/status | grep -v 0000000000000000 && echo ESCAPED; grep '^NoNewPrivs:.0' /proc/self/status && echo ESCAPED")]
    [InlineData("[ \"$(id -u)\" = 0 ] && echo ESCAPED; su -c true && echo ESCAPED; sudo -n true && echo ESCAPED")]
    public void A2_57_No_mount_namespace_or_privilege_is_to_be_had(string attack) => Assert.DoesNotContain("ESCAPED", Run(attack), StringComparison.Ordinal);

    [Theory]
    [InlineData("ptrace", 101, 117)]
    [InlineData("process_vm_readv", 310, 270)]
    [InlineData("mount", 165, 40)]
    [InlineData("unshare", 272, 97)]
    [InlineData("setns", 308, 268)]
    [InlineData("keyctl", 250, 219)]
    [InlineData("bpf", 321, 280)]
    [InlineData("userfaultfd", 323, 282)]
    [InlineData("perf_event_open", 298, 241)]
    [InlineData("io_uring_setup", 425, 425)]
    [InlineData("open_by_handle_at", 304, 265)]
    public void A2_57_Calls_that_reach_deep_into_the_kernel_are_refused(string call, int x64, int arm64)
    {
        var text = Run($"perl -e 'my $n = `uname -m` =~ /aarch64/ ? {arm64} : {x64}; my $r = syscall($n, 0, 0, 0, 0, 0, 0); print \"$r \", $! + 0, \"\\n\"'");

        Assert.True(text.StartsWith("-1 1\n", StringComparison.Ordinal), $"{call}: {text}");
    }

    [Theory]
    [InlineData("perl -e 'my $n = `uname -m` =~ /aarch64/ ? 220 : 56; my $r = syscall($n, 0x10000011, 0, 0, 0, 0); exit 0 if $r == 0; print $r > 0 ? \"ESCAPED\" : \"refused: $!\"'")]
    [InlineData("perl -e 'print syscall(435, my $args = pack(\"Q8\", 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64) >= 0 ? \"ESCAPED\" : \"refused: $!\"'")]
    [InlineData("perl -e 'print socket(S, 40, 1, 0) ? \"ESCAPED\" : \"refused: $!\"'")]
    public void A2_57_No_new_user_namespace_and_no_socket_of_virtual_machines_is_made(string attack)
    {
        var text = Run(attack);

        Assert.Contains("refused", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ESCAPED", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A2_57_Links_and_pipes_that_a_command_leaves_lead_the_file_tools_nowhere()
    {
        _outside.Write("secret", Canary);
        Run(Filled("ln -s {outside} folder; ln -s {outside}/secret file; mkfifo pipe; ln -s /dev/zero zero"));

        Assert.DoesNotContain(Canary, _bash.Call("read_file", """{"path":"file"}"""), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, _bash.Call("grep", """{"pattern":"canary"}"""), StringComparison.Ordinal);
        Assert.StartsWith("error", _bash.Call("write_file", """{"path":"folder/new","content":"x"}"""), StringComparison.Ordinal);
        Assert.StartsWith("error", _bash.Call("read_file", """{"path":"pipe"}"""), StringComparison.Ordinal);
        Assert.StartsWith("error", _bash.Call("read_file", """{"path":"zero"}"""), StringComparison.Ordinal);
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(_outside.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A2_58_A_fork_bomb_is_ended_and_other_processes_go_on()
    {
        using var stop = new CancellationTokenSource();
        var others = Task.Run(() =>
        {
            var started = 0;
            while (!stop.IsCancellationRequested)
            {
                using var process = Process.Start("/bin/true");
                process.WaitForExit();
                started++;
            }

            return started;
        });

        var text = Run("b() { b | b & b; }; b; sleep 60", seconds: 5);
        await stop.CancelAsync();

        Assert.True(await others > 0);
        Assert.True(text.Contains("exit code", StringComparison.Ordinal) || text.Contains(Told(5), StringComparison.Ordinal), text);
        await NothingRunsAsync();
    }

    [Theory]
    [InlineData("dd if=/dev/zero of=big bs=1M seek=1020 count=100 && echo ESCAPED; truncate -s 100G sparse && echo ESCAPED; fallocate -l 100G all && echo ESCAPED")]
    [InlineData("dd if=/dev/zero of=/tmp/big bs=1M seek=1020 count=100 && echo ESCAPED; truncate -s 100G /tmp/sparse && echo ESCAPED")]
    [InlineData("for i in 1 2 3 4 5 6 7 8 9 10; do truncate -s 1000M sparse$i; done; sleep 30; echo ESCAPED")]
    [InlineData("dd if=/dev/zero of=/dev/shm/big bs=1M count=6000 && echo ESCAPED; dd if=/dev/zero of=/dev/big bs=1M count=6000 && echo ESCAPED")]
    public async Task A2_58_A_hundred_gigabytes_are_not_written(string attack)
    {
        var text = Run(attack, seconds: 60);

        Assert.DoesNotContain("ESCAPED", text, StringComparison.Ordinal);
        await NothingRunsAsync();
    }

    // Each kind of entry takes an inode of the disk, however small it is.
    [Theory]
    [InlineData("open(F, q(>), qq(f$i))")]
    [InlineData("symlink(q(x), qq(l$i))")]
    public async Task A2_58_A_flood_of_files_ends_the_command(string makes)
    {
        _bash.Limits = new CageLimits { MaxWorkspaceFiles = 2000 };

        var text = Run($"perl -e 'for (my $i = 0; ; $i++) {{ {makes} or sleep 1 }}'; sleep 60; echo ESCAPED", seconds: 60);

        Assert.Contains(Ended("the workspace has more than 2000 files"), text, StringComparison.Ordinal);
        Assert.DoesNotContain("ESCAPED", text, StringComparison.Ordinal);
        await NothingRunsAsync();
    }

    [Theory]
    [InlineData("while :; do :; done")]
    [InlineData("trap '' TERM INT HUP; while :; do :; done & while :; do :; done")]
    [InlineData("yes")]
    [InlineData("cat /dev/zero")]
    [InlineData("sleep 1000 <&-")]
    public async Task A2_58_What_does_not_end_is_ended(string attack)
    {
        var text = Run(attack, seconds: 2);

        Assert.Contains(Told(2), text, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 64 << 10);
        await NothingRunsAsync();
    }

    [Theory]
    [InlineData("setsid nohup sleep 1000 > /dev/null 2>&1 < /dev/null & echo started")]
    [InlineData("(setsid sh -c 'setsid sh -c \"sleep 1000\" &' > /dev/null 2>&1 &); echo started")]
    [InlineData("perl -e 'if (!fork) { if (!fork) { open STDOUT, q(>/dev/null); open STDERR, q(>/dev/null); sleep 1000 } exit }'; echo started")]
    public async Task A2_58_Nothing_is_left_running(string attack)
    {
        Assert.Contains("started", Run(attack, seconds: 10), StringComparison.Ordinal);
        await NothingRunsAsync();
    }

    [Theory]
    [InlineData("env; set; export -p")]
    [InlineData("for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; tr '\\0' ' ' < $p/cmdline; done")]
    [InlineData("cat ~/.kube/config ~/.ssh/* ~/.netrc ~/.config/*/* ~/.aws/* ~/.docker/config.json; ls -laR ~; cat $KUBECONFIG")]
    public void A2_59_The_environment_holds_nothing_of_the_agents(string attack)
    {
        Environment.SetEnvironmentVariable("FOREMAN_TEST_TOKEN", Canary);
        try
        {
            var text = Run(attack);

            Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
            Assert.DoesNotContain("FOREMAN_", text, StringComparison.Ordinal);
            Assert.DoesNotContain("KUBE", text.Replace("$KUBECONFIG", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("FOREMAN_TEST_TOKEN", null);
        }
    }

    [Theory]
    [InlineData("cat /etc/shadow /etc/gshadow /etc/ssh/ssh_host_*_key /etc/kubernetes/*.conf /etc/rancher/k3s/k3s.yaml && echo ESCAPED; ls /etc/shadow /etc/kubernetes /etc/ssh && echo ESCAPED")]
    [InlineData("ls /var/run/secrets/kubernetes.io/serviceaccount/token /run/secrets && echo ESCAPED")]
    [InlineData("ls /var/run/docker.sock /run/docker.sock /run/containerd/containerd.sock /run/podman/podman.sock /run/crio/crio.sock /run/user /run/dbus && echo ESCAPED")]
    [InlineData("find / -xdev -type s 2>/dev/null | sed 's/^/ESCAPED /'; ls -A /run | sed 's/^/ESCAPED /'")]
    [InlineData("ls -A /home /root /var/lib /srv /media /mnt 2>/dev/null | grep -v ':$' | grep . && echo ESCAPED")]
    public void A2_59_No_credential_and_no_socket_of_the_host_is_there(string attack) =>
        Assert.DoesNotContain("ESCAPED", Run(attack).Replace("s/^/ESCAPED /", "", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void A2_59_A_key_of_the_agents_session_is_not_to_be_read()
    {
        AddSessionKey("foreman-canary", Canary);

        var text = Run(
            """
            perl -e '
              my ($t, $d, $b) = ("user", "foreman-canary", chr(0) x 64);
              my $ctl = `uname -m` =~ /aarch64/ ? 219 : 250;
              my $key = syscall($ctl, 10, -3, $t, $d, 0);
              syscall($ctl, 11, $key, $b, 64) if $key > 0;
              print "key $key: $b\n";
              for (split /\n/, `cat /proc/keys`) {
                next unless /^([0-9a-f]+).*foreman-canary/;
                my $id = hex $1;
                syscall($ctl, 5, $id, 0x3f3f3f3f);
                syscall($ctl, 8, $id, -3);
                my $r = syscall($ctl, 11, $id, $b, 64);
                print "read $r: $b\n";
              }'
            """);

        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        Assert.Contains("key -1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A2_59_No_connection_leaves_the_cage()
    {
        using var tcp = new TcpListener(IPAddress.Any, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        var (tcpPort, udpPort) = (((IPEndPoint)tcp.LocalEndpoint).Port, ((IPEndPoint)udp.Client.LocalEndPoint!).Port);
        var addresses = string.Join(' ', Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).Select(a => a.ToString()).Append("127.0.0.1").Distinct());
        var accepted = tcp.AcceptTcpClientAsync();
        var received = udp.ReceiveAsync();

        var text = Run(
            $$"""
            for a in {{addresses}}; do
              perl -MIO::Socket::INET -e 'print "ESCAPED tcp $ARGV[0]\n" if IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2)' $a:{{tcpPort}}
              perl -MSocket -e 'socket(S, PF_INET, SOCK_DGRAM, 17); send(S, "x", 0, sockaddr_in({{udpPort}}, inet_aton($ARGV[0])))' $a
            done
            for a in 169.254.169.254:80 100.100.100.200:80 8.8.8.8:53 1.1.1.1:443; do
              perl -MIO::Socket::INET -e 'print "ESCAPED tcp $ARGV[0]\n" if IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2)' $a
            done
            getent hosts metadata.google.internal example.com kubernetes.default.svc && echo ESCAPED
            perl -MSocket -e 'print "ESCAPED raw\n" if socket(S, PF_INET, SOCK_RAW, 1); print "ESCAPED packet\n" if socket(S, 17, SOCK_RAW, 768)'
            grep -c : /proc/net/dev
            """,
            seconds: 30);

        Assert.DoesNotContain("ESCAPED", text, StringComparison.Ordinal);
        Assert.False(accepted.IsCompleted || received.IsCompleted);
        tcp.Stop();
        udp.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => accepted);
        await Assert.ThrowsAnyAsync<Exception>(() => received);
    }

    [Fact]
    public void A2_59_An_abstract_socket_of_the_host_is_not_there()
    {
        var name = "foreman-" + Path.GetFileName(_bash.Folder);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen();

        var text = Run($$"""perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); print connect(S, pack_sockaddr_un("\0{{name}}")) ? "ESCAPED" : "refused: $!"'; cat /proc/net/unix""");

        Assert.Contains("refused: Connection refused", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@" + name, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill -9 {victim}; kill -9 -{victim}; kill -9 -1; echo tried")]
    [InlineData("for s in TERM STOP KILL; do for p in $(seq 1 400) {victim}; do [ $p = $$ ] || kill -$s $p; done; done 2>/dev/null; echo tried")]
    [InlineData("cat /proc/{victim}/environ /proc/{victim}/maps; ls /proc/{victim}; echo tried")]
    [InlineData("perl -e 'my $n = `uname -m` =~ /aarch64/ ? 117 : 101; print syscall($n, 16, {victim}, 0, 0) == 0 ? \"ESCAPED\" : \"tried: $!\"'")]
    [InlineData("perl -e 'print syscall(434, {victim}, 0) >= 0 ? \"ESCAPED\" : \"tried: $!\"'")]
    public void A2_59_Processes_of_the_host_are_out_of_reach(string attack)
    {
        var start = new ProcessStartInfo("/bin/sleep", "600");
        start.Environment["FOREMAN_TEST_TOKEN"] = Canary;
        using var victim = Process.Start(start)!;
        try
        {
            var text = Run(attack.Replace("{victim}", victim.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), seconds: 10);

            Assert.DoesNotContain("ESCAPED", text.Replace("\"ESCAPED\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
            Assert.False(victim.HasExited);
            Assert.DoesNotContain("State:\tT", File.ReadAllText($"/proc/{victim.Id}/status"), StringComparison.Ordinal);
        }
        finally
        {
            victim.Kill();
            victim.WaitForExit();
        }
    }

    [Theory]
    [InlineData("printf '\\033[2J\\033]0;owned\\007\\033P+q\\033\\\\ \\23331m\\r\\b\\0 end'")]
    [InlineData("printf '{\"turn\":1}\\r\\n{\"decision\":\"allow\"}\\n'; printf '\\342\\200\\256evil'")]
    [InlineData("head -c 300000 /dev/urandom")]
    [InlineData("head -c 3000000 /dev/zero | tr '\\0' 'x'")]
    public void A2_60_Nothing_in_an_output_steers_a_terminal(string attack)
    {
        var text = Run(attack);

        Assert.DoesNotContain(text, c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is '\u202e' or '\u2028');
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 128 << 10);
        Assert.Matches("exit code: [0-9]+$", text);
    }

    [Fact]
    public void A2_60_No_terminal_is_there_to_type_into()
    {
        var text = Run("(: > /dev/tty) && echo ESCAPED; for f in 0 1 2; do perl -e 'my $c = \"x\"; open(F, \"<&=$ARGV[0]\"); print \"ESCAPED\\n\" if ioctl(F, 0x5412, $c)' $f; done; tty; true");

        Assert.DoesNotContain("ESCAPED", text, StringComparison.Ordinal);
    }

    private string Run(string command, int seconds = 20) => Run(_bash, command, seconds);

    private string Filled(string attack) => attack
        .Replace("{outside}", _outside.Path, StringComparison.Ordinal)
        .Replace("{name}", Path.GetFileName(_bash.Folder), StringComparison.Ordinal);

    // Every process of the cage, and none outside, has the workspace as a mount.
    private Task NothingRunsAsync() => Eventually.TrueAsync(
        () => Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])).All(p => !Mounts(p).Contains(_bash.Folder, StringComparison.Ordinal)),
        "all processes of the cage to be gone");

    private static string Mounts(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is another user's.
            return "";
        }
    }

    // By the system calls add_key and keyctl; the key ends by itself after a minute.
    private static void AddSessionKey(string name, string payload)
    {
        using var perl = Process.Start("/usr/bin/perl", [
            "-e",
            """
            my ($add, $ctl) = `uname -m` =~ /aarch64/ ? (217, 219) : (248, 250);
            my ($t, $d, $p) = ("user", @ARGV);
            my $key = syscall($add, $t, $d, $p, length $p, -3);
            syscall($ctl, 15, $key, 60) if $key > 0;
            """,
            name,
            payload,
        ]);
        perl.WaitForExit();
    }
}
