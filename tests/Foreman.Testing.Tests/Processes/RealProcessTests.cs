namespace Foreman.Testing.Tests.Processes;

public class RealProcessTests
{
    [Fact]
    public async Task Lines_of_both_streams_are_captured_and_the_exit_code_is_the_programs()
    {
        await using var process = RealProcess.Start("/bin/sh", "-c", "echo to out; echo to err >&2; exit 7");

        Assert.Equal(7, await process.WaitForExitAsync());
        Assert.Equal("to out\n", process.StandardOutput);
        Assert.Equal("to err\n", process.StandardError);
    }

    [Fact]
    public async Task The_known_id_is_the_programs_own_so_that_its_trap_sees_the_signal()
    {
        await using var process = RealProcess.Start("/bin/sh", "-c", "trap 'echo asked to end; exit 0' TERM; echo ready $$; while :; do read -r _ < /dev/null; done");
        var ready = await process.WaitForLineAsync("^ready (.+)$");
        Assert.Equal($"{process.Id}", ready.Groups[1].Value);

        process.Send(Signal.Terminate);

        await process.WaitForLineAsync("^asked to end$");
        Assert.Equal(0, await process.WaitForExitAsync());
    }

    [Fact]
    public async Task A_held_process_goes_on_when_released()
    {
        await using var process = RealProcess.Start("/bin/cat", "/proc/self/stat", "/dev/zero");
        await process.WaitForLineAsync(@"^\d+ \(cat\)");

        process.Send(Signal.Stop);
        await Eventually.TrueAsync(() => State(process.Id) == 'T', "the process to be held");
        process.Send(Signal.Continue);

        await Eventually.TrueAsync(() => State(process.Id) != 'T', "the process to go on");
    }

    [Fact]
    public async Task A_line_that_never_comes_is_a_failure_that_shows_what_came()
    {
        await using var process = RealProcess.Start("/bin/echo", "something else");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => process.WaitForLineAsync("^this$"));

        Assert.Contains("something else", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_ends_what_the_process_started_too()
    {
        var process = RealProcess.Start("/bin/sh", "-c", "sleep 1000 & echo child $!; wait");
        var child = (await process.WaitForLineAsync(@"^child (\d+)$")).Groups[1].Value;

        await process.DisposeAsync();

        await Eventually.TrueAsync(() => State(int.Parse(child, null)) is 'Z' or '-', "the grandchild to be gone");
    }

    [Fact]
    public async Task A_process_does_not_outlive_a_test_run_that_is_killed()
    {
        // The role of the test run is played by a shell that holds the only open end of the watcher's pipe.
        using var folder = new TempFolder();
        var sample = Path.Combine(AppContext.BaseDirectory, "Foreman.Testing.Tests");
        await using var run = RealProcess.Start(new ProcessRequest
        {
            Program = sample,
            Arguments = ["-method", "Foreman.Testing.Tests.Processes.RealProcessTests.Leaves_a_process_running", "-explicit", "only"],
            Environment = new Dictionary<string, string?> { ["LEFT_RUNNING"] = folder["pid"] },
        });
        await Eventually.TrueAsync(() => File.Exists(folder["pid"]) && File.ReadAllText(folder["pid"]).EndsWith('\n'), "the inner run to start a process");
        var orphan = int.Parse(File.ReadAllText(folder["pid"]), null);
        Assert.Contains(State(orphan), "SR");

        Signals.Send(run.Id, Signal.Kill);

        await Eventually.TrueAsync(() => State(orphan) is 'Z' or '-', "the orphan to be killed");
    }

    [Fact(Explicit = true)]
    public async Task Leaves_a_process_running()
    {
        await using var process = RealProcess.Start("/bin/sleep", "1000");
        await File.WriteAllTextAsync(Environment.GetEnvironmentVariable("LEFT_RUNNING")!, $"{process.Id}\n");
        await process.WaitForExitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Ctrl_C_ends_a_process_also_in_a_test_run_that_ignores_it()
    {
        var sample = Path.Combine(AppContext.BaseDirectory, "Foreman.Testing.Tests");
        await using var run = RealProcess.Start(
            "/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh", sample, "-method", "Foreman.Testing.Tests.Processes.RealProcessTests.Presses_Ctrl_C", "-explicit", "only");

        Assert.Equal(0, await run.WaitForExitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains("Failed: 0, Skipped: 0, Not Run: 0", run.Output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Presses_Ctrl_C()
    {
        await using var process = RealProcess.Start("/bin/sh", "-c", "echo up; exec sleep 1000");
        await process.WaitForLineAsync("up");
        process.PressControlC();
        Assert.Equal(130, await process.WaitForExitAsync());
    }

    private static char State(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return '-';
        }
    }
}
