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
    [InlineData("mlx", null)]
    public async Task Each_kind_of_server_is_asked_for_its_window(string kind, int? window)
    {
        await using var server = ServerTable.Of(kind, 4096).Start(ScriptedServer.Status(500, "{}"));
        using var client = new ModelClient(server.Endpoint, new ModelClientOptions(), TimeProvider.System, new Random(1));

        await client.IdentifyAsync(TestContext.Current.CancellationToken);

        Assert.Equal((window, kind == "llama.cpp"), (client.ContextTokens, client.CountsTokens));
    }

    [Fact]
    public async Task A_server_that_keeps_its_properties_to_itself_or_does_not_count_is_used_as_before()
    {
        var table = ServerTable.Of("llama.cpp");
        await using var server = table.Start(ScriptedServer.Status(501, "{}"));
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
