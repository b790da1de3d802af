using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Foreman.Primitives;
using Foreman.Sandbox.Bubblewrap;
using Foreman.Sandbox.SystemCalls;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests.Bubblewrap;

/// <summary>What the filter of system calls does to commands in the real cage, seen from inside.</summary>
public sealed class BubblewrapLauncherTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_forbidden_call_is_refused()
    {
        var calls = SystemCallTable.Forbidden.Select(c => (c.Name, Number: Number(c))).Where(c => c.Number is not null).ToList();
        var numbers = string.Join(' ', calls.Select(c => c.Number!.Value.ToString(CultureInfo.InvariantCulture)));

        var output = await RunAsync($"perl -e 'for (@ARGV) {{ my $r = syscall($_, 0, 0, 0, 0, 0, 0); print \"$_ $r \", $! + 0, \"\\n\" }}' {numbers}");

        Assert.Equal(calls.Select(c => $"{c.Name} -1 1"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Zip(calls, (line, call) => call.Name + line[line.IndexOf(' ', StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task Calls_whose_flags_are_behind_a_pointer_are_unknown()
    {
        var output = await RunAsync("perl -e 'for (435, 437) { my $r = syscall($_, 0, 0, 0, 0, 0, 0); print \"$r \", $! + 0, \"\\n\" }'");

        Assert.Equal("-1 38\n-1 38\n", output);
    }

    [Fact]
    public async Task A_command_has_a_network_processes_and_shared_memory_of_its_own()
    {
        var output = await RunAsync(
            """
            perl -MIO::Socket::INET -e '
              my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die "no server: $!";
              if (!fork) { my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport) or die; print $c "over loopback\n"; exit }
              my $c = $server->accept; print <$c>; wait;
              my $id = shmget(0, 4096, 0600 | 01000); print defined $id && shmwrite($id, "x", 0, 1) ? "memory\n" : "no memory: $!\n"; shmctl($id, 0, 0);
              print socket(my $unix, 1, 1, 0) ? "unix\n" : "no unix: $!\n"; print socket(my $vm, 40, 1, 0) ? "vm\n" : "no vm: ", $! + 0, "\n"'
            """);

        Assert.Equal("over loopback\nmemory\nunix\nno vm: 97\n", output);
    }

    [Fact]
    public async Task The_filter_is_not_left_open_for_the_command()
    {
        Assert.Equal("0\n1\n2\n", await RunAsync("for f in /proc/$$/fd/[0-2]; do echo ${f##*/}; done; for f in /proc/$$/fd/*; do case $(readlink $f) in *filter*) echo open;; esac; done"));
    }

    [Fact]
    public async Task Many_commands_at_once_read_the_whole_filter()
    {
        var outputs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync("perl -e 'print syscall(425, 0, 0), \" \", $! + 0, \"\\n\"'")));

        Assert.All(outputs, o => Assert.Equal("-1 1\n", o));
    }

    private static int? Number(SystemCallNumber call) => RuntimeInformation.ProcessArchitecture is Architecture.X64 ? call.X64 : call.Arm64;

    private async Task<string> RunAsync(string script)
    {
        var bubblewrap = HelperPrograms.Find("bwrap");
        Assert.SkipWhen(bubblewrap is null, "bubblewrap is not installed");
        var (cage, reason) = await Cages.FindAsync([new BubblewrapLauncher(bubblewrap, HostTree.Real)], TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, reason ?? "");
        var result = await cage.RunAsync(
            new CagePolicy { Workspace = _folder.Path },
            new CageCommand { Program = "/bin/bash", Arguments = ["-c", script], Timeout = TimeSpan.FromSeconds(60) },
            CancellationToken.None);
        Assert.Equal((0, null, ""), (result.ExitCode, result.Ended, Encoding.UTF8.GetString(result.Errors.Head.Span)));
        return Encoding.UTF8.GetString(result.Output.Head.Span);
    }
}
