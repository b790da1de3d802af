using System.IO.Compression;
using System.Text;
using Foreman.AgentLoop.Model;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class ModelClientTests
{
    private const string Finish = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Hello = """{"choices":[{"index":0,"delta":{"content":"hello"}}]}""";
    private const string Usage = """{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":5}},"timings":{"cache_n":5,"prompt_n":2,"prompt_per_second":80.5,"predicted_n":2,"predicted_per_second":30.25}}""";

    private readonly ManualTimeProvider _clock = new();
    private readonly List<string?> _waits = [];

    [Fact]
    public async Task Usage_and_timings_are_read_from_the_chunk_without_choices()
    {
        await using var server = new ScriptedServer(ScriptedServer.Events(Hello, Finish, Usage, "[DONE]"));

        var answer = await AskAsync(server);

        Assert.Equal(("hello", "stop"), (answer.Content, answer.FinishReason));
        Assert.Equal(new TokenUsage(7, 5, 2), answer.Usage);
        Assert.Equal(new ServerTimings(80.5, 30.25, 5, 2, 2), answer.Timings);
    }

    [Fact]
    public async Task A_tool_call_is_put_together_from_its_pieces()
    {
        await using var server = new ScriptedServer(ScriptedServer.Events(
            """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"grep","arguments":"{\"pat"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"tern\":\"x\"}"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"read_file","arguments":"{\"path\":\"y\"}"}}]}}]}""",
            """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""",
            "[DONE]"));

        var answer = await AskAsync(server);

        Assert.Equal([new RawToolCall("grep", """{"pattern":"x"}"""), new RawToolCall("read_file", """{"path":"y"}""")], answer.Calls);
    }

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task Reasoning_is_kept_apart_whatever_the_server_calls_it(string field)
    {
        await using var server = new ScriptedServer(ScriptedServer.Text("hm", field));

        var answer = await AskAsync(server);

        Assert.Equal(("", "hm"), (answer.Content, answer.Reasoning));
    }

    [Fact]
    public async Task Reasoning_that_leaks_into_the_content_is_taken_out()
    {
        await using var server = new ScriptedServer(ScriptedServer.Text("<think>hm</think>\\n\\nhello"));

        var answer = await AskAsync(server);

        Assert.Equal(("hello", "hm"), (answer.Content, answer.Reasoning));
    }

    [Fact]
    public async Task A_server_that_holds_the_connection_after_the_answer_is_not_waited_for()
    {
        await using var server = new ScriptedServer(async e =>
        {
            await ScriptedServer.Events(Hello, Finish)(e);
            await e.HangAsync();
        });

        Assert.Equal("hello", (await AskAsync(server)).Content);
        Assert.Single(server.Bodies);
    }

    [Fact]
    public async Task A_server_that_does_not_stream_is_understood()
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(200, """{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"""));

        var answer = await AskAsync(server);

        Assert.Equal(("hello", 3L), (answer.Content, answer.Usage.PromptTokens));
    }

    [Fact]
    public async Task An_error_inside_a_stream_is_tried_again()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(Hello, """{"error":{"code":500,"message":"out of memory","type":"server_error"}}"""),
            ScriptedServer.Events(Hello, Finish, "[DONE]"));

        Assert.Equal("hello", (await AskAsync(server)).Content);
        Assert.Equal(2, server.Bodies.Count);
        Assert.Contains("out of memory", _waits[0], StringComparison.Ordinal);
        Assert.Null(_waits[^1]);
    }

    [Fact]
    public async Task An_error_as_a_bare_line_at_the_end_of_a_stream_is_read()
    {
        await using var server = new ScriptedServer(async e =>
        {
            await ScriptedServer.Events(Hello)(e);
            await e.SendAsync("{\"error\":\"llama runner process has terminated\"}\n");
        });

        var failure = await FailAsync(server);

        Assert.Equal(ModelFailureKind.ServerError, failure.Kind);
        Assert.Contains("llama runner", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_inside_a_tool_call_is_asked_for_again()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(ScriptedServer.CallDelta("write_file", """{"path":"a","content":"ha""")),
            ScriptedServer.Call("write_file", """{"path":"a","content":"half"}"""));

        var answer = await AskAsync(server);

        Assert.Equal([new RawToolCall("write_file", """{"path":"a","content":"half"}""")], answer.Calls);
        Assert.Equal(2, server.Bodies.Count);
    }

    [Fact]
    public async Task A_web_page_instead_of_an_answer_is_named_as_such()
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(200, "<!DOCTYPE html><html>Router login</html>", "text/html"));

        var failure = await FailAsync(server);

        Assert.Equal(ModelFailureKind.NotAnApi, failure.Kind);
        Assert.Contains(server.Url, failure.Message, StringComparison.Ordinal);
        Assert.Contains("web page", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Bodies);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_the_second_silence()
    {
        await using var server = new ScriptedServer(e => e.HangAsync());

        var failure = await FailAsync(server);

        Assert.Equal(ModelFailureKind.NoResponse, failure.Kind);
        Assert.Contains("120 s", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Bodies.Count);
        Assert.True(_clock.Elapsed >= TimeSpan.FromSeconds(240));
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_its_answer_is_given_up_after_the_second_time()
    {
        await using var server = new ScriptedServer(async e =>
        {
            await ScriptedServer.Events(Hello)(e);
            await e.HangAsync();
        });

        Assert.Equal(ModelFailureKind.Silent, (await FailAsync(server)).Kind);
        Assert.Equal(2, server.Bodies.Count);
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_and_not_kept_in_memory()
    {
        var megabyte = new string('x', 1 << 20);
        await using var server = new ScriptedServer(async e =>
        {
            await ScriptedServer.Events(Hello)(e);
            await e.SendAsync("data: ");
            for (var i = 0; i < 200; i++)
            {
                await e.SendAsync(megabyte);
            }
        });

        var answer = await AskAsync(server);

        Assert.True(answer.CutByUs);
        Assert.Equal("hello", answer.Content);
        Assert.True(server.Sent < 64 << 20, $"{server.Sent} bytes were taken");
    }

    [Fact]
    public async Task An_answer_without_an_end_is_cut()
    {
        var word = $$$"""{"choices":[{"delta":{"content":"{{{new string('x', 4096)}}}"}}]}""";
        await using var server = new ScriptedServer(async e =>
        {
            await e.BeginStreamAsync();
            while (true)
            {
                await e.SendAsync($"data: {word}\n\n");
            }
        });

        var answer = await AskAsync(server);

        Assert.True(answer.CutByUs);
        Assert.InRange(answer.Content.Length, 1 << 20, 2 << 20);
    }

    [Fact]
    public async Task A_model_that_loads_is_waited_for()
    {
        var loading = ScriptedServer.Status(503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""");
        await using var server = new ScriptedServer([.. Enumerable.Repeat(loading, 20), ScriptedServer.Events(Hello, Finish, "[DONE]")]);

        Assert.Equal("hello", (await AskAsync(server)).Content);
        Assert.Contains("Loading model", _waits[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_loads_for_ever_is_given_up()
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(503, """{"error":{"message":"Loading model"}}"""));

        Assert.Equal(ModelFailureKind.Loading, (await FailAsync(server, new ModelClientOptions { LoadingBudget = TimeSpan.FromSeconds(20) })).Kind);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Status(429, """{"error":"queue full"}""", header: "Retry-After: 40\r\n"),
            ScriptedServer.Events(Hello, Finish, "[DONE]"));

        Assert.Equal("hello", (await AskAsync(server)).Content);
        Assert.True(_clock.Elapsed >= TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_prompt_over_the_context_is_reported_with_both_numbers_and_not_repeated()
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(
            400, """{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":2048}}"""));

        var failure = await FailAsync(server);

        Assert.Equal((ModelFailureKind.ContextOverflow, 5000, 2048), (failure.Kind, failure.PromptTokens, failure.ContextTokens));
        Assert.Single(server.Bodies);
    }

    [Fact]
    public async Task A_field_that_the_server_refuses_by_name_is_left_out()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Status(400, """{"error":{"message":"Unsupported parameter: 'max_tokens'","type":"invalid_request_error"}}"""),
            ScriptedServer.Status(400, """{"error":{"message":"temperature is not supported"}}"""),
            ScriptedServer.Events(Hello, Finish, "[DONE]"));

        Assert.Equal("hello", (await AskAsync(server)).Content);
        Assert.Contains("\"max_completion_tokens\":100", server.Bodies[2], StringComparison.Ordinal);
        Assert.DoesNotContain("temperature", server.Bodies[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_after_the_retries()
    {
        var port = FreePort.NextClosed();
        var failure = await FailAsync(new ModelEndpoint(new Uri($"http://127.0.0.1:{port}"), "tiny"), new ModelClientOptions());

        Assert.Equal(ModelFailureKind.Unreachable, failure.Kind);
        Assert.Contains($"http://127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, _waits.Count);
    }

    [Fact]
    public async Task The_key_goes_to_the_server_and_nowhere_else()
    {
        await using var server = new ScriptedServer(ScriptedServer.Status(401, """{"error":{"message":"Invalid API Key"}}"""));
        var endpoint = server.Endpoint with { ApiKey = "sk-canary-4711" };

        var failure = await FailAsync(endpoint, new ModelClientOptions());

        Assert.Equal(ModelFailureKind.Unauthorized, failure.Kind);
        Assert.Contains("Authorization: Bearer sk-canary-4711", server.Heads[0], StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.Message + endpoint, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "7")]
    public async Task A_proxy_that_is_not_there_is_named_and_what_NO_PROXY_excepts_is_called_directly()
    {
        await using var server = new ScriptedServer(ScriptedServer.Submit()) { Models = """{"data":[{"id":"/models/tiny"}]}""" };
        var closed = $"http://127.0.0.1:{Foreman.Testing.FreePort.NextClosed()}";
        var proxies = Foreman.Primitives.EnvironmentProxy.Read(name => name == "HTTP_PROXY" ? closed : name == "NO_PROXY" ? "192.0.2.0/25" : null);

        var failure = await FailAsync(
            new ModelEndpoint(new Uri("http://192.0.2.200:8080"), "tiny") { Proxies = proxies }, new ModelClientOptions { MaxRetries = 0 });
        using var direct = Client(server.Endpoint with { Proxies = proxies }, new ModelClientOptions());

        Assert.Equal(ModelFailureKind.Unreachable, failure.Kind);
        Assert.Contains($"through the proxy {closed} (HTTP_PROXY)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("add 192.0.2.200 to NO_PROXY", failure.Message, StringComparison.Ordinal);
        Assert.Equal("/models/tiny", await direct.IdentifyAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("tiny", """{"data":[{"id":"tiny"}]}""", "tiny")]
    [InlineData("tiny", """{"data":[{"id":"tiny:latest"}]}""", "tiny:latest")]
    [InlineData("Tiny", """{"data":[{"id":"/models/tiny.gguf"}]}""", "/models/tiny.gguf")]
    [InlineData("tiny.gguf", """{"data":[{"id":"/models/tiny.gguf"}]}""", "/models/tiny.gguf")]
    [InlineData("mine", """{"data":[{"id":"other"},{"id":"x","aliases":["mine"]}]}""", "x")]
    [InlineData("tiny", """{"object":"list","data":null}""", "tiny")]
    public async Task The_model_is_found_under_the_name_that_the_server_gives_it(string asked, string listed, string expected)
    {
        await using var server = new ScriptedServer(e => e.HangAsync()) { Models = listed };
        using var client = Client(server.Endpoint with { Name = asked }, new ModelClientOptions());

        Assert.Equal(expected, await client.IdentifyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_server_with_other_models_is_refused_and_they_are_named()
    {
        await using var server = new ScriptedServer(e => e.HangAsync()) { Models = """{"data":[{"id":"gemma"},{"id":"qwen"}]}""" };
        using var client = Client(server.Endpoint, new ModelClientOptions());

        var e = await Assert.ThrowsAsync<ModelException>(() => client.IdentifyAsync(CancellationToken.None));

        Assert.Equal(ModelFailureKind.ModelMismatch, e.Failure.Kind);
        Assert.Contains("gemma, qwen", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "10")]
    [InlineData("text/event-stream")]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("nonsense; charset=nonsense")]
    public async Task The_header_decides_nothing_about_the_form_of_an_answer(string type)
    {
        await using var stream = new ScriptedServer(ScriptedServer.Status(200, $"data: {Hello}\n\ndata: {Finish}\n\n", type));
        await using var whole = new ScriptedServer(ScriptedServer.Status(200, """{"choices":[{"message":{"content":"hello"}}]}""", type));
        await using var error = new ScriptedServer(ScriptedServer.Status(200, """{"error":"CUDA error: out of memory"}""", type));

        Assert.Equal("hello", (await AskAsync(stream)).Content);
        Assert.Equal("hello", (await AskAsync(whole)).Content);
        Assert.Contains("CUDA error: out of memory", (await FailAsync(error)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "10")]
    public async Task A_body_that_is_packed_without_being_asked_for_is_unpacked()
    {
        await using var answer = new ScriptedServer(Packed(200, $"data: {Hello}\n\ndata: {Finish}\n\n"));
        await using var error = new ScriptedServer(Packed(400, """{"error":{"message":"no such thing"}}"""));
        await using var torn = new ScriptedServer(Packed(200, $"data: {Hello}\n\ndata: {Finish}\n\n", cut: 25));

        Assert.Equal("hello", (await AskAsync(answer)).Content);
        Assert.Contains("no such thing", (await FailAsync(error)).Message, StringComparison.Ordinal);
        Assert.Equal(ModelFailureKind.Cut, (await FailAsync(torn)).Kind);
    }

    [Fact]
    [Trait("Kind", "10")]
    public async Task An_error_page_of_a_proxy_is_told_in_its_words_and_tried_again()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Status(502, "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>", "text/html"),
            ScriptedServer.Events(Hello, Finish, "[DONE]"));

        Assert.Equal("hello", (await AskAsync(server)).Content);
        Assert.EndsWith("answered 502: 502 Bad Gateway nginx", _waits[0], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task A_server_that_talks_on_after_the_end_of_its_answer_is_left()
    {
        await using var server = new ScriptedServer(async e =>
        {
            await ScriptedServer.Events(Hello, Finish)(e);
            while (true)
            {
                await e.SendAsync(": still here\n\n");
            }
        });

        Assert.Equal("hello", (await AskAsync(server)).Content);
    }

    [Theory]
    [Trait("Kind", "2")]
    [InlineData(@"{""data"":[{""id"":""caf\ud83d""},{""id"":""tiny"",""x\ude00"":1}]}", "tiny")]
    [InlineData(@"{""data"":[{""id"":""""},{""id"":null},{},7,{""id"":""tiny""}]}", "tiny")]
    public async Task A_listing_with_bad_text_is_read(string listed, string expected)
    {
        await using var server = new ScriptedServer(e => e.HangAsync()) { Models = listed };
        using var client = Client(server.Endpoint, new ModelClientOptions());

        Assert.Equal(expected, await client.IdentifyAsync(CancellationToken.None));
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task A_listing_that_is_none_is_the_servers_failure_in_its_own_words()
    {
        await using var server = new ScriptedServer(e => e.HangAsync()) { Models = """{"error":{"message":"no backend"}}""" };
        using var client = Client(server.Endpoint, new ModelClientOptions { MaxRetries = 0 });

        var e = await Assert.ThrowsAsync<ModelException>(() => client.IdentifyAsync(CancellationToken.None));

        Assert.Contains("no backend", e.Message, StringComparison.Ordinal);
    }

    private static Func<ScriptedServer.Exchange, Task> Packed(int status, string body, int? cut = null) => async e =>
    {
        using var memory = new MemoryStream();
        await using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(body));
        }

        var bytes = memory.ToArray();
        await e.SendAsync($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
        await e.SendAsync(bytes[..(cut ?? bytes.Length)]);
    };

    private static ChatRequest Request() => new()
    {
        Model = "tiny",
        Messages = [ChatMessage.User("hi")],
        MaxTokens = 100,
        Temperature = 0.5,
    };

    private ModelClient Client(ModelEndpoint endpoint, ModelClientOptions options) => new(endpoint, options, _clock, new Random(1)) { Waiting = w => _waits.Add(w?.Message) };

    private Task<ChatAnswer> AskAsync(ScriptedServer server) => AskAsync(server.Endpoint, new ModelClientOptions());

    private async Task<ChatAnswer> AskAsync(ModelEndpoint endpoint, ModelClientOptions options)
    {
        using var client = Client(endpoint, options);
        var asking = client.CompleteAsync(Request(), CancellationToken.None);
        await _clock.AdvanceUntilAsync(() => asking.IsCompleted, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1), "an answer or a failure");
        return await asking;
    }

    private Task<ModelFailure> FailAsync(ScriptedServer server, ModelClientOptions? options = null) => FailAsync(server.Endpoint, options ?? new ModelClientOptions());

    private async Task<ModelFailure> FailAsync(ModelEndpoint endpoint, ModelClientOptions options) =>
        (await Assert.ThrowsAsync<ModelException>(() => AskAsync(endpoint, options))).Failure;
}
