using System.Text.Json.Nodes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>The first thing that a newcomer runs: everything on one machine, on the embedded dev cluster.</summary>
public sealed class TryTests : IDisposable
{
    private readonly TempFolder _home = new();

    [Fact]
    public async Task A_newcomer_gets_a_file_written_by_the_demo_model_and_is_told_that_it_is_one()
    {
        await using var process = Start("try", "--output", "json");

        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromMinutes(1)));

        var result = Result(process);
        Assert.Equal("GO", (string?)result["verdict"]);
        Assert.SkipUnless((bool)result["demo"]!, "a model server runs on this host and was used instead of the demo model: stop it");
        Assert.Equal("good morning", await File.ReadAllTextAsync((string)result["file"]!));
        Assert.InRange((double)result["seconds"]!["done"]!, 0, 30);
        Assert.Contains("demo model", process.StandardError, StringComparison.OrdinalIgnoreCase);
        await NothingLeft(process);
    }

    [Fact]
    public async Task A_real_model_server_is_used_when_it_is_named()
    {
        var server = await LlamaServer.SharedAsync();
        await using var process = Start("try", "--output", "json", "--model-url", server.Url, "--prompt", "Write a file named note.txt with the text: see you soon");

        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromMinutes(1)));

        var result = Result(process);
        Assert.Equal("GO", (string?)result["verdict"]);
        Assert.False((bool)result["demo"]!);
        Assert.Equal("see you soon", await File.ReadAllTextAsync((string)result["file"]!));
        await NothingLeft(process);
    }

    [Fact]
    public async Task A_goal_that_the_demo_model_does_not_know_fails_with_a_no_go()
    {
        await using var process = Start("try", "--output", "json", "--prompt", "Compose an opera");

        Assert.Equal(1, await process.WaitForExitAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal("NO-GO", (string?)Result(process)["verdict"]);
        await NothingLeft(process);
    }

    [Fact]
    public async Task Plain_output_shows_the_way_of_the_task_and_how_to_go_on()
    {
        await using var process = Start("try");

        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromMinutes(1)));

        foreach (var word in new[] { "Ready", "Pending", "Scheduled", "Running", "write_file", "GO", "hello.txt", "good morning", "kubectl", "--keep" })
        {
            Assert.Contains(word, process.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ctrl_C_leaves_nothing_behind_however_early_it_comes()
    {
        await using var early = Start("try");
        await Eventually.TrueAsync(() => early.Output.Length > 0 || early.LivingDescendants().Count > 1, "the first sign of life");
        early.PressControlC();
        await early.WaitForExitAsync();
        await NothingLeft(early);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_try_that_was_kept()
    {
        await using var kept = Start("try", "--keep");
        await kept.WaitForLineAsync("GO", TimeSpan.FromMinutes(1));
        Assert.True(kept.LivingDescendants().Count > 1);

        kept.PressControlC();

        await kept.WaitForExitAsync();
        await NothingLeft(kept);
    }

    public void Dispose() => _home.Dispose();

    private static JsonObject Result(RealProcess process)
    {
        var line = Assert.Single(process.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return JsonNode.Parse(line)!.AsObject();
    }

    private static Task NothingLeft(RealProcess process) =>
        Eventually.TrueAsync(() => process.LivingDescendants().Count == 0, "every process of the try to be gone");

    private RealProcess Start(params string[] arguments) => RealProcess.Start(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments = arguments,
        WorkingDirectory = _home.Path,
        Environment = new Dictionary<string, string?> { ["HOME"] = _home.Path },
    });
}
