using System.Text.Json;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>How the server's cache is measured, and when it counts as collapsed.</summary>
public sealed class PromptCacheTests
{
    [Fact]
    public void The_share_is_what_the_server_did_not_read_again_of_the_prompts_that_had_one_before()
    {
        var cache = Fold(Answer(0, 2000, 0), Answer(1, 3000, 2000), Answer(2, 4000, 3000));

        Assert.Equal(5000.0 / 7000, cache.Share!.Value, 6);
        Assert.False(cache.IsNewCollapse);
    }

    [Fact]
    public void A_server_that_says_nothing_of_its_cache_is_not_judged()
    {
        var cache = Fold([.. Enumerable.Range(0, 20).Select(i => Answer(i, 2000 + i, 0))]);

        Assert.Null(cache.Share);
        Assert.False(cache.IsNewCollapse);
    }

    [Fact]
    public void Prompts_that_only_grew_and_were_read_anew_are_a_collapse_told_once()
    {
        var cache = Fold(Answer(0, 2000, 0), Answer(1, 3000, 2000), Answer(2, 4000, 10), Answer(3, 5000, 10), Answer(4, 6000, 10));

        Assert.True(cache.IsNewCollapse);
        cache = PromptCache.Apply(cache, new PromptCacheCollapsed { Turn = 5, Share = 0.2 });
        Assert.False(PromptCache.Apply(cache, Answer(5, 7000, 0)).IsNewCollapse);
        Assert.Equal(5, cache.CollapsedAtTurn);
    }

    [Fact]
    public void A_prompt_after_a_compaction_and_short_prompts_are_no_collapse()
    {
        var compacted = Fold(Answer(0, 2000, 1), new HistoryCompacted(), Answer(1, 1500, 0), new HistoryCompacted(), Answer(2, 1600, 0), new HistoryCompacted(), Answer(3, 1700, 0));
        var small = Fold(Answer(0, 100, 50), Answer(1, 200, 0), Answer(2, 300, 0), Answer(3, 400, 0), Answer(4, 500, 0));

        Assert.False(compacted.IsNewCollapse);
        Assert.False(small.IsNewCollapse);
    }

    [Fact]
    public async Task A_collapse_stands_in_the_transcript_and_in_the_result()
    {
        var turn = 0;
        await using var server = new ScriptedServer(async exchange =>
        {
            var prompt = 2000 + (100 * ++turn);
            var timings = $$$"""{"choices":[{"delta":{},"finish_reason":"tool_calls"}],"timings":{"prompt_n":{{{prompt}}},"cache_n":0,"predicted_n":5,"prompt_per_second":10.0,"predicted_per_second":5.0}}""";
            await (turn < 8 ? ScriptedServer.Events(ScriptedServer.CallDelta("read_file", $$"""{"path":"f{{turn}}"}"""), timings, "[DONE]") : ScriptedServer.Submit())(exchange);
        });
        using var harness = new LoopHarness();

        var result = await harness.RunAsync(server.Endpoint, "p");

        var collapse = Assert.Single(harness.Records.OfType<PromptCacheCollapsed>());
        Assert.Equal((4, 0.0), (collapse.Turn, collapse.Share));
        Assert.Equal("""{"share":0,"collapsedAtTurn":4}""", result.Envelope.Extra!["promptCache"]!.ToJsonString(JsonSerializerOptions.Default));
    }

    private static ModelAnswered Answer(int turn, long prompt, long cached) => new() { Turn = turn, Usage = new Usage { PromptTokens = prompt, CachedTokens = cached } };

    private static PromptCache Fold(params IEnumerable<TranscriptRecord> records) => records.Aggregate(PromptCache.Empty, PromptCache.Apply);
}
