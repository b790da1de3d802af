using System.Text.Json;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>What the server says of its window and of the length of a prompt counts more than a guess.</summary>
public sealed class ExactCountTests
{
    [Fact]
    public async Task A_real_llama_server_counts_a_prompt_as_it_counts_it_when_it_answers()
    {
        var server = await LlamaServer.SharedAsync();
        using var client = new ModelClient(new ModelEndpoint(new Uri(server.Url), server.ModelName), new ModelClientOptions(), TimeProvider.System, new Random(1));
        var name = await client.IdentifyAsync(TestContext.Current.CancellationToken);
        foreach (var tools in (IReadOnlyList<ToolDefinition>[])[[], ToolCatalog.Of(["write_file"]).Definitions])
        {
            var request = new ChatRequest
            {
                Model = name,
                Messages = [ChatMessage.System("s"), ChatMessage.User("Say hello there, {\"and\": 7} <|end|> é")],
                Tools = tools,
                MaxTokens = 16,
            };

            var counted = await client.CountAsync(request, TestContext.Current.CancellationToken);
            var answer = await client.CompleteAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(answer.Usage.PromptTokens, counted);
        }

        Assert.Equal((2048, true), (client.ContextTokens, client.CountsTokens));
    }

    [Fact]
    public async Task The_window_of_a_slot_of_a_real_llama_server_is_the_window_of_the_run()
    {
        var server = await LlamaServer.SharedAsync();
        using var harness = new LoopHarness { Agent = Agent };

        var result = await harness.RunAsync(server.Url, server.ModelName, "Write a file named hello.txt with the text: good morning");

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.All(harness.Records.OfType<ModelAnswered>(), a => Assert.InRange(a.AskedTokens!.Value, 256, 2047));
    }

    [Theory]
    [InlineData("llama.cpp", 4096)]
    [InlineData("ollama", 4096)]
    [InlineData("vllm", 4096)]
    [InlineData("sglang", 4096)]
    [InlineData("lmstudio", 4096)]
    [InlineData("mlx", null)]
    [InlineData("compatible", null)]
    public async Task Each_kind_of_server_is_asked_for_its_window(string kind, int? window)
    {
        await using var server = ServerTable.Of(kind, 4096).Start(ScriptedServer.Status(500, "{}"));
        using var client = new ModelClient(server.Endpoint, new ModelClientOptions(), TimeProvider.System, new Random(1));

        await client.IdentifyAsync(TestContext.Current.CancellationToken);

        Assert.Equal((window, kind is "llama.cpp" or "vllm" or "sglang"), (client.ContextTokens, client.CountsTokens));
    }

    [Theory]
    [InlineData("vllm")]
    [InlineData("sglang")]
    public async Task A_server_that_counts_conversations_gets_the_one_that_it_would_answer(string kind)
    {
        var table = ServerTable.Of(kind);
        await using var server = table.Start(table.Answer("tokenize", new() { PromptTokens = 321 }), table.Submit());
        using var client = new ModelClient(server.Endpoint, new ModelClientOptions(), TimeProvider.System, new Random(1));
        var request = Asking(await client.IdentifyAsync(TestContext.Current.CancellationToken)) with
        {
            ChatTemplateKwargs = new Dictionary<string, JsonElement> { ["enable_thinking"] = JsonElement.Parse("false") },
        };

        Assert.Equal(321, await client.CountAsync(request, TestContext.Current.CancellationToken));
        await client.CompleteAsync(request, TestContext.Current.CancellationToken);

        Assert.StartsWith("POST /tokenize ", server.Heads[0], StringComparison.Ordinal);
        var (counted, asked) = (JsonElement.Parse(server.Bodies[0]), JsonElement.Parse(server.Bodies[1]));
        Assert.Equal((true, false), (counted.GetProperty("add_generation_prompt").GetBoolean(), counted.GetProperty("add_special_tokens").GetBoolean()));
        Assert.All((string[])["model", "messages", "tools", "chat_template_kwargs"], f => Assert.Equal(asked.GetProperty(f).GetRawText(), counted.GetProperty(f).GetRawText()));
    }

