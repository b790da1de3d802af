using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>The whole loop against a real Ollama.</summary>
public sealed class OllamaServerTests
{
    [Fact]
    public async Task A_file_is_written_through_Ollama()
    {
        var server = await OllamaServer.SharedAsync();
        using var harness = new LoopHarness { ContextTokens = 2048, Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["write_file"], Temperature = "0" } };

        var result = await harness.RunAsync(server.Url, "tiny", "Write a file named hello.txt with the text: good morning");

        Assert.Equal((Verdict.Go, "good morning"), (result.Envelope.Verdict, harness.Read("hello.txt")));
    }

    [Fact]
    public async Task Q23_an_answer_that_the_real_server_breaks_off_for_its_repeats_is_known()
    {
        var server = await OllamaServer.SharedAsync();
        using var client = new ModelClient(new ModelEndpoint(new Uri(server.Url), "tiny"), new ModelClientOptions { ContextTokens = 2048 }, TimeProvider.System, new Random(1));

        var answer = await client.CompleteAsync(ServerTableTests.Repeating(await client.IdentifyAsync(TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);

        Assert.Equal((true, "repeat", "\"a"), (answer.RepeatsItself, answer.FinishReason, answer.Content));
    }

    [Fact]
    public async Task Q05_a_prompt_over_the_window_is_refused_with_the_window_that_the_real_server_gives()
    {
        await using var server = await OllamaServer.StartAsync();
        using var harness = new LoopHarness { Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["write_file"], Temperature = "0" } };

        // More is asked for than the model was trained with, so the window that counts is the one that is read back.
        var result = await harness.RunAsync(server.Url, "tiny", "Say " + string.Concat(Enumerable.Repeat("many words ", 400)));

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed), (result.Envelope.FailureReason, result.Phase));
        Assert.Contains("exceeds the context length", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Q05_the_real_server_gets_the_window_of_the_run()
    {
        await using var server = await OllamaServer.StartAsync();
        using var harness = new LoopHarness { ContextTokens = 1024, Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["write_file"], Temperature = "0" } };

        var result = await harness.RunAsync(server.Url, "tiny", "Write a file named hello.txt with the text: good morning");

        using var http = new HttpClient();
        var running = await http.GetStringAsync(new Uri(server.Url + "/api/ps"), TestContext.Current.CancellationToken);
        Assert.Equal((Verdict.Go, true), (result.Envelope.Verdict, running.Contains("\"context_length\":1024", StringComparison.Ordinal)));
    }
}
