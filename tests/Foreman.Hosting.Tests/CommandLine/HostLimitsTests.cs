using System.ComponentModel;
using System.Net.Sockets;
using Foreman.Testing;

namespace Foreman.Hosting.Tests.CommandLine;

[Trait("Kind", "15")]
public class HostLimitsTests
{
    public static TheoryData<Exception, string> Limits => new()
    {
        { new IOException("Too many open files : '/state/agent.lock'", 24), "LimitNOFILE" },
        { new HttpRequestException("failed", new SocketException((int)SocketError.TooManyOpenSockets)), "ulimit -n" },
        { new Win32Exception(24), "ulimit -n" },
        { new TypeInitializationException("a type", new InvalidOperationException("Too many open files")), "ulimit -n" },
        { new IOException("Too many open files in system", 23), "fs.file-max" },
        { new IOException("No space left on device : '/state/host-id'", 28), "Make room" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_of_the_host_is_told_with_what_to_do(Exception fault, string remedy)
    {
        var exit = HostLimits.Explain(fault, 4096)!;

        Assert.Equal(ExitCodes.TryAgain, exit.ExitCode);
        Assert.Contains(remedy, exit.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", exit.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_faults_are_no_limits()
    {
        Assert.Null(HostLimits.Explain(new InvalidOperationException("a defect"), 4096));
        Assert.Null(HostLimits.Explain(new IOException("the pipe is broken", 32), null));
        Assert.Null(HostLimits.Explain(new SocketException((int)SocketError.ConnectionRefused), 256));
    }

    [Fact]
    public void With_few_files_a_failure_to_open_something_is_told_first_and_the_limit_as_a_note()
    {
        var exit = HostLimits.Explain(new FileNotFoundException("Could not load file or assembly 'System.ComponentModel'."), 64)!;

        Assert.StartsWith("Could not load file or assembly 'System.ComponentModel'. This process may open 64 files at once, which may be too few", exit.Message, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", exit.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_few_files_a_failure_that_has_another_cause_is_told_by_that()
    {
        Assert.StartsWith("a disk is full", HostLimits.Explain(new IOException("No space left on device : '/state/host-id'", 28), 200)!.Message, StringComparison.Ordinal);
        Assert.StartsWith("no file descriptor is left on this machine", HostLimits.Explain(new IOException("Too many open files in system", 23), 200)!.Message, StringComparison.Ordinal);
        Assert.Null(HostLimits.Explain(new InvalidOperationException("a defect"), 200));
        Assert.Null(HostLimits.Explain(new InvalidCastException("a defect"), 64));
    }

    [Fact]
    public void A_daemon_does_not_start_with_too_few_files()
    {
        Assert.Equal(ExitCodes.BadConfiguration, HostLimits.Refusal(64)!.ExitCode);
        Assert.Null(HostLimits.Refusal(HostLimits.LeastFiles));
        Assert.Null(HostLimits.Refusal(null));
    }

    [Fact]
    public void The_limit_is_read_as_Linux_writes_it()
    {
        using var folder = new TempFolder();
        Assert.Equal(64, HostLimits.ReadOpenFiles(folder.Write("limits", "Limit                     Soft Limit           Hard Limit           Units\nMax open files            64                   524288               files\n")));
        Assert.Null(HostLimits.ReadOpenFiles(folder.Write("none", "Max open files            unlimited            unlimited            files\n")));
        Assert.Null(HostLimits.ReadOpenFiles(folder["absent"]));
    }
}
