using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Tests.Support;

/// <summary>One line of a watch.</summary>
internal sealed record WatchLine(string Type, JsonNode Object)
{
    public string? Name => (string?)Object["metadata"]?["name"];
}

/// <summary>An open watch whose lines are read one by one, each with a deadline.</summary>
internal sealed class Watch(HttpClient http, string path) : IAsyncDisposable
{
    private HttpResponseMessage? _response;
    private StreamReader? _reader;

    /// <summary>Opens the watch; when this returns the server sends what happens from here on.</summary>
    public async Task<Watch> OpenAsync()
    {
        _response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        _response.EnsureSuccessStatusCode();
        _reader = new StreamReader(await _response.Content.ReadAsStreamAsync());
        return this;
    }

    /// <summary>The next line; null when the server ended the watch.</summary>
    public async Task<WatchLine?> NextAsync()
    {
        using var deadline = TestDeadline.Start();
        var line = await _reader!.ReadLineAsync(deadline.Token);
        return line is null ? null : new WatchLine((string)JsonNode.Parse(line)!["type"]!, JsonNode.Parse(line)!["object"]!);
    }

    /// <summary>The next line as "TYPE name".</summary>
    public async Task<string> NextWordsAsync() => await NextAsync() is { } line ? $"{line.Type} {line.Name}" : "end";

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        _response?.Dispose();
        return ValueTask.CompletedTask;
    }
}
