using Foreman.AgentLoop.Loop.Modes;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Model;

/// <summary>Real servers of the tiny model for each way of offering tools; started when a test asks for one, and stopped in the end.</summary>
public sealed class ModeServers : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<string> _untagged;
    private readonly Lazy<Task<LlamaServer>> _prompted;
    private readonly Lazy<Task<LlamaServer>> _structured;
    private readonly Lazy<Task> _ollamaPrompted;
    private readonly Lazy<Task> _ollamaStructured;

    /// <summary>Starts nothing.</summary>
    public ModeServers()
    {
        _untagged = new(() => UntaggedModel.Write(_folder));
        _prompted = new(() => LlamaServer.StartAsync("--chat-template-file", Template("text-calls.jinja")));
        _structured = new(() => LlamaServer.StartAsync("-m", _untagged.Value, "--chat-template-file", Template("structured-calls.jinja")));
        _ollamaPrompted = new(() => CreateAsync("prompted", RealParts.Model.Path!, "text-calls.tmpl"));
        _ollamaStructured = new(() => CreateAsync("structured", _untagged.Value, "structured-calls.tmpl"));
    }

    /// <summary>A llama-server whose template is made for the mode.</summary>
    internal async Task<(Testing.ModelServer Server, string Model)> LlamaAsync(RequestMode mode)
    {
        var server = mode switch
        {
            RequestMode.Prompted => await _prompted.Value,
            RequestMode.Structured => await _structured.Value,
            _ => await LlamaServer.SharedAsync(),
        };
        return (server, server.ModelName);
    }

    /// <summary>The shared Ollama with a model whose template is made for the mode.</summary>
    internal async Task<(Testing.ModelServer Server, string Model)> OllamaAsync(RequestMode mode)
    {
        var server = await OllamaServer.SharedAsync();
        await (mode switch
        {
            RequestMode.Prompted => _ollamaPrompted.Value,
            RequestMode.Structured => _ollamaStructured.Value,
            _ => Task.CompletedTask,
        });
        return (server, mode.Name() ?? server.ModelName);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in (Lazy<Task<LlamaServer>>[])[_prompted, _structured])
        {
            if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                await (await server.Value).DisposeAsync();
            }
        }

        _folder.Dispose();
    }

    private static async Task CreateAsync(string name, string model, string template) =>
        await (await OllamaServer.SharedAsync()).CreateModelAsync(name, model, (await File.ReadAllTextAsync(Template(template))).TrimEnd());

    private static string Template(string name) => Path.Combine(AppContext.BaseDirectory, "Model", "Templates", name);
}
