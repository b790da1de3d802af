using Foreman.Testing;

namespace Foreman.Primitives.Tests;

public class HelperProgramsTests
{
    [Fact]
    public async Task Output_and_exit_code_come_back()
    {
        var commands = new HelperPrograms(TimeSpan.FromSeconds(20), TimeProvider.System);

        var answer = await commands.RunAsync("/bin/sh", ["-c", "echo one; exit 3"], TestContext.Current.CancellationToken);

        Assert.Equal(new CommandOutput(3, "one\n"), answer);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_failure_in_words()
    {
        var commands = new HelperPrograms(TimeSpan.FromSeconds(20), TimeProvider.System);

        var answer = await commands.RunAsync("/nonexistent/nvidia-smi", [], TestContext.Current.CancellationToken);

        Assert.Null(answer.ExitCode);
        Assert.Contains("/nonexistent/nvidia-smi could not be started", answer.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_hangs_is_abandoned_and_not_started_again_until_it_ends()
    {
        using var folder = new TempFolder();
        var pipe = folder["pipe"];
        Assert.True((await CommandRun.RunAsync(new ProcessRequest { Program = "mkfifo", Arguments = [pipe] })).ExitCode == 0);
        var program = folder.WriteScript("hangs", $"cat '{pipe}'");
        var commands = new HelperPrograms(TimeSpan.FromMilliseconds(300), TimeProvider.System);

        var first = await commands.RunAsync(program, [], TestContext.Current.CancellationToken);
        var second = await commands.RunAsync(program, [], TestContext.Current.CancellationToken);
        await FeedAsync(pipe);

        Assert.Contains("did not answer in 0.3 s", first.Failure, StringComparison.Ordinal);
        Assert.Contains("has hung since an earlier probe", second.Failure, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => (await commands.RunAsync(program, [], TestContext.Current.CancellationToken)).Failure?.Contains("earlier", StringComparison.Ordinal) != true,
            "the program to be started again");
        await FeedAsync(pipe);
    }

    [Fact]
    public async Task A_program_that_writes_too_much_is_a_failure_and_does_not_block()
    {
        var commands = new HelperPrograms(TimeSpan.FromSeconds(60), TimeProvider.System);

        var answer = await commands.RunAsync("/bin/sh", ["-c", "head -c 5000000 /dev/zero"], TestContext.Current.CancellationToken);

        Assert.Equal(new CommandOutput(null, "", "/bin/sh wrote more than 4 MiB"), answer);
    }

    [Fact]
    public void A_program_is_found_in_the_usual_folders_when_the_path_does_not_have_it()
    {
        using var folder = new TempFolder();
        var program = folder.Write("foreman-no-such-program", "");

        Assert.Equal(program, HelperPrograms.Find("foreman-no-such-program", folder.Path));
        Assert.Null(HelperPrograms.Find("foreman-no-such-program"));
    }

    private static async Task FeedAsync(string pipe) =>
        (await CommandRun.RunAsync(new ProcessRequest { Program = "/bin/sh", Arguments = ["-c", $"echo done > '{pipe}'"] })).Succeeded();
}
