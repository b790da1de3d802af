using System.Text;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class AnswerReaderTests
{
    private const string Say = "CUDA error: out of memory";
    private const string TooLong = "This model's maximum context length is 4096 tokens; your prompt has 5000 tokens";
    private const string Start = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n";
    private const string Hello = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"}}]}\n\n";
    private const string Stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const string Whole = """{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}]}""";

    private static readonly ModelEndpoint Endpoint = new(new Uri("http://127.0.0.1:1"), "tiny");

    [Theory]
    [Trait("Kind", "10")]
    [InlineData(Start + "error: {\"code\":500,\"message\":\"" + Say + "\",\"type\":\"server_error\"}\n\n")]
    [InlineData("error: {\"code\":500,\"message\":\"" + Say + "\"}\n\n")]
    [InlineData(Start + "error: " + Say + "\n")]
    [InlineData(Start + "data: error: " + Say + "\n\n" + Done)]
    [InlineData(Start + "data: Error: " + Say + "\n\n" + Done)]
    [InlineData(Start + "event: error\ndata: {\"error\":{\"code\":500,\"message\":\"" + Say + "\"}}\n\n")]
    [InlineData(Start + "event: error\ndata: " + Say + "\n\n")]
    [InlineData(Start + "event: error\ndata: {\"message\":\"" + Say + "\"}\n\n")]
    [InlineData(Start + "data: {\"object\":\"error\",\"message\":\"" + Say + "\",\"type\":\"InternalServerError\",\"code\":500}\n\n" + Done)]
    [InlineData(Start + "data: {\"type\":\"error\",\"code\":\"500\",\"message\":\"" + Say + "\"}\n\n")]
    [InlineData(Start + "data: {\"error\":\"" + Say + "\"}\n\n")]
    [InlineData(Start + "data: {\"error\":{\"message\":\"" + Say + "\"},\"choices\":[]}\n\n")]
    [InlineData(Start + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\",\"error\":{\"message\":\"" + Say + "\"}}]}\n\n")]
    [InlineData(Start + "{\"error\":\"" + Say + "\"}\n")]
    [InlineData("{\"error\":\"" + Say + "\"}")]
    [InlineData("{\"error\":{\"message\":\"" + Say + "\"}}\n" + Hello)]
    [InlineData("{\"detail\":\"" + Say + "\"}")]
    [InlineData("{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"" + Say + "\"}]}")]
    [InlineData("{\"status\":\"error\",\"msg\":\"" + Say + "\"}")]
    [InlineData("{\"success\":false,\"message\":\"" + Say + "\"}")]
    [InlineData("Error: " + Say)]
    [InlineData("\uFEFF \n" + Start + "data: error: " + Say)]
    public void What_a_server_says_of_its_error_stands_in_the_failure(string body)
    {
        var failure = Fail(body);

        Assert.Equal(ModelFailureKind.OutOfMemory, failure.Kind);
        Assert.Contains(Say, failure.Message, StringComparison.Ordinal);
        Assert.Contains("tiny at http://127.0.0.1:1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "10")]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(500)]
    public void A_refusal_in_plain_words_tells_the_window(int status)
    {
        var failure = ServerErrors.FromStatus(status, "max_tokens: " + TooLong, Endpoint, null);

        Assert.Equal((ModelFailureKind.ContextOverflow, 4096, 5000), (failure.Kind, failure.ContextTokens, failure.PromptTokens));
        Assert.Null(failure.RejectedField);
    }

    [Fact]
    [Trait("Kind", "10")]
    public void A_page_of_a_proxy_tells_no_window() =>
        Assert.Equal(ModelFailureKind.ServerError, ServerErrors.FromStatus(502, $"<html><title>{TooLong}</title></html>", Endpoint, null).Kind);

    [Theory]
    [Trait("Kind", "4")]
    [InlineData("content", "€")]
    [InlineData("reasoning_content", "€")]
    [InlineData("content", "x")]
    public void An_answer_is_cut_at_8_MiB_of_text(string field, string letter)
    {
        var piece = string.Concat(Enumerable.Repeat(letter, 500_000));
        var reader = new AnswerReader(Endpoint, int.MaxValue, 8 << 20);
        for (var i = 0; i < 40 && !reader.IsComplete; i++)
        {
            reader.Add(Encoding.UTF8.GetBytes($"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"{field}\":\"{piece}\"}}}}]}}\n\n"));
        }

        var answer = reader.Finish();

        Assert.True(answer.CutByUs);
        Assert.InRange(Encoding.UTF8.GetByteCount(answer.Content + answer.Reasoning), (8 << 20) - 3, 8 << 20);
    }

    [Fact]
    [Trait("Kind", "4")]
    public void Arguments_of_calls_count_to_the_bound_of_an_answer()
    {
        var assembler = new AnswerAssembler(int.MaxValue);
        for (var i = 0; i < 4; i++)
        {
            assembler.Add(new ChatChunk { Calls = [new ToolCallDelta(i, null, "write_file", new string('x', 3 << 20))] });
        }

        Assert.True(assembler.IsCut);
        Assert.Equal(AnswerAssembler.MaxBytes, assembler.Build().Calls.Sum(c => c.Arguments.Length));
    }

    [Theory]
    [Trait("Kind", "10")]
    [InlineData("{\"object\":\"error\",\"code\":401,\"message\":\"no key\"}", nameof(ModelFailureKind.Unauthorized), "no key")]
    [InlineData("{\"error\":{\"code\":429,\"message\":\"queue full\"}}", nameof(ModelFailureKind.Busy), "queue full")]
    [InlineData("{\"type\":\"error\",\"code\":\"400\",\"message\":\"not found\"}", nameof(ModelFailureKind.Rejected), "not found")]
    [InlineData("{\"error\":\"Loading model\"}", nameof(ModelFailureKind.Loading), "Loading model")]
    [InlineData("{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"too long\",\"n_ctx\":2048}}", nameof(ModelFailureKind.ContextOverflow), "too long")]
    [InlineData(Start + "data: error: " + TooLong + "\n\n" + Done, nameof(ModelFailureKind.ContextOverflow), TooLong)]
    [InlineData(Start + "error: " + TooLong + "\n\n", nameof(ModelFailureKind.ContextOverflow), TooLong)]
    [InlineData(Start + "event: error\ndata: " + TooLong + "\n\n", nameof(ModelFailureKind.ContextOverflow), TooLong)]
    [InlineData("Error: " + TooLong, nameof(ModelFailureKind.ContextOverflow), TooLong)]
    [InlineData("{\"error\":\"" + TooLong + "\"}", nameof(ModelFailureKind.ContextOverflow), TooLong)]
    [InlineData("<html><title>Router login</title></html>", nameof(ModelFailureKind.NotAnApi), "web page (Router login)")]
    [InlineData("it works!", nameof(ModelFailureKind.NotAnApi), "it works!")]
    [InlineData("{\"hello\":\"world\"}", nameof(ModelFailureKind.NotAnApi), "no chat answer")]
    [InlineData("[1,2]", nameof(ModelFailureKind.NotAnApi), "no chat answer")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"hel", nameof(ModelFailureKind.Cut), "no whole JSON")]
    [InlineData("", nameof(ModelFailureKind.Cut), "without an answer")]
    [InlineData(" \n", nameof(ModelFailureKind.Cut), "without an answer")]
    [InlineData(Done, nameof(ModelFailureKind.Cut), "without an answer")]
    [InlineData(": ping\n\ndata: shutting down\n\n" + Done, nameof(ModelFailureKind.Cut), "it said: shutting down")]
    [InlineData(Hello, nameof(ModelFailureKind.Cut), "broke off")]
    [InlineData(Hello + "data: {\"choices\":[{\"del", nameof(ModelFailureKind.Cut), "it said: {\"choices\":[{\"del")]
    [InlineData(Hello + "data: {\"choices\":[{\"del\n\n" + Stop + Done, nameof(ModelFailureKind.ServerError), "no JSON")]
    public void Every_other_body_is_a_named_failure(string body, string kind, string words)
    {
        var failure = Fail(body);

        Assert.Equal(kind, failure.Kind.ToString());
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "10")]
    [InlineData(Hello + Stop + Done)]
    [InlineData(Hello + Stop)]
    [InlineData("\n\n: comment\r\n\r\n" + Hello + Done)]
    [InlineData("\uFEFF" + Hello + Done)]
    [InlineData("event: message\nid: 7\n" + Hello + Done)]
    [InlineData(Hello + "data: [PING]\n\ndata: {\"type\":\"ping\"}\n\ndata: \n\n" + Stop + Done)]
    [InlineData("data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}\n\ndata: {\"error\":\"\",\"choices\":[]}\n\n" + Done)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"hel\"}}]}\ndata: {\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\ndata: [DONE]\n")]
    [InlineData("{\"choices\":[{\"delta\":{\"content\":\"hel\"}}]}\n{\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n")]
    [InlineData(Hello + "data: {\"choices\":[{\"message\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData(Whole)]
    [InlineData("\uFEFF\n" + Whole + "\n")]
    [InlineData("data: " + Whole + "\n\n")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"text","text":"hel"},{"type":"text","text":"lo"}]}}]}""")]
    public void The_form_of_an_answer_is_read_from_its_bytes(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var size = 1; size <= bytes.Length; size += 3)
        {
            Assert.Equal("hello", Read(bytes, size).Content);
        }
    }

    [Theory]
    [Trait("Kind", "2")]
    [InlineData(@"ok \ud83d", @"\ude00", "ok \uFFFD\uFFFD")]
    [InlineData(@"\ude00\ud83d\ude00", "x", "\uFFFD\U0001F600x")]
    public void Half_a_pair_in_a_delta_becomes_a_replacement_character(string first, string second, string content) => Assert.Equal(
        content,
        Read($$$"""data: {"choices":[{"delta":{"content":"{{{first}}}"}}],"model\ud83d":"x"}""" + "\n\n" + $$$"""data: {"choices":[{"delta":{"content":"{{{second}}}"}}]}""" + "\n\n" + Done).Content);

    [Fact]
    [Trait("Kind", "2")]
    public void Torn_characters_and_nul_bytes_in_a_delta_are_no_fault()
    {
        byte[] body = [.. "data: {\"choices\":[{\"delta\":{\"content\":\"ok "u8, 0xF0, 0x9F, .. "\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\""u8, 0x98, 0x80, 0, .. "\"}}]}\n\n"u8, .. Encoding.UTF8.GetBytes(Stop)];

        Assert.Equal("ok \uFFFD\uFFFD\uFFFD\0", Read(body, 3).Content);
    }

    [Fact]
    [Trait("Kind", "2")]
    public void What_is_empty_is_absent()
    {
        const string body = """
            data: {"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":""}],"model":"","usage":{"prompt_tokens":0,"completion_tokens":0}}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"call_1","function":{"name":"grep","arguments":"{\"pat"}}]},"finish_reason":""}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"","function":{"name":"","arguments":"tern\":\"x\"}"}}]},"finish_reason":"null"}]}

            data: {"choices":[{"delta":{"content":null,"reasoning_content":"","reasoning":"hm"},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":7,"completion_tokens":2}}


            """;
        var reader = new AnswerReader(Endpoint, 1 << 20, 1 << 20);
        reader.Add(Encoding.UTF8.GetBytes(body[..body.LastIndexOf("data:", StringComparison.Ordinal)]));
        Assert.False(reader.HasEnded || reader.HasUsage);
        reader.Add(Encoding.UTF8.GetBytes(body[body.LastIndexOf("data:", StringComparison.Ordinal)..]));
        Assert.True(reader.HasEnded && reader.HasUsage);

        var answer = reader.Finish();
        Assert.Equal([new RawToolCall("grep", """{"pattern":"x"}""")], answer.Calls);
        Assert.Equal(("tool_calls", "hm", (string?)null), (answer.FinishReason, answer.Reasoning, answer.Model));
        Assert.Equal(new TokenUsage(7, 0, 2), answer.Usage);
    }

    [Fact]
    [Trait("Kind", "10")]
    public void The_words_of_a_server_are_escaped_and_bounded()
    {
        var failure = Fail("{\"error\":\"\\u001b[2J\\u202e" + new string('x', 5000) + "\"}");

        Assert.DoesNotContain('\u001b', failure.Message);
        Assert.DoesNotContain('\u202e', failure.Message);
        Assert.InRange(failure.Message.Length, 500, 700);
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Names_that_servers_make_up_are_bounded()
    {
        var answer = Read($$"""{"model":"{{new string('m', 5000)}}","choices":[{"message":{"content":"x"},"finish_reason":"{{new string('f', 5000)}}"}]}""");

        Assert.InRange(answer.Model!.Length, 256, 260);
        Assert.InRange(answer.FinishReason!.Length, 256, 260);
    }

    [Fact]
    [Trait("Kind", "2")]
    public void An_answer_over_its_bound_is_cut_or_refused()
    {
        var reader = new AnswerReader(Endpoint, 1 << 20, maxBytes: 1000);
        reader.Add(Encoding.UTF8.GetBytes(Hello));
        reader.Add(Encoding.UTF8.GetBytes("data: " + new string('x', 2000)));
        Assert.True(reader.IsComplete);
        Assert.Equal((true, "hello"), (reader.Finish().CutByUs, reader.Finish().Content));

        var whole = new AnswerReader(Endpoint, 1 << 20, maxBytes: 1000);
        Assert.Contains("larger than 1000", Assert.Throws<ModelException>(() => whole.Add(Encoding.UTF8.GetBytes("{\"a\":\"" + new string('x', 2000)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "5")]
    public void The_form_of_calls_before_tool_calls_is_read_and_counts_once()
    {
        const string call = """{"name":"grep","arguments":"{}"}""";

        Assert.Equal([new RawToolCall("grep", "{}")], Read($$$"""{"choices":[{"message":{"function_call":{{{call}}}}}]}""").Calls);
        Assert.Equal([new RawToolCall("grep", "{}")], Read($$$"""{"choices":[{"message":{"function_call":{{{call}}},"tool_calls":[{"function":{{{call}}}}]}}]}""").Calls);
    }

    /// <summary>What came of an answer that Ollama broke off: pieces, whether HTTP says that the body is whole, and what is kept; null for a connection that broke.</summary>
    public static TheoryData<string[], bool, string?> BrokenOff => new()
    {
        { [.. Lines("content", "I write", 1), .. Lines("content", " =", 31)], false, "I write =" },
        { [.. Lines("content", "I write", 1), .. Lines("content", " =", 31)], true, "I write =" },
        { [.. Lines("content", "=", 20), .. Lines("content", " =", 11)], false, "=" },
        { [.. Lines("thinking", "hm", 31)], false, "" },
        { [.. Lines("content", "I write", 1)], true, "I write" },
        { [.. Lines("content", "one", 1), .. Lines("content", " two", 1)], true, "one two" },
        { [.. Lines("content", "I write", 1)], false, null },
        { [.. Lines("content", " =", 12)], false, null },
        { [.. Lines("content", " =", 31), .. Lines("content", "end", 1)], false, null },
    };

    [Theory]
    [MemberData(nameof(BrokenOff))]
    public void An_answer_that_Ollama_broke_off_for_its_repeats_is_known_and_holds_them_once(string[] lines, bool isWholeBody, string? kept)
    {
        var reader = new AnswerReader(Endpoint, 1 << 20, 1 << 20);
        reader.Add(Encoding.UTF8.GetBytes(string.Concat(lines)));
        if (kept is null)
        {
            Assert.Equal(ModelFailureKind.Cut, Assert.Throws<ModelException>(() => reader.Finish(isWholeBody)).Failure.Kind);
            return;
        }

        var answer = reader.Finish(isWholeBody);

        Assert.Equal((true, "repeat", kept), (answer.RepeatsItself, answer.FinishReason, answer.Content));
    }

    [Fact]
    public void Repeats_of_an_answer_that_came_to_its_end_are_the_models_own_business()
    {
        var reader = new AnswerReader(Endpoint, 1 << 20, 1 << 20);
        reader.Add(Encoding.UTF8.GetBytes(string.Concat(Lines("content", "=", 40)) + """{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"""));

        var answer = reader.Finish(isWholeBody: true);

        Assert.Equal((false, "stop", new string('=', 40)), (answer.RepeatsItself, answer.FinishReason, answer.Content));
    }

    [Fact]
    public void Another_server_that_ends_its_stream_early_has_only_broken_off()
    {
        var reader = new AnswerReader(Endpoint, 1 << 20, 1 << 20);
        reader.Add(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Hello, 40))));

        Assert.Equal(ModelFailureKind.Cut, Assert.Throws<ModelException>(() => reader.Finish(isWholeBody: true)).Failure.Kind);
    }

    private static IEnumerable<string> Lines(string field, string text, int times) =>
        Enumerable.Repeat($$$"""{"model":"tiny","message":{"role":"assistant","{{{field}}}":"{{{text}}}"},"done":false}""" + "\n", times);

    private static ModelFailure Fail(string body)
    {
        ModelFailure? first = null;
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var size = 1; size <= Math.Max(1, bytes.Length); size += 7)
        {
            var failure = Assert.Throws<ModelException>(() => Read(bytes, size)).Failure;
            Assert.Equal(first ??= failure, failure);
        }

        return first!;
    }

    private static ChatAnswer Read(string body) => Read(Encoding.UTF8.GetBytes(body), 16 << 10);

    private static ChatAnswer Read(byte[] body, int size)
    {
        var reader = new AnswerReader(Endpoint, 1 << 20, 1 << 20);
        foreach (var part in body.Chunk(size).TakeWhile(_ => !reader.IsComplete))
        {
            reader.Add(part);
        }

        return reader.Finish();
    }
}
