using System.Text.Json.Nodes;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>The command as people run it: the built programs, each in processes of their own.</summary>
public class TryCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task One_command_shows_a_task_from_start_to_end_and_leaves_its_file_and_Ctrl_c_leaves_nothing_behind()
    {
        await using var run = Start("--keep");
        await run.WaitForLineAsync("Ctrl-C ends it", Patience);

        var output = run.StandardOutput;
        Assert.Matches("node .* Ready: [0-9]+ of [0-9]+ GiB RAM free, .*foreman-demo \\(demo\\)", output);
        Assert.Contains("a scripted stand-in, not a language model", output, StringComparison.Ordinal);
        Assert.Matches("(?s)task +hello Pending.*task +hello (Scheduled|Running) on .*turn 1 +write_file hello.txt.*task +hello Succeeded, verdict GO", output);
        Assert.Contains("| good morning", output, StringComparison.Ordinal);
        Assert.Matches("From create to Running [0-9.]+ s, to done [0-9.]+ s", output);
        Assert.Equal("good morning", (await File.ReadAllTextAsync(output.Split('\n').First(l => l.EndsWith("/hello.txt", StringComparison.Ordinal)))).Trim());

        run.PressControlC();

        Assert.Contains(await run.WaitForExitAsync(Patience), new[] { 0, 130 });
        Assert.Empty(run.LivingDescendants());
    }

    [Fact]
    public async Task Json_is_one_line_on_standard_output_and_progress_goes_to_standard_error()
    {
        await using var run = Start("--output", "json", "--nodes", "2");

        Assert.Equal(0, await run.WaitForExitAsync(Patience));

        var json = JsonNode.Parse(Assert.Single(run.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal(("GO", true, "foreman-demo"), ((string?)json["verdict"], (bool)json["demo"]!, (string?)json["model"]));
        Assert.Equal("default/hello", (string?)json["task"]);
        Assert.EndsWith("/hello.txt", (string?)json["file"], StringComparison.Ordinal);
        Assert.True((double)json["seconds"]!["done"]! >= (double)json["seconds"]!["running"]!);
        Assert.Contains("verdict GO", run.StandardError, StringComparison.Ordinal);
        Assert.Empty(run.LivingDescendants());
    }

    [Fact]
    public async Task A_prompt_that_the_demo_model_does_not_understand_ends_with_no_go_and_1()
    {
        await using var run = Start("--prompt", "Sing a song.");

        Assert.Equal(1, await run.WaitForExitAsync(Patience));
        Assert.Contains("NO-GO: unknown goal", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_begins_the_task_again_and_again()
    {
        await using var run = Start("--schedule", "@every 1m", "--for", "125s");

        Assert.Equal(0, await run.WaitForExitAsync(TimeSpan.FromMinutes(5)));

        Assert.True(run.StandardOutput.Split("Succeeded, verdict GO").Length - 1 >= 2, run.StandardOutput);
        Assert.Matches("[23] begun, [23] with verdict GO", run.StandardOutput);
    }

    // Whatever model servers run on this machine must not matter here: the demo model is asked for by its name.
    private static RealProcess Start(params string[] arguments) => RealProcess.Start(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments = ["try", "--model", "foreman-demo", .. arguments],
        Environment = new Dictionary<string, string?> { ["PATH"] = $"{Path.GetDirectoryName(ReleasedBinaries.Agent)}:{Environment.GetEnvironmentVariable("PATH")}" },
    });
}
