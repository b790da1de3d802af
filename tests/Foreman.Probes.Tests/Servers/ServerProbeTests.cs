using Foreman.Api;
using Foreman.Probes.Tests.Support;

namespace Foreman.Probes.Tests.Servers;

public class ServerProbeTests
{
    [Fact]
    public async Task A_llama_server_that_loads_its_model_is_there_and_unhealthy()
    {
        const string Loading = """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""";
        await using var server = new ScriptedServer().Json("/props", Loading, 503).Json("/v1/models", Loading, 503);

        var (found, models) = await FindAsync(server);

        Assert.Equal((ModelServerKind.LlamaCpp, false), (found.Kind, found.Healthy));
        Assert.StartsWith("loading", found.Reason, StringComparison.Ordinal);
        Assert.Empty(models);
    }

    [Fact]
    public async Task A_llama_server_with_several_models_lists_them_with_those_that_are_loaded()
    {
        await using var server = new ScriptedServer()
            .Json("/props", """{"role":"router","build_info":"b9000-abc"}""")
            .Json("/v1/models", """{"data":[{"id":"a","status":{"value":"loaded"},"meta":{"n_ctx":8192}},{"id":"b","status":{"value":"unloaded"},"meta":null}]}""");

        var (_, models) = await FindAsync(server);

        Assert.Equal([("a", true, 8192), ("b", false, null)], models.Select(m => (m.Name, m.Loaded!.Value, m.ContextTokens)));
    }

    [Fact]
    public async Task VLLM_reports_its_context_and_version()
    {
        await using var server = new ScriptedServer()
            .Json("/v1/models", """{"object":"list","data":[{"id":"Qwen/Qwen3-8B","owned_by":"vllm","max_model_len":40960}]}""")
            .Json("/version", """{"version":"0.16.0"}""");

        var (found, models) = await FindAsync(server);

        Assert.Equal((ModelServerKind.VLlm, "0.16.0"), (found.Kind, found.Version));
        Assert.Equal(("Qwen/Qwen3-8B", true, 40960), (models[0].Name, models[0].Loaded, models[0].ContextTokens));
    }

    [Theory]
    [InlineData("sglang", "", "sglang")]
    [InlineData("foreman-demo", "", "demo")]
    [InlineData("somebody", "", "openai")]
    [InlineData(null, "BaseHTTP/0.6 Python/3.12", "mlx")]
    public async Task Servers_are_identified_by_the_owner_of_their_models(string? owner, string product, string kind)
    {
        var ownedBy = owner is null ? "" : $$""","owned_by":"{{owner}}" """;
        await using var server = new ScriptedServer(product).Json("/v1/models", $$"""{"data":[{"id":"m"{{ownedBy}}}]}""");

        var (found, models) = await FindAsync(server);

        Assert.Equal((kind, true), (found.Kind!.Value.Value, found.Healthy));
        Assert.Equal("m", Assert.Single(models).Name);
    }

    [Fact]
    public async Task LM_Studio_lists_loaded_instances_with_their_context()
    {
        await using var server = new ScriptedServer().Json("/api/v1/models",
            """
            {"models":[
              {"type":"llm","key":"qwen/qwen3-8b","max_context_length":40960,"capabilities":{"vision":false,"trained_for_tool_use":true},
               "loaded_instances":[{"id":"qwen/qwen3-8b","config":{"context_length":8192}},{"id":"qwen/qwen3-8b:2","config":{"context_length":4096}}]},
              {"type":"llm","key":"google/gemma-3","max_context_length":131072,"capabilities":{"vision":true,"trained_for_tool_use":false},"loaded_instances":[]},
              {"type":"embedding","key":"nomic","loaded_instances":[]}]}
            """);

        var (found, models) = await FindAsync(server);

        Assert.Equal(ModelServerKind.LmStudio, found.Kind);
        Assert.Equal(
            [("qwen/qwen3-8b", true, 8192, true), ("qwen/qwen3-8b:2", true, 4096, true), ("google/gemma-3", false, null, false)],
            models.Select(m => (m.Name, m.Loaded!.Value, m.ContextTokens, m.Tools!.Value)));
    }

    [Fact]
    public async Task LocalAI_reports_which_models_are_loaded()
    {
        await using var server = new ScriptedServer()
            .Json("/.well-known/localai.json", """{"version":"v4.9.0","endpoints":{}}""")
            .Json("/v1/models", """{"data":[{"id":"a"},{"id":"b"}]}""")
            .Json("/system", """{"backends":[],"loaded_models":[{"id":"b"}]}""");

        var (found, models) = await FindAsync(server);

        Assert.Equal((ModelServerKind.LocalAI, "v4.9.0"), (found.Kind, found.Version));
        Assert.Equal([("a", false), ("b", true)], models.Select(m => (m.Name, m.Loaded!.Value)));
    }

