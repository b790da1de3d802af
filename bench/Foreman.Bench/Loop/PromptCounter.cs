using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Bench.Loop;

/// <summary>Has a real llama-server read each prompt of a scripted run and write one token, which nobody reads.</summary>
/// <param name="url">Base URL of the server.</param>
internal sealed class PromptCounter(string url) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>What the server says of a prompt: usage and timings.</summary>
    /// <param name="asked">The request of the loop.</param>
    public async Task<(JsonNode? Usage, JsonNode? Timings)> ReadAsync(string asked)
    {
        var request = JsonNode.Parse(asked)!.AsObject();
        request["max_tokens"] = 1;
        request["stream"] = false;
        request.Remove("stream_options");
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await _http.PostAsync(new Uri(url + "/v1/chat/completions"), content);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode && JsonNode.Parse(text) is JsonObject said
            ? (said["usage"]?.DeepClone(), said["timings"]?.DeepClone())
            : throw new InvalidOperationException($"llama-server answered {(int)answer.StatusCode}: {text}");
    }

    public void Dispose() => _http.Dispose();
}
