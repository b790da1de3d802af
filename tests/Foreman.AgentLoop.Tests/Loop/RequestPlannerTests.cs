using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>What is sent from turn to turn: whether it grows at its end only, and how often it does not.</summary>
public sealed class RequestPlannerTests
{
    private const int Window = 16_000;

    [Theory]
    [InlineData("window", 1, "Native")]
    [InlineData("window", 2, "Native")]
    [InlineData("window", 3, "Prompted")]
    [InlineData("window", 4, "Structured")]
    [InlineData("session", 1, "Native")]
    [InlineData("session", 2, "Prompted")]
    [InlineData("session", 3, "Structured")]
    public void Each_request_begins_with_the_whole_one_before_but_at_recorded_and_rare_compactions(string strategy, int seed, string mode)
    {
        for (var run = 0; run < 25; run++)
        {
            var random = new Random((seed * 1000) + run);
            var rules = Rules(new ContextStrategy(strategy), Window) with { Mode = Enum.Parse<RequestMode>(mode) };
            var step = LoopMachine.Start(rules, "system", new string('p', random.Next(0, 4000)));
            IReadOnlyList<ChatMessage>? before = null;
            var (compactions, added, sinceLast) = (0, 0L, 0);

            // Calls and results that are text take more of the window, which no compaction gives back.
            var turns = rules.Mode is RequestMode.Native ? 120 : 60;
            for (var turn = 0; turn < turns && step.State.Outcome is null; turn++)
            {
                var ask = step.Effects.OfType<LoopEffect.Ask>().Single().Request;
                Assert.Same(rules.Mode is RequestMode.Native ? rules.Definitions : ask.Tools, ask.Tools);
                Assert.Equal(rules.Mode is RequestMode.Native ? rules.Definitions.Count : 0, ask.Tools.Count);
                var compacted = Compacted(step);
                sinceLast++;
                if (before is not null)
                {
                    var isPrefix = before.SequenceEqual(ask.Messages.Take(before.Count));
                    Assert.True(isPrefix != compacted, $"{strategy}, run {run}, turn {turn}: prefix {isPrefix}, compaction {compacted}");
                    Assert.True(before.Take(2).SequenceEqual(ask.Messages.Take(2)), $"{strategy}, run {run}, turn {turn}: it begins with another message");
                    Assert.True(
                        before.Select(m => (m.Role, m.CallId)).SequenceEqual(ask.Messages.Take(before.Count).Select(m => (m.Role, m.CallId))),
                        $"{strategy}, run {run}, turn {turn}: other messages than before");
                }

                compactions += compacted ? 1 : 0;
                before = ask.Messages;
                var prompt = ask.Messages.Sum(m => (long)TokenCost.Of(m.Content)) * 2 / 3;
                Assert.True(prompt + LoopRules.MinOutputTokens <= Window);
                step = Turn(rules, step, random, prompt, ref added);
            }

            // A step frees a quarter of the window at least, so that as much must be read before the next one.
            Assert.InRange(compactions, 0, 1 + (int)(added / (Window / 5)));
            Assert.True(compactions <= 40, $"{compactions} compactions in 120 turns");
        }
    }

    [Fact]
    public void Strategy_session_compacts_only_when_the_window_is_full_and_then_to_60_percent()
    {
        var (session, atSession) = FirstCompaction(ContextStrategy.Session);
        var (window, atWindow) = FirstCompaction(ContextStrategy.Window);

        Assert.True(atSession > atWindow, $"session in turn {atSession}, window in turn {atWindow}");
        var rules = Rules(ContextStrategy.Session, Window);
        var room = Window - RequestPlanner.AnswerReserve(rules, session);
        Assert.InRange(PromptGauge.CostOf(session.History, rules.ToolCost) * 2 / 3, room * 40 / 100, room * 66 / 100);
        Assert.True(session.History.Count(h => h.Masked) < window.History.Count(h => h.Tool is not null));
    }