    [Fact]
    public async Task Llama_swap_reports_which_models_run()
    {
        await using var server = new ScriptedServer()
            .Json("/v1/models", """{"data":[{"id":"big","owned_by":"llama-swap"},{"id":"small","owned_by":"llama-swap"}]}""")
            .Json("/running", """{"running":[{"model":"small","state":"ready"},{"model":"big","state":"starting"}]}""");

        var (found, models) = await FindAsync(server);

        Assert.Equal(ModelServerKind.LlamaSwap, found.Kind);
        Assert.Equal([("big", false), ("small", true)], models.Select(m => (m.Name, m.Loaded!.Value)));
    }

    [Fact]
    public async Task A_web_page_at_a_usual_port_is_no_model_server()
    {
        await using var server = Page();

        Assert.Empty((await ProbeAsync(o => o with { Ports = [server.Port] })).Capability.ModelServers!);
    }

    [Fact]
    public async Task A_web_page_at_a_URL_that_was_named_is_reported_with_what_to_do()
    {
        await using var server = Page();

        var result = await ProbeAsync(o => o with { Ports = [], ModelUrls = [new Uri(server.Url + "/v1/")] });

        var found = Assert.Single(result.Capability.ModelServers!);
        Assert.Equal((server.Url, false), (found.Url, found.Healthy));
        Assert.Contains("a web page", found.Reason, StringComparison.Ordinal);
        Assert.Contains("base URL of an OpenAI-compatible server", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "asks for an API key")]
    [InlineData(503, "loading or overloaded")]
    [InlineData(404, "answers HTTP 404")]
    public async Task A_named_server_that_refuses_is_reported_with_its_answer(int status, string words)
    {
        await using var server = new ScriptedServer().Json("/v1/models", "{}", status);

        var result = await ProbeAsync(o => o with { Ports = [], ModelUrls = [new Uri(server.Url)] });

        Assert.Contains(words, Assert.Single(result.Capability.ModelServers!).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_server_that_is_not_there_is_reported()
    {
        var url = $"http://127.0.0.1:{Foreman.Testing.FreePort.Next()}";

        var result = await ProbeAsync(o => o with { Ports = [], ModelUrls = [new Uri(url)] });

        Assert.Contains("nothing listens there", Assert.Single(result.Capability.ModelServers!).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_asked_one_question_only()
    {
        await using var server = new ScriptedServer { Hangs = true };

        var result = await ProbeAsync(o => o with { Ports = [server.Port], RequestTimeout = TimeSpan.FromMilliseconds(200) });

        Assert.Empty(result.Capability.ModelServers!);
        Assert.Equal(["GET /props"], server.Asked);
    }

    [Fact]
    public async Task Nothing_is_ever_posted_to_a_server_that_is_not_Ollama()
    {
        await using var server = new ScriptedServer().Json("/v1/models", """{"data":[{"id":"m"}]}""");

        await FindAsync(server);

        Assert.All(server.Asked, request => Assert.StartsWith("GET ", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invalid_JSON_is_tolerated()
    {
        await using var server = new ScriptedServer()
            .Json("/props", """{"build_info":7,"total_slots":-3,"default_generation_settings":[]}""")
            .Json("/v1/models", """{"data":[null,3,{"id":null},{"id":"m","owned_by":{}, "max_model_len":1e99}]}""");

        var (found, models) = await FindAsync(server);

        Assert.Equal(ModelServerKind.OpenAI, found.Kind);
        Assert.Equal(("m", null), (Assert.Single(models).Name, models[0].ContextTokens));
    }

    private static ScriptedServer Page()
    {
        var server = new ScriptedServer();
        foreach (var path in new[] { "/", "/props", "/v1/models", "/api/v1/models", "/running", "/.well-known/localai.json" })
        {
            server.Answer(path, "<!doctype html><title>Welcome</title>", "text/html; charset=utf-8");
        }

        return server;
    }

    private static async Task<(ModelServer Server, IReadOnlyList<ServedModel> Models)> FindAsync(ScriptedServer server)
    {
        var capability = (await ProbeAsync(o => o with { Ports = [server.Port] })).Capability;
        return (Assert.Single(capability.ModelServers!), capability.Models!);
    }

    private static Task<ProbeResult> ProbeAsync(Func<ProbeOptions, ProbeOptions> change) => HostProbe.ProbeAsync(
        change(new ProbeOptions { RequestTimeout = TimeSpan.FromSeconds(10) }), TimeProvider.System, TestContext.Current.CancellationToken);
}
