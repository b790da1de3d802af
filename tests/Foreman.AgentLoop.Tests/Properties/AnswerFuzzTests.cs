using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Loop.TextCalls;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Properties;

/// <summary>Whatever a model server sends: an answer that can be kept, or a failure of that server.</summary>
[Trait("Kind", "2")]
public sealed class AnswerFuzzTests(ITestOutputHelper output)
{
    private static readonly ModelEndpoint Endpoint = new(new Uri("http://127.0.0.1:1"), "tiny");
    private static readonly ToolCatalog Catalog = ToolCatalog.Of(KnownTools.Names);

    private static readonly byte[][] Answers =
    [
        .. ((string[])
        [
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"<think>hm</think> h\\u00e9 \\ud83d\\ude00\"}}],\"model\":\"tiny\"}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":5}}}\n\ndata: [DONE]\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"grep\",\"arguments\":\"{\\\"pat\"}}]}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\",\"arguments\":\"tern\\\":\\\"x\\\"}\"}}]}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"read_file\",\"arguments\":{\"path\":\"a\"}}}]},\"finish_reason\":\"tool_calls\"}]}\r\n\r\n",
            "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"tool_calls\":[{\"function\":{\"name\":\"write_file\",\"arguments\":\"{\\\"path\\\":\\\"a\\\",\\\"content\\\":7}\"}}]},\"finish_reason\":\"\"}],\"timings\":{\"cache_n\":5,\"prompt_n\":2}}",
            ": ping\n\nevent: error\ndata: {\"error\":{\"code\":500,\"message\":\"boom\"}}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"name\\\":\\\"grep\\\",\\\"arguments\\\":{\\\"pattern\\\":\\\"x\\\"}}\"},\"finish_reason\":\"stop\"}]}\n\n",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void An_answer_does_not_depend_on_how_it_is_split_and_can_be_kept()
    {
        var mutator = new FuzzMutator(new Random(1), 1 << 16);
        Fuzz(new FuzzTarget("answers", Answers, input =>
        {
            var (whole, failure) = Read([input]);
            var (split, same) = Read(mutator.Split(input));
            Assert.Equal(failure?.Kind, same?.Kind);
            Assert.Equal(Text(whole), Text(split));
            if (failure is not null)
            {
                Assert.InRange(failure.Message.Length, 1, 2000);
                Assert.DoesNotContain(failure.Message, char.IsControl);
                throw new ModelException(failure);
            }

            Keep(whole!);
        })
        { Allowed = [typeof(ModelException)] });
    }

    [Fact]
    public void Calls_in_text_are_calls_or_text()
    {
        byte[][] texts =
        [
            .. ((string[])
            [
                "I could <tool_call>{\"name\":\"grep\",\"arguments\":{}}</tool_call> but no.\n</think>\n<tool_call>\n{\"name\": \"grep\", \"arguments\": {\"pattern\": \"x\"}}\n</tool_call>",
                "<tool_call>\n<function=write_file>\n<parameter=path>\na.txt\n</parameter>\n<parameter=content>\nhi\n</parameter>\n</function>\n</tool_call>",
                "Look:\n```json\n{\"name\": \"grep\", \"arguments\": {\"pattern\": \"```\"}}\n```\n",
                "[{\"name\":\"grep\",\"parameters\":{}},{\"type\":\"function\",\"function\":{\"name\":\"read_file\",\"arguments\":\"{\\\"path\\\":\\\"a\\\"}\"}}]<|im_end|>",
            ]).Select(Encoding.UTF8.GetBytes),
        ];
        Fuzz(new FuzzTarget("calls in text", texts, input =>
        {
            var (content, thought) = ThinkingInText.Split(Encoding.UTF8.GetString(input));
            Keep(new ChatAnswer { Content = content, Reasoning = thought });
            foreach (var call in CallsInText.Lift(new ChatAnswer { Content = content }, Catalog.Allows).Calls)
            {
                _ = JsonElement.Parse(call.Arguments);
            }
        })
        { MaxInputBytes = 128 << 10, MaxAllocatedBytes = 128L << 20 });
    }

    [Fact]
    public void Bodies_of_refused_requests_become_bounded_messages()
    {
        byte[][] bodies =
        [
            .. ((string[])
            [
                """{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":2048}}""",
                """{"detail":[{"loc":["body","messages",0],"msg":"field required","type":"value_error"}]}""",
                "<html><head><title>502 Bad Gateway</title><style>p{}</style></head><body>nginx</body></html>",
                """{"object":"error","message":"no","type":"BadRequestError","code":400}""",
            ]).Select(Encoding.UTF8.GetBytes),
        ];
        var status = 200;
        Fuzz(new FuzzTarget("errors", bodies, input =>
        {
            var failure = ServerErrors.FromStatus(status = 300 + ((status + 1) % 300), Encoding.UTF8.GetString(input), Endpoint, null);
            Assert.InRange(failure.Message.Length, 1, 2000);
            Assert.DoesNotContain(failure.Message, char.IsControl);
            _ = ModelIdentity.Read(input);
        }));
    }

    /// <summary>The answer as the loop keeps it: the request that follows must be valid JSON.</summary>
    private static void Keep(ChatAnswer answer)
    {
        var sorted = AnswerTriage.Sort(answer, Catalog, lastCall: 0, askedTokens: 100);
        Assert.All(sorted.Calls, c => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(c.Call.Arguments).ValueKind));
        var body = ChatRequestWriter.Write(new ChatRequest { Model = "tiny", Messages = [sorted.Message], MaxTokens = 1 }, new HashSet<string>());
        _ = JsonElement.Parse(body.ToArray());
    }

    private void Fuzz(FuzzTarget target) => output.WriteLine($"{target.Name}: {Fuzzer.Run(target)}");

    private static (ChatAnswer? Answer, ModelFailure? Failure) Read(IEnumerable<byte[]> parts)
    {
        var reader = new AnswerReader(Endpoint, 32 << 10, 48 << 10);
        try
        {
            foreach (var part in parts.TakeWhile(_ => !reader.IsComplete))
            {
                reader.Add(part);
            }

            return (reader.Finish(), null);
        }
        catch (ModelException e)
        {
            return (null, e.Failure);
        }
    }

    private static string? Text(ChatAnswer? answer) => answer is null ? null
        : $"{answer.Content}|{answer.Reasoning}|{answer.FinishReason}|{answer.Model}|{answer.CutByUs}|{answer.Usage}|{answer.Timings}|{string.Join(';', answer.Calls)}";
}
