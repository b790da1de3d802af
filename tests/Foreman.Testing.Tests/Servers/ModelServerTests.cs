using System.Text;

namespace Foreman.Testing.Tests.Servers;

public class ModelServerTests
{
    [Fact]
    public async Task Real_llama_server_answers_with_the_tiny_model() => await AnswersAsync(await LlamaServer.SharedAsync());

    [Fact]
    public async Task Real_ollama_answers_with_the_tiny_model() => await AnswersAsync(await OllamaServer.SharedAsync());

    [Fact]
    public async Task A_held_server_answers_only_when_released()
    {
        await using var server = await LlamaServer.StartAsync();
        server.Hold();

        var answer = AnswersAsync(server);
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromMilliseconds(300)));
        server.Release();

        await answer;
    }

    private static async Task AnswersAsync(ModelServer server)
    {
        using var http = new HttpClient();
        using var question = new StringContent(
            $$"""{"model": "{{server.ModelName}}", "messages": [{"role": "user", "content": "Say hello"}], "temperature": 0}""",
            Encoding.UTF8,
            "application/json");

        using var answer = await http.PostAsync(new Uri($"{server.Url}/v1/chat/completions"), question);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Contains("hello", text, StringComparison.OrdinalIgnoreCase);
    }
}
