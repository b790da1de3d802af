using Foreman.Api;
using Foreman.Primitives;
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
        var url = $"http://127.0.0.1:{Foreman.Testing.FreePort.NextClosed()}";

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

    [Fact]
    [Trait("Kind", "7")]
    public async Task The_id_of_a_model_and_the_root_of_an_API_are_what_the_server_gives()
    {
        await using var server = new ScriptedServer().Json("/llm/v1/models", """{"data":[{"id":"/models/qwen3-8b","owned_by":"vllm","max_model_len":32768}]}""");

        foreach (var url in new[] { "/llm/v1", "/llm/v1/", "/llm", "/llm/v1/chat/completions" })
        {
            var capability = (await ProbeAsync(o => o with { Ports = [], ModelUrls = [new Uri(server.Url + url)] })).Capability;

            var model = Assert.Single(capability.Models!);
            Assert.Equal(("qwen3-8b", "/models/qwen3-8b", server.Url + "/llm/v1"), (model.Name, model.Id, model.Server));
            Assert.Equal((model.Server, true), (Assert.Single(capability.ModelServers!).Url, capability.ModelServers![0].Healthy));
        }
    }

    [Fact]
    [Trait("Kind", "7")]
    public async Task An_API_without_a_version_in_its_path_is_found_too()
    {
        await using var server = new ScriptedServer().Json("/openai/models", """{"data":[{"id":"m"}]}""");

        var found = Assert.Single((await ProbeAsync(o => o with { Ports = [], ModelUrls = [new Uri(server.Url + "/openai")] })).Capability.ModelServers!);

        Assert.Equal((server.Url + "/openai", true), (found.Url, found.Healthy));
    }

    [Fact]
    [Trait("Kind", "7")]
    public async Task A_server_that_listens_on_the_other_loopback_address_is_found_by_the_name_of_both()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "this host has no IPv6");
        using var server = new Foreman.Testing.AnsweringServer(path => path == "/v1/models" ? """{"data":[{"id":"m"}]}""" : null, address: System.Net.IPAddress.IPv6Loopback);
        using var probe = new HostProbe(new ProbeOptions { Ports = [], ModelUrls = [new Uri($"http://localhost:{server.Port}")], RequestTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);

        for (var i = 0; i < 2; i++)
        {
            var capability = (await probe.ProbeAsync(TestContext.Current.CancellationToken)).Capability;
            Assert.Equal(($"http://[::1]:{server.Port}", true), (Assert.Single(capability.ModelServers!).Url, capability.ModelServers![0].Healthy));
        }

        Assert.Equal(2, server.Targets.Count(t => t == "/props"));
    }

    [Fact]
    [Trait("Kind", "7")]
    public async Task Embedding_models_are_left_out_whatever_lists_them()
    {
        await using var ollama = new ScriptedServer()
            .Answer("/", "Ollama is running", "text/plain")
            .Json("/api/version", """{"version":"0.17.4"}""")
            .Json("/api/tags", """{"models":[{"name":"nomic-embed-text:latest","capabilities":["embedding"]},{"name":"qwen3:4b","capabilities":["completion","tools"]}]}""")
            .Json("/api/ps", """{"models":[]}""");
        await using var vllm = new ScriptedServer().Json("/v1/models", """{"data":[{"id":"BAAI/bge-m3","owned_by":"vllm"}]}""");

        var result = await ProbeAsync(o => o with { Ports = [ollama.Port, vllm.Port] });

        Assert.Equal("qwen3:4b", Assert.Single(result.Capability.Models!).Name);
        Assert.Equal(["completion", "tools"], result.Capability.Models![0].Capabilities!);
        Assert.Equal(["qwen3:4b"], result.Capability.InstalledModels!);
        Assert.Equal(2, result.Capability.ModelServers!.Count(s => s.Healthy == true));
        Assert.Contains(result.Notes, n => n.Contains("nomic-embed-text:latest (embedding)", StringComparison.Ordinal));
        Assert.Equal(1, result.Slots);
    }

    [Fact]
    [Trait("Kind", "7")]
    public async Task The_proxy_of_the_environment_stands_between_the_probe_and_a_server_elsewhere_and_is_named()
    {
        using var proxy = new Foreman.Testing.AnsweringServer(url => url == "http://192.0.2.7:8080/v1/models" ? """{"data":[{"id":"m"}]}""" : null);
        var closed = $"http://127.0.0.1:{Foreman.Testing.FreePort.NextClosed()}";
        var elsewhere = new Uri("http://192.0.2.7:8080");
        Task<ProbeResult> Through(string url, string? direct = null) => ProbeAsync(o => o with
        {
            Ports = [],
            ModelUrls = [elsewhere],
            RequestTimeout = TimeSpan.FromMilliseconds(direct is null ? 10_000 : 100),
            Proxies = EnvironmentProxy.Read(name => name == "HTTP_PROXY" ? url : name == "NO_PROXY" ? direct : null),
        });

        Assert.True(Assert.Single((await Through(proxy.Url)).Capability.ModelServers!).Healthy);
        var refused = Assert.Single((await Through(closed)).Capability.ModelServers!);
        var direct = Assert.Single((await Through(closed, "192.0.2.0/24")).Capability.ModelServers!);

        Assert.Contains($"through the proxy {closed} (HTTP_PROXY)", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("add 192.0.2.7 to NO_PROXY", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("proxy", direct.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "2")]
    [InlineData("caf\\ud83d", "caf\ufffd")]
    [InlineData("\\udc00x", "\ufffdx")]
    [InlineData("a\\u001b[2J\\u202eb", "a\\u001b[2J\\u202eb")]
    public async Task A_name_that_is_no_text_is_shown_as_far_as_it_is(string id, string name)
    {
        await using var server = new ScriptedServer().Json("/v1/models", $$"""{"data":[{"id":"{{id}}","owned_by":"\ud83d"},{"id":"m"}]}""");

        var (found, models) = await FindAsync(server);

        Assert.True(found.Healthy);
        Assert.Equal([name, "m"], models.Select(m => m.Name));
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task Torn_UTF_8_and_a_wrong_content_type_do_no_harm()
    {
        var body = "{\"data\":[{\"id\":\"caf"u8.ToArray().Concat(new byte[] { 0xF0, 0x9F }).Concat("\"}]}"u8.ToArray()).ToArray();
        foreach (var type in new[] { "text/html; charset=utf-8", "text/event-stream", "application/json; charset=no-such-charset", "image/png" })
        {
            await using var server = new ScriptedServer().Bytes("/v1/models", body, type);

            var (found, models) = await FindAsync(server);

            Assert.True(found.Healthy);
            Assert.StartsWith("caf\ufffd", Assert.Single(models).Name, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task A_list_of_models_without_end_is_that_servers_fault_alone()
    {
        await using var huge = new ScriptedServer().Json("/v1/models", $$"""{"data":[{"id":"{{new string('x', 3_000_000)}}"}]}""");
        await using var good = new ScriptedServer().Json("/v1/models", """{"data":[{"id":"m"}]}""");

        var result = await ProbeAsync(o => o with { Ports = [huge.Port, good.Port] });

        Assert.Equal("m", Assert.Single(result.Capability.Models!).Name);
        var bad = Assert.Single(result.Capability.ModelServers!, s => s.Healthy == false);
        Assert.Equal(huge.Url, bad.Url);
        Assert.Contains("/v1/models answers more than 2 MiB", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task A_list_of_very_many_models_leaves_a_status_that_can_be_stored()
    {
        var entries = string.Join(',', Enumerable.Range(0, 1200).Select(i => $$"""{"id":"/models/{{i:d4}}{{new string('\u6f22', 200)}}"}"""));
        await using var server = new ScriptedServer().Json("/v1/models", $$"""{"data":[{{entries}}]}""");

        var (_, models) = await FindAsync(server);

        Assert.Equal(ServedModels.MaxPerServer, models.Count);
        Assert.All(models, m => Assert.InRange(m.Name.Length, 1, 256));
    }

    [Fact]
    [Trait("Kind", "12")]
    public async Task A_server_that_ends_and_one_that_comes_back_show_within_one_probe()
    {
        static string? Serving(string path) => path == "/v1/models" ? """{"data":[{"id":"m"}]}""" : null;
        using var first = new Foreman.Testing.AnsweringServer(Serving);
        using var probe = new HostProbe(new ProbeOptions { Ports = [first.Port], RequestTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        var before = await probe.ProbeAsync(TestContext.Current.CancellationToken);
        first.Dispose();

        var down = await probe.ProbeAsync(TestContext.Current.CancellationToken);
        using var again = new Foreman.Testing.AnsweringServer(Serving, first.Port);
        var after = await probe.ProbeAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [(true, 1), (false, 0), (true, 1)],
            new[] { before, down, after }.Select(r => (Assert.Single(r.Capability.ModelServers!).Healthy!.Value, r.Capability.Models!.Count)));
        Assert.Contains("has stopped answering since 20", Assert.Single(down.Notes, n => n.Contains("model server", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Null(down.Capability.MaxContextTokens);
        Assert.Null(down.Capability.TokensPerSecond);
        Assert.DoesNotContain(after.Notes, n => n.Contains("model server", StringComparison.Ordinal));
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
