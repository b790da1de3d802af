using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Foreman.Primitives;
using Foreman.Sandbox.Bubblewrap;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests;

/// <summary>Commands in the real cage of this host.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_command_writes_in_its_workspace_and_says_what_came_of_it()
    {
        var result = await RunAsync("echo out; echo err >&2; echo kept > file; exit 3");

        Assert.Equal((3, null, "out\n", "err\n"), (result.ExitCode, result.Ended, Text(result.Output), Text(result.Errors)));
        Assert.Equal("kept\n", File.ReadAllText(_folder["file"]));
    }

    [Fact]
    public async Task Nothing_of_the_host_is_seen_but_programs_and_the_workspace()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var result = await RunAsync($"ls -A / | tr '\\n' ' '; ls -A {home} /root /home /tmp/home 2>&1; cat /etc/shadow; id -u; ls /proc | grep -c '^[0-9]'");

        Assert.DoesNotContain("srv", Text(result.Output), StringComparison.Ordinal);
        Assert.DoesNotContain("mnt", Text(result.Output), StringComparison.Ordinal);
        Assert.Contains("\n1000\n", Text(result.Output), StringComparison.Ordinal);
        Assert.Contains("No such file", Text(result.Errors), StringComparison.Ordinal);
        Assert.InRange(int.Parse(Text(result.Output).TrimEnd().Split('\n')[^1], CultureInfo.InvariantCulture), 1, 6);
    }

    [Fact]
    public async Task The_environment_is_built_from_nothing()
    {
        var result = await RunAsync("env | sort");

        var names = Text(result.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=')[0]).Except(["PWD", "OLDPWD", "SHLVL", "_"]);
        Assert.Equal(CageEnvironment.Default.Keys.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Variables_of_a_command_are_set_inside_the_cage_and_not_for_what_starts_it()
    {
        // The dynamic linker of every program that has these writes a file there, or to its output where there is no such folder.
        using var outside = new TempFolder("foreman-outside-");
        _ = _folder.WriteScript("tool=1", "echo \"$GREETING $1 $HOME\"");
        var environment = new Dictionary<string, string>(CageEnvironment.Default)
        {
            ["LD_DEBUG"] = "libs",
            ["LD_DEBUG_OUTPUT"] = outside["linker"],
            ["GREETING"] = "good day",
            ["HOME"] = "/elsewhere",
        };

        var result = await (await CageAsync()).RunAsync(
            new CagePolicy { Workspace = _folder.Path, Environment = environment },
            new CageCommand { Program = _folder["tool=1"], Arguments = ["and more"], Timeout = TimeSpan.FromSeconds(60), KeptBytes = 1 << 20 },
            CancellationToken.None);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("good day and more /elsewhere\n", Text(result.Output), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
    }

    [Fact]
    public async Task A_command_may_end_with_any_code()
    {
        var result = await RunAsync("echo kept > file; exit 125");

        Assert.Equal((125, null), (result.ExitCode, result.Ended));
        Assert.True(File.Exists(_folder["file"]));
    }

    [Fact]
    public async Task A_command_does_not_run_without_its_limits()
    {
        var failure = await Assert.ThrowsAsync<CageException>(() => RunAsync("touch begun", new CageLimits { MaxOpenFiles = int.MaxValue }));

        Assert.Contains("can't be set", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["begun"]));
    }

    [Fact]
    public async Task There_is_no_network_and_no_socket_of_the_host()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        var result = await RunAsync($"exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected; cat /proc/net/dev | grep -c :");

        Assert.Equal("1", Text(result.Output).Trim());
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_ended_with_all_that_it_started()
    {
        var mark = Guid.NewGuid().ToString();

        var result = await RunAsync($"(setsid sh -c 'sleep 1000 # {mark}' &) ; sh -c 'while :; do sleep 1; done # {mark}'", timeout: TimeSpan.FromSeconds(2));

        Assert.Equal((null, "it was not done after 2 s"), (result.ExitCode, result.Ended));
        Assert.Empty(Running(mark));
    }

    [Fact]
    public async Task A_command_outlives_the_thread_that_asked_for_it()
    {
        _ = await CageAsync();
        Task<CageResult>? running = null;
        var asking = new Thread(() => running = RunAsync("touch begun; until [ -e go ]; do :; done; echo done"));
        asking.Start();
        asking.Join();
        await Eventually.TrueAsync(() => File.Exists(_folder["begun"]), "the command to begin");

        File.WriteAllText(_folder["go"], "");

        Assert.Equal("done\n", Text((await running!).Output));
    }

    [Fact]
    public async Task What_runs_in_the_background_ends_with_the_command()
    {
        var mark = Guid.NewGuid().ToString();

        var result = await RunAsync($"nohup setsid sh -c 'sleep 1000 # {mark}' > /dev/null 2>&1 & echo started");

        Assert.Equal((0, "started\n"), (result.ExitCode, Text(result.Output)));
        Assert.Empty(Running(mark));
    }

    [Fact]
    public async Task A_cancelled_command_is_gone_when_the_call_returns()
    {
        var mark = Guid.NewGuid().ToString();
        using var stop = new CancellationTokenSource();
        _ = await CageAsync();
        var running = RunAsync($"touch begun; sleep 1000 # {mark}", stop: stop.Token);
        await Eventually.TrueAsync(() => File.Exists(_folder["begun"]), "the command to begin");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(Running(mark));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_that_is_cancelled_while_its_cage_is_set_up_is_gone_too(bool hasControlGroups)
    {
        var program = HelperPrograms.Find("bwrap");
        Assert.SkipWhen(program is null, "bubblewrap is not installed: install the package bubblewrap");
        var cage = new Cage(new BubblewrapLauncher(program, HostTree.Real), hasControlGroups ? ControlGroups.Find() : ControlGroups.None, TimeProvider.System);
        var mark = Guid.NewGuid().ToString();
        var command = new CageCommand { Program = "/bin/sh", Arguments = ["-c", $"sleep 1000 # {mark}"], Timeout = TimeSpan.FromSeconds(60) };
        for (var i = 0; i < 60; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMicroseconds(500 * i));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cage.RunAsync(new CagePolicy { Workspace = _folder.Path }, command, stop.Token));
        }

        Assert.Empty(Running(mark));
    }

    [Fact]
    public async Task Output_of_any_size_takes_little_memory_and_does_not_stop_the_command()
    {
        var result = await RunAsync("head -c 200000000 /dev/zero; echo; echo last; touch done");

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("\nlast\n", Text(result.Output), StringComparison.Ordinal);
        Assert.InRange(result.Output.LeftOut, 199_000_000, 200_000_000);
        Assert.True(File.Exists(_folder["done"]));
    }

    [Fact]
    public async Task Processes_files_and_the_workspace_have_bounds()
    {
        var limits = new CageLimits { MaxProcesses = 40, MaxFileBytes = 1 << 20, MaxWorkspaceFiles = 1000, MaxOpenFiles = 64 };

        var forks = await RunAsync("for i in $(seq 200); do sleep 20 & done; wait", limits, TimeSpan.FromSeconds(60));
        var file = await RunAsync("head -c 5000000 /dev/zero > big; stat -c %s big; truncate -s 100G sparse", limits);
        var inodes = await RunAsync("i=0; while :; do i=$((i+1)); : > f$i; done", limits, TimeSpan.FromSeconds(60));
        var open = await RunAsync("ulimit -n; ulimit -c", limits);

        Assert.Contains("esource temporarily unavailable", Text(forks.Errors), StringComparison.Ordinal);
        Assert.Equal("1048576", Text(file.Output).Trim());
        Assert.NotEqual(0, file.ExitCode);
        Assert.Equal((null, "the workspace has more than 1000 files"), (inodes.ExitCode, inodes.Ended));
        Assert.Equal("64\n0\n", Text(open.Output));
    }

    [Fact]
    public async Task Memory_has_a_bound()
    {
        var result = await RunAsync("head -c 400000000 /dev/zero | tail | wc -c; echo after", new CageLimits { MaxMemoryBytes = 100 << 20 });

        Assert.DoesNotContain("400000000", Text(result.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processor_time_has_a_bound_and_time_that_is_slept_is_none()
    {
        var limits = new CageLimits { MaxCpuTime = TimeSpan.FromSeconds(1) };

        var busy = await RunAsync("echo begun; while :; do :; done", limits);
        var asleep = await RunAsync("sleep 3; echo slept", limits);

        // Of the signal that tells of the bound, or of the one that ends what does not heed it.
        Assert.Contains(busy.ExitCode, (int?[])[128 + 24, 128 + 9]);
        Assert.Equal("begun\n", Text(busy.Output));
        Assert.InRange(busy.Duration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
        Assert.Equal((0, "slept\n"), (asleep.ExitCode, Text(asleep.Output)));
    }

    private async Task<CageResult> RunAsync(string script, CageLimits? limits = null, TimeSpan? timeout = null, CancellationToken stop = default) =>
        await (await CageAsync()).RunAsync(
            new CagePolicy { Workspace = _folder.Path, Limits = limits ?? new() },
            new CageCommand { Program = "/bin/bash", Arguments = ["-c", script], Timeout = timeout ?? TimeSpan.FromSeconds(60) },
            stop);

    private static async Task<Cage> CageAsync()
    {
        var (cage, reason) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, reason ?? "");
        return cage;
    }

    private static string Text(OutputText output) => Encoding.UTF8.GetString([.. output.Head.Span, .. output.Tail.Span]);

    private static IEnumerable<string> Running(string mark) =>
        from folder in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)
        let line = CommandLine(folder)
        where line.Contains(mark, StringComparison.Ordinal) && !line.Contains("Foreman.Sandbox.Tests", StringComparison.Ordinal)
        select line;

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
