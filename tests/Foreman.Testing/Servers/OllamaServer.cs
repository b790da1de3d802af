namespace Foreman.Testing;

/// <summary>A real Ollama with a home and a model store of its own, offering the tiny model as <c>tiny</c>.</summary>
public sealed class OllamaServer : ModelServer
{
    private readonly TempFolder _home;
    private RealProcess _process;

    private OllamaServer(int port, RealProcess process, TempFolder home) => (Port, _process, _home) = (port, process, home);

    /// <summary>Why there is none and what to do; null when one can be had.</summary>
    public static string? SkipReason => RealParts.Ollama.SkipReason ?? RealParts.Model.SkipReason;

    /// <inheritdoc/>
    public override int Port { get; }

    /// <inheritdoc/>
    public override string ModelName => "tiny:latest";

    /// <inheritdoc/>
    public override RealProcess Process => _process;

    /// <summary>Starts one of its own; skips the running test when there is none to be had.</summary>
    public static async Task<OllamaServer> StartAsync()
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        var home = new TempFolder("foreman-ollama-");
        try
        {
            var (port, process) = await StartOnFreePortAsync("/api/version", port => Request(home, port, "serve"));
            var server = new OllamaServer(port, process, home);
            await server.CreateModelAsync();
            return server;
        }
        catch
        {
            home.Dispose();
            throw;
        }
    }

    /// <summary>The one that the tests of an assembly share; skips the running test when there is none to be had. Don't hold it.</summary>
    public static Task<OllamaServer> SharedAsync()
    {
        Xunit.Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        return SharedServers.OllamaServerAsync();
    }

    /// <inheritdoc/>
    public override async Task KillAndRestartAsync()
    {
        _process.Send(Signal.Kill);
        await _process.DisposeAsync();
        _process = RealProcess.Start(Request(_home, Port, "serve"));
    }

    /// <summary>Adds the tiny model under another name with a template that knows no tools: it then calls them in its text.</summary>
    /// <param name="name">Without a tag.</param>
    public Task CreatePlainModelAsync(string name) => CreateModelAsync(name, RealParts.Model.Path!, """
        {{- $first := true }}
        {{- range .Messages }}
        {{- if eq .Role "user" }}
        {{- if $first }}{{- $first = false }}<|goal|>{{ json .Content }}<|tools|>
        {{- else }}<|result|>{{ json .Content }}<|/result|>{{ end }}
        {{- else if eq .Role "assistant" }}<|assistant|>{{ .Content }}<|end|>
        {{- end }}
        {{- end }}<|assistant|>
        """);

    /// <summary>Adds a model.</summary>
    /// <param name="name">Without a tag.</param>
    /// <param name="model">Path of its GGUF.</param>
    /// <param name="template">How it reads a conversation.</param>
    public Task CreateModelAsync(string name, string model, string template) => CreateAsync(name, $$$""""
        FROM {{{model}}}
        TEMPLATE """{{{template}}}"""
        PARAMETER temperature 0
        PARAMETER num_ctx 2048
        PARAMETER num_thread 1
        PARAMETER stop "<|end|>"

        """");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _home.Dispose();
    }

    private static ProcessRequest Request(TempFolder home, int port, params string[] arguments) => new()
    {
        Program = RealParts.Ollama.Path!,
        Arguments = arguments,
        WorkingDirectory = home.Path,
        Environment = new Dictionary<string, string?>
        {
            ["HOME"] = home.Path,
            ["OLLAMA_HOST"] = $"127.0.0.1:{port}",
            ["OLLAMA_MODELS"] = home["models"],
        },
    };

    // The Modelfile beside the model names it by a relative path, which would be sought in the store's folder.
    private Task CreateModelAsync()
    {
        var model = RealParts.Model.Path!;
        var modelfile = Directory.EnumerateFiles(Path.GetDirectoryName(model)!, "*.Modelfile").FirstOrDefault();
        var lines = modelfile is null ? ["FROM"] : File.ReadAllLines(modelfile);
        var absolute = lines.Select(line => line.StartsWith("FROM", StringComparison.Ordinal) ? $"FROM {model}" : line);
        return CreateAsync("tiny", string.Join('\n', absolute) + "\n");
    }

    private async Task CreateAsync(string name, string modelfile)
    {
        var written = _home.Write($"Modelfile.{name}", modelfile);
        (await CommandRun.RunAsync(Request(_home, Port, "create", name, "-f", written))).Succeeded();
    }
}