    [Fact]
    public void A_masked_result_keeps_the_id_of_its_call_and_its_head()
    {
        var (state, _) = FirstCompaction(ContextStrategy.Session);

        var masked = state.History.First(h => h.Masked).Message;
        Assert.Equal("000000001", masked.CallId);
        Assert.StartsWith("the first line of call 0, which says what was read\n[rest of the result of read_file left out", masked.Content, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_keeps_its_reserve_of_the_window()
    {
        var rules = Rules(ContextStrategy.Session, Window);

        Assert.Equal(2000, RequestPlanner.AnswerReserve(rules, LoopMachine.Start(rules, "s", "p").State));
        Assert.Equal(500, RequestPlanner.AnswerReserve(rules with { Settings = rules.Settings with { MaxOutputTokens = 500 } }, LoopMachine.Start(rules, "s", "p").State));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Runs_that_use_all_they_may_use_no_more_than_the_budget_that_they_share_but_for_their_first_guess(int seed)
    {
        for (var run = 0; run < 25; run++)
        {
            var random = new Random((seed * 1000) + run);
            long budget = random.Next(1, 60_000);
            var part = budget * random.Next(1, 100) / 100;

            var (first, second) = (Spend(random, part), Spend(random, budget - part));
            var (used, over) = (first.Used + second.Used, first.Over + second.Over);

            Assert.True(used <= budget + over, $"run {run}: {used} of {budget} tokens, {over} by the first guesses");
        }
    }

    // The model's tokenizer is no unkinder than the guess; each answer is as long as it may be without being taken for one that was cut. A first
    // prompt is sent unless it is surely too long, so what it has more than that may be over.
    private static (long Used, long Over) Spend(Random random, long budget)
    {
        if (budget <= 0)
        {
            return (0, 0);
        }

        var rules = Rules(ContextStrategy.Window, 1_000_000);
        rules = rules with { Settings = rules.Settings with { MaxTotalTokens = budget, MaxOutputTokens = random.Next(300, 9000), ContextSoftCap = int.MaxValue, ContextHardCap = 0 } };
        var ratio = 0.2 + (random.NextDouble() * 0.4);
        var step = LoopMachine.Start(rules, "system", new string('p', random.Next(100, 4000)));
        var cost = PromptGauge.CostOf(step.State.History, rules.ToolCost);
        var over = Math.Max(0, (long)(cost * ratio) - (default(PromptGauge).Estimate(cost) * 75L / 100));
        while (step.State.Outcome is null)
        {
            var ask = step.Effects.OfType<LoopEffect.Ask>().Single().Request;
            Assert.InRange(ask.MaxTokens, LoopRules.MinOutputTokens, budget);
            step = LoopMachine.Next(rules, step.State, new LoopEvent.Answered(new ChatAnswer
            {
                Calls = [new RawToolCall("read_file", $$"""{"path":"{{random.Next()}}"}""")],
                Usage = new TokenUsage((long)(PromptGauge.CostOf(step.State.History, rules.ToolCost) * ratio), 0, Math.Max(1, ask.MaxTokens - 1)),
            }));
            while (step.Effects.OfType<LoopEffect.Run>().SingleOrDefault() is { } called)
            {
                step = LoopMachine.Next(rules, step.State, new LoopEvent.ToolRan(called.Call, new ToolOutcome(new string('x', random.Next(400, 9000)))));
            }
        }

        Assert.Equal(FailureReason.BudgetExhausted, step.State.Outcome.Reason);
        return (RequestPlanner.Used(step.State), over);
    }

    private static (LoopState State, int Turn) FirstCompaction(ContextStrategy strategy)
    {
        var rules = Rules(strategy, Window);
        var step = LoopMachine.Start(rules, "s", "p");
        for (var turn = 0; ; turn++)
        {
            if (Compacted(step))
            {
                return (step.State, turn);
            }

            var prompt = step.Effects.OfType<LoopEffect.Ask>().Single().Request.Messages.Sum(m => (long)TokenCost.Of(m.Content)) * 2 / 3;
            step = LoopMachine.Next(rules, step.State, new LoopEvent.Answered(new ChatAnswer
            {
                Calls = [new RawToolCall("read_file", $$"""{"path":"{{turn}}"}""")],
                Usage = new TokenUsage(prompt, 0, 10),
            }));
            var run = step.Effects.OfType<LoopEffect.Run>().Single();
            step = LoopMachine.Next(rules, step.State, new LoopEvent.ToolRan(run.Call, new ToolOutcome($"the first line of call {turn}, which says what was read\n" + new string('x', 2500))));
        }
    }

    private static LoopStep Turn(LoopRules rules, LoopStep step, Random random, long prompt, ref long added)
    {
        var tool = random.GetItems(["read_file", "grep", "write_file", "list_files"], 1)[0];
        var number = random.Next();
        var arguments = tool switch
        {
            "write_file" => $$"""{"path":"{{number}}","content":"{{new string('c', random.Next(0, 300))}}"}""",
            "grep" => $$"""{"pattern":"{{number}}"}""",
            _ => $$"""{"path":"{{number}}"}""",
        };
        var answer = random.Next(12) == 0
            ? new ChatAnswer { Content = "let me think", Usage = new TokenUsage(prompt, 0, 10) }
            : new ChatAnswer { Calls = [.. Enumerable.Repeat(new RawToolCall(tool, arguments), random.Next(1, 3))], Usage = new TokenUsage(prompt, 0, 10) };
        step = LoopMachine.Next(rules, step.State, new LoopEvent.Answered(answer));
        while (step.Effects.OfType<LoopEffect.Run>().SingleOrDefault() is { } run)
        {
            var text = new string('x', random.Next(4) == 0 ? random.Next(0, 20_000) : random.Next(0, 1500));
            added += TokenCost.Of(text);
            step = LoopMachine.Next(rules, step.State, new LoopEvent.ToolRan(run.Call, new ToolOutcome(text)));
        }

        return step;
    }

    private static bool Compacted(LoopStep step) => step.Effects.OfType<LoopEffect.Append>().Any(a => a.Record is HistoryCompacted);

    private static LoopRules Rules(ContextStrategy strategy, int window)
    {
        var agent = new AgentSpec { Tools = ["read_file", "write_file", "grep", "list_files"], ContextStrategy = strategy, ContextWindowTokens = window, MaxTurns = 500, StuckLoopDetection = new() };
        return LoopGiven.Rules(EffectiveSettings.Resolve(agent, new AgenticTaskSpec { Kind = TaskKind.Freeform }, window));
    }
}
