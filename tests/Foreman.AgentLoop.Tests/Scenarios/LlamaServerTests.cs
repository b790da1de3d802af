using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>The whole loop against a real llama-server with a real, tiny model.</summary>
public sealed class LlamaServerTests
{
    [Fact]
    public async Task A_file_is_written_and_the_verdict_is_GO()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048 };

        var result = await harness.RunAsync(server.Url, server.ModelName, "Write a file named hello.txt with the text: good morning");

        Assert.Equal((Verdict.Go, TaskPhase.Succeeded, null), (result.Envelope.Verdict, result.Phase, result.Envelope.FailureReason));
        Assert.Equal("good morning", harness.Read("hello.txt"));
        Assert.Equal("Add hello.txt", (string?)result.Envelope.Extra!["commitMessage"]);
        Assert.Equal("MODEL-DECIDED", (string?)result.Envelope.Extra["outcome"]);
        Assert.Equal("hello.txt", Assert.Single(result.Files).Path);
        Assert.Equal(2, result.Usage.Turns);
        Assert.True(result.Usage.PromptTokens > 0 && result.Usage.CompletionTokens > 0);
        Assert.True(result.Timings!.DecodeTokensPerSecond > 0);
    }

    [Fact]
    public async Task A_file_is_read_and_its_first_line_is_the_summary()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048 };
        harness.Write("notes.txt", "the sky is blue\n");

        var result = await harness.RunAsync(server.Url, server.ModelName, "Read the file notes.txt and report its text.");

        Assert.Equal((Verdict.Go, "the sky is blue"), (result.Envelope.Verdict, result.Envelope.Summary));
    }

    [Fact]
    public async Task Text_is_replaced_in_a_file()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048 };
        harness.Write("notes.txt", "one red apple\n");

        var result = await harness.RunAsync(server.Url, server.ModelName, "Replace red with green in the file notes.txt.");

        Assert.Equal((Verdict.Go, "one green apple\n"), (result.Envelope.Verdict, harness.Read("notes.txt")));
    }

    [Theory]
    [InlineData("apple", "GO", "found")]
    [InlineData("pear", "NO-GO", "not found")]
    public async Task A_search_tells_whether_there_is_a_match(string pattern, string verdict, string summary)
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048 };
        harness.Write("src/a.txt", "one red apple\n");

        var result = await harness.RunAsync(server.Url, server.ModelName, $"Find {pattern} in the files.");

        Assert.Equal((verdict, summary), (result.Envelope.Verdict.Value, result.Envelope.Summary));
    }

    [Fact]
    public async Task Text_without_a_tool_call_is_asked_again()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048 };

        var result = await harness.RunAsync(server.Url, server.ModelName, "Say hello");

        Assert.Equal((Verdict.Go, 2), (result.Envelope.Verdict, result.Usage.Turns));
    }

    [Fact]
    public async Task A_failing_tool_ends_in_the_models_own_error()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048 };

        var result = await harness.RunAsync(server.Url, server.ModelName, "Read the file missing.txt and report its text.");

        Assert.Equal((Verdict.Incomplete, FailureReason.ModelReportedError), (result.Envelope.Verdict, result.Envelope.FailureReason));
        Assert.Equal(TaskPhase.Succeeded, result.Phase);
    }

    [Fact]
    public async Task An_unknown_goal_is_a_success_with_verdict_NO_GO()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048 };

        var result = await harness.RunAsync(server.Url, server.ModelName, "Paint the house.");

        Assert.Equal((Verdict.NoGo, TaskPhase.Succeeded), (result.Envelope.Verdict, result.Phase));
        Assert.Equal("MODEL-NO-GO", (string?)result.Envelope.Extra!["outcome"]);
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_ends_with_both_numbers()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Url, server.ModelName, "Say " + string.Concat(Enumerable.Repeat("many words ", 400)));

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("2048", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_runs_at_once_on_four_slots_keep_apart()
    {
        await using var server = await LlamaServer.StartAsync("-np", "4", "-c", "8192");

        var texts = await Task.WhenAll(Enumerable.Range(1, 4).Select(async i =>
        {
            using var harness = new LoopHarness { ContextTokens = 2048 };
            var result = await harness.RunAsync(server.Url, server.ModelName, $"Write a file named file{i}.txt with the text: good morning");
            return (result.Envelope.Verdict, harness.Read($"file{i}.txt"));
        }));

        Assert.All(texts, t => Assert.Equal((Verdict.Go, "good morning"), t));
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_of_a_run_is_replaced_by_the_other_one_of_the_model()
    {
        await using var first = await LlamaServer.StartAsync();
        var second = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness
        {
            ContextTokens = 2048,
            Adjust = s => s with { MaxRetries = 1 },
            OnTurn = progress =>
            {
                if (progress.Turn == 1)
                {
                    first.Process.Send(Signal.Kill);
                }
            },
        };
        var endpoint = new ModelEndpoint(new Uri(first.Url), first.ModelName) { Alternatives = [new ModelEndpoint(new Uri(second.Url), second.ModelName)] };

        var result = await harness.RunAsync(endpoint, "Write a file named hello.txt with the text: good morning");

        Assert.Equal((Verdict.Go, "good morning", 2), (result.Envelope.Verdict, harness.Read("hello.txt"), result.Usage.Turns));
        Assert.Contains(harness.Waits, w => w?.Contains("going on at", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Another_model_than_the_one_promised_is_refused_before_the_first_turn()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Url, "qwen3-coder-30b", "Say hello");

        Assert.Equal((FailureReason.ModelMismatch, 0), (result.Envelope.FailureReason, result.Usage.Turns));
        Assert.Contains("qwen3-coder-30b", result.Envelope.Summary, StringComparison.Ordinal);
    }
}
