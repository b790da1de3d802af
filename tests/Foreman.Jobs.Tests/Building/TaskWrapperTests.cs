using System.Diagnostics;
using System.Globalization;

namespace Foreman.Jobs.Tests.Building;

/// <summary>The wrapper in the shell of this machine, its texts read as a kubelet gives them on.</summary>
public sealed class TaskWrapperTests
{
    private const string Waits = "trap 'echo stopped; exit 7' TERM; echo ready; while :; do sleep 0.1; done";

    [Theory]
    [InlineData("echo hi", 0, "hi\ntorn\n")]
    [InlineData("exit 5", 5, "torn\n")]
    [InlineData("kill -KILL $$", 137, "torn\n")]
    public async Task O9_Teardown_runs_once_after_the_task(string task, int code, string output) =>
        Assert.Equal((code, output), await RunAsync("echo torn", Sh(task)));

    [Fact]
    public async Task O9_A_failed_teardown_does_not_change_how_the_task_ended() => Assert.Equal((5, "torn\n"), await RunAsync("echo torn; exit 3", Sh("exit 5")));

    [Fact]
    public async Task O9_A_teardown_is_bounded_in_time() => Assert.Equal((0, "begun\n"), await RunAsync("echo begun; exec sleep 600", Sh("exit 0"), bound: 1));

    [Fact]
    public async Task J22_A_request_to_stop_reaches_the_task_and_teardown_runs_once() =>
        Assert.Equal((7, "ready\nstopped\ntorn\n"), await RunAsync("echo torn", Sh(Waits), stops: 1));

    [Fact]
    public async Task O30_Several_requests_to_stop_are_as_one() =>
        Assert.Equal((7, "ready\nstopped\ntorn\n"), await RunAsync("echo torn", Sh(Waits), stops: 3));

    [Fact]
    public async Task J22_A_task_that_does_not_stop_is_stopped_by_force_before_teardown() =>
        Assert.Equal((137, "ready\ntorn\n"), await RunAsync("echo torn", Sh("trap '' TERM; echo ready; while :; do sleep 0.1; done"), grace: 1, stops: 1));

    [Fact]
    public async Task O8_Variables_of_setup_are_in_the_environment_of_the_task() =>
        Assert.Equal((0, "good day\n"), await RunAsync("", Sh("echo \"$GREETING\""), variables: "GREETING='good day'\n"));

    [Fact]
    public async Task O8_Variables_keep_their_values_whatever_they_are_called() =>
        Assert.Equal((0, "9\n4\n"), await RunAsync("echo \"$code\"", Sh("echo \"$grace\""), variables: "code=4\ngrace=9\n"));

    [Fact]
    public async Task Variables_that_are_no_shell_text_end_the_task_with_its_teardown()
    {
        var (code, output) = await RunAsync("echo torn", Sh("echo never"), variables: "if\n");
        Assert.NotEqual(0, code);
        Assert.Equal("torn\n", output);
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are() =>
        Assert.Equal((0, "a b|$HOME|\n"), await RunAsync("", ["printf", "%s|%s|\\n", "a b", "$HOME"]));

    [Fact]
    public async Task O21_A_program_that_is_not_there_is_127() => Assert.Equal((127, ""), await RunAsync("", ["no-such-program"]));

    private static string[] Sh(string text) => ["/bin/sh", "-c", text];

    private static async Task<(int Code, string Output)> RunAsync(string teardown, string[] program, int bound = 60, int grace = 60, int stops = 0, string variables = "")
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, variables);
        try
        {
            using var process = Start([.. TaskWrapper.Command(teardown, bound, grace).Select(AsGivenOn), .. program], file);
            var begun = stops > 0 ? await process.StandardOutput.ReadLineAsync() + "\n" : "";
            for (var i = 0; i < stops; i++)
            {
                using var kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {process.Id}")]);
                await kill.WaitForExitAsync();
            }

            var output = begun + await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Process Start(IReadOnlyList<string> command, string file)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = false };
        info.Environment["FOREMAN_ENV_FILE"] = file;
        return Process.Start(info)!;
    }

    // A kubelet makes one of two dollar signs; nothing else in these texts means something to it.
    private static string AsGivenOn(string text)
    {
        Assert.DoesNotContain("$", text.Replace("$$", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return text.Replace("$$", "$", StringComparison.Ordinal);
    }
}