    [Fact]
    public async Task A_count_that_is_less_than_that_of_a_shorter_prompt_has_left_something_out_and_is_not_believed()
    {
        var table = ServerTable.Of("sglang");
        await using var server = table.Start(table.Call("write_file", "{}", promptTokens: 500), table.Answer("tokenize", new() { PromptTokens = 120 }));
        using var client = new ModelClient(server.Endpoint, new ModelClientOptions(), TimeProvider.System, new Random(1));
        var request = Asking(await client.IdentifyAsync(TestContext.Current.CancellationToken));
        await client.CompleteAsync(request, TestContext.Current.CancellationToken);

        Assert.Null(await client.CountAsync(request with { Messages = [.. request.Messages, ChatMessage.User("more")] }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_release_of_SGLang_that_counts_no_conversations_is_asked_once()
    {
        var table = ServerTable.Of("sglang");
        await using var server = table.Start(table.Answer("tokenizeOlder"));
        using var client = new ModelClient(server.Endpoint, new ModelClientOptions(), TimeProvider.System, new Random(1));
        var request = Asking(await client.IdentifyAsync(TestContext.Current.CancellationToken));

        Assert.Null(await client.CountAsync(request, TestContext.Current.CancellationToken));
        Assert.Null(await client.CountAsync(request, TestContext.Current.CancellationToken));

        Assert.False(client.CountsTokens);
        Assert.Single(server.Bodies);
    }

    [Fact]
    public async Task A_run_at_vLLM_is_not_compacted_where_the_server_counts_that_its_prompt_fits()
    {
        var table = ServerTable.Of("vllm", 65_536);
        var read = """{"path":"a.txt"}""";
        await using var server = table.Start(
            table.Call("read_file", read, promptTokens: 400),
            table.Answer("tokenize", new() { PromptTokens = 3000 }),
            table.Call("list_files", "{}", promptTokens: 3000),
            table.Submit());
        using var harness = new LoopHarness
        {
            Agent = new AgentSpec { Role = AgentRole.Coder, Tools = ["read_file", "list_files"], ContextWindowTokens = 65_536 },
            Adjust = s => s with { ObservationWindowTurns = 0, ContextSoftCap = 3600 },
        };
        harness.Write("a.txt", string.Concat(Enumerable.Repeat("many small words stand here\n", 1100)));

        var result = await harness.RunAsync(server.Endpoint, "p");

        Assert.Equal((Verdict.Go, "done"), (result.Envelope.Verdict, result.Envelope.Summary));
        Assert.Equal(["POST /v1/chat/completions", "POST /tokenize", "POST /v1/chat/completions", "POST /v1/chat/completions"], server.Heads.Select(h => string.Join(' ', h.Split(' ').Take(2))));
        Assert.Equal([3000L], harness.Records.OfType<PromptCounted>().Select(c => c.PromptTokens));
        Assert.Empty(harness.Records.OfType<HistoryCompacted>());
    }

    [Fact]
    public async Task A_server_that_keeps_its_properties_to_itself_or_does_not_count_is_used_as_before()
    {
        var table = ServerTable.Of("llama.cpp");
        await using var server = table.Start(table.Answer("tokensRefused"));
        server.Gets["/props"] = "<html>no</html>";
        using var client = new ModelClient(server.Endpoint, new ModelClientOptions(), TimeProvider.System, new Random(1));

        await client.IdentifyAsync(TestContext.Current.CancellationToken);

        Assert.Null(client.ContextTokens);
        Assert.Null(await client.CountAsync(new ChatRequest { Model = "tiny", Messages = [], MaxTokens = 1 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_compaction_by_guess_is_counted_first_and_left_when_the_prompt_fits()
    {
        var step = NearTheCap(counts: true);
        var count = Assert.IsType<LoopEffect.Count>(step.Effects[^1]);

        var next = LoopMachine.Next(Rules(true), step.State, new LoopEvent.Counted(5000));

        Assert.Equal([5000L], next.Effects.OfType<LoopEffect.Append>().Select(a => ((PromptCounted)a.Record).PromptTokens));
        Assert.Equal(count.Request.Messages, Assert.IsType<LoopEffect.Ask>(next.Effects[^1]).Request.Messages);
    }

    [Theory]
    [InlineData(9500L)]
    [InlineData(null)]
    public void A_prompt_that_is_too_long_or_not_counted_is_compacted(long? tokens)
    {
        var step = NearTheCap(counts: true);

        var next = LoopMachine.Next(Rules(true), step.State, new LoopEvent.Counted(tokens));

        Assert.Contains(next.Effects, e => e is LoopEffect.Append { Record: HistoryCompacted });
        Assert.IsType<LoopEffect.Ask>(next.Effects[^1]);
    }

    [Fact]
    public void Without_a_counting_server_the_guess_decides_and_far_from_a_limit_nothing_is_counted()
    {
        Assert.Contains(NearTheCap(counts: false).Effects, e => e is LoopEffect.Append { Record: HistoryCompacted });
        Assert.DoesNotContain(LoopMachine.Start(Rules(true), "s", "p").Effects, e => e is LoopEffect.Count);

        // Half over the cap, no count can save it.
        Assert.Contains(NearTheCap(counts: true, characters: 60_000).Effects, e => e is LoopEffect.Append { Record: HistoryCompacted });
    }

    private static AgentSpec Agent { get; } = new() { Role = AgentRole.Coder, Tools = ["write_file"], Temperature = "0" };

    private static ChatRequest Asking(string name) => new()
    {
        Model = name,
        Messages = [ChatMessage.System("s"), ChatMessage.User("p")],
        Tools = ToolCatalog.Of(["write_file"]).Definitions,
        MaxTokens = 16,
    };

    private static LoopRules Rules(bool counts)
    {
        var agent = new AgentSpec { Tools = ["read_file"], ContextWindowTokens = 64_000, StuckLoopDetection = new StuckLoopDetection { ContextSoftCap = 7000 } };
        var settings = EffectiveSettings.Resolve(agent, new AgenticTaskSpec { Kind = TaskKind.Freeform }, null);
        return new LoopRules { Settings = settings with { ObservationWindowTurns = 1 }, Catalog = ToolCatalog.Of(settings.Tools), Model = "m", CountsTokens = counts, Mode = RequestMode.Native };
    }

    /// <summary>A run whose old result can be masked, and whose guess is over the soft cap of 7,000 tokens.</summary>
    private static LoopStep NearTheCap(bool counts, int characters = 36_000)
    {
        var rules = Rules(counts);
        var step = LoopMachine.Start(rules, "s", "p");
        foreach (var (path, length) in ((string, int)[])[("a", characters), ("b", 10)])
        {
            step = LoopMachine.Next(rules, step.State, new LoopEvent.Answered(new ChatAnswer { Calls = [new RawToolCall("read_file", $$"""{"path":"{{path}}"}""")] }));
            var run = step.Effects.OfType<LoopEffect.Run>().Single();
            step = LoopMachine.Next(rules, step.State, new LoopEvent.ToolRan(run.Call, new ToolOutcome(new string('a', length))));
        }

        return step;
    }
}
