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
}
