using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Bench.Loop;

/// <summary>
/// Has a real llama-server read each prompt of a scripted run, and then the script's answer as its template writes it: in a real run the
/// server has written the answer itself, so that it is in its cache when the next prompt comes.
/// </summary>
/// <param name="url">Base URL of the server.</param>
internal sealed class PromptCounter(string url) : IDisposable
{
    private const string Mark = "after the answer";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>What the server says of a prompt: usage and timings.</summary>
    /// <param name="asked">The request of the loop.</param>
    /// <param name="answer">The message of the assistant that answers it.</param>
    public async Task<(JsonNode? Usage, JsonNode? Timings)> ReadAsync(string asked, JsonNode answer)
    {
        var request = JsonNode.Parse(asked)!.AsObject();
        request["max_tokens"] = 1;
        request["stream"] = false;
        request.Remove("stream_options");
        var said = await PostAsync("/v1/chat/completions", request);
        await WriteAsync(request, answer);
        return (said["usage"]?.DeepClone(), said["timings"]?.DeepClone());
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Puts an answer behind its prompt in the server's cache, up to where the model would stop.</summary>
    private async Task WriteAsync(JsonObject request, JsonNode answer)
    {
        var messages = request["messages"]!.AsArray();
        messages.Add(answer.DeepClone());
        messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = Mark });
        var prompt = (await PostAsync("/apply-template", request))["prompt"]!.GetValue<string>();
        var next = prompt.LastIndexOf(Mark, StringComparison.Ordinal);
        var end = next < 0 ? -1 : prompt.LastIndexOf("<|im_end|>", next, StringComparison.Ordinal);
        _ = end < 0
            ? throw new InvalidOperationException("the template does not write the answer")
            : await PostAsync("/completion", new JsonObject { ["prompt"] = prompt[..end], ["n_predict"] = 0, ["cache_prompt"] = true });
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await _http.PostAsync(new Uri(url + path), content);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode && JsonNode.Parse(text) is JsonObject said
            ? said
            : throw new InvalidOperationException($"llama-server answered {(int)answer.StatusCode}: {text}");
    }
}
