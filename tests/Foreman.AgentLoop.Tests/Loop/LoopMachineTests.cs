using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>The state machine alone: no server, no clock, no files.</summary>
public sealed class LoopMachineTests
{
    private static readonly EffectiveSettings Settings = LoopGiven.Settings(10000);

    [Fact]
    public void The_first_request_holds_the_system_message_and_the_prompt_and_leaves_room_for_the_answer()
    {
        var step = LoopMachine.Start(Rules(), "system", "prompt");

        var ask = step.Effects.OfType<LoopEffect.Ask>().Single().Request;
        Assert.Equal([(ChatRole.System, "system"), (ChatRole.User, "prompt")], ask.Messages.Select(m => (m.Role, m.Content)));
        Assert.InRange(ask.MaxTokens, 7000, 8192);
        Assert.Equal(6, ask.Tools.Count);
    }

    [Fact]
    public void An_answer_gets_what_remains_of_the_window()
    {
        var run = Begin(Rules(), "s", "p");
        run = run.Answer("write_file", """{"path":"a","content":"b"}""", prompt: 9000).Ran(new ToolOutcome("wrote"));

        Assert.InRange(run.Asked!.MaxTokens, 700, 1000);
    }

    [Fact]
    public void An_answer_always_gets_some_tokens()
    {
        var run = Begin(Rules(), "s", "p");
        run = run.Answer("write_file", """{"path":"a","content":"b"}""", prompt: 9990).Ran(new ToolOutcome("wrote"));

        Assert.Equal(LoopRules.MinOutputTokens, run.Asked!.MaxTokens);
    }

    [Fact]
    public void A_window_that_the_server_knows_better_is_learnt()
    {
        var run = Begin(Rules(), "s", "p").Answer("read_file", """{"path":"a"}""").Ran(new ToolOutcome(new string('a', 500)))
            .Answer("read_file", """{"path":"b"}""").Ran(new ToolOutcome("b"))
            .On(new LoopEvent.Unanswered(new ModelFailure(ModelFailureKind.ContextOverflow, "too long") { PromptTokens = 4000, ContextTokens = 3000 }));

        Assert.Equal(3000, run.Step.State.ContextTokens);
        Assert.NotNull(run.Asked);

        run = run.On(new LoopEvent.Unanswered(new ModelFailure(ModelFailureKind.ContextOverflow, "too long") { PromptTokens = 4000, ContextTokens = 3000 }));

        Assert.Equal(FailureReason.ContextOverflow, run.Outcome?.Reason);
        Assert.Contains("4000 tokens, the model server gives 3000", run.Outcome?.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_results_are_masked_in_one_step_over_the_soft_cap_and_recent_ones_stay()
    {
        var run = Begin(Rules(Settings with { ContextSoftCap = 3000, ObservationWindowTurns = 2 }), "s", "p");
        for (var i = 0; i < 6; i++)
        {
            run = run.Answer("read_file", $$"""{"path":"{{i}}"}""").Ran(new ToolOutcome(new string('x', 2000)));
        }

        var results = run.Asked!.Messages.Where(m => m.Role is ChatRole.Tool).Select(m => m.Content.Contains("left out to save room", StringComparison.Ordinal)).ToArray();
        var compactions = run.All.OfType<LoopEffect.Append>().Count(a => a.Record is HistoryCompacted);

        Assert.Equal([false, false], results[^2..]);
        Assert.Contains(true, results);
        Assert.InRange(compactions, 1, 2);
    }

    [Fact]
    public void A_prompt_over_the_hard_cap_ends_the_run()
    {
        var run = Begin(Rules(Settings with { ContextSoftCap = 100000, ContextHardCap = 3000 }), "s", "p").Answer("read_file", """{"path":"a"}""").Ran(new ToolOutcome(new string('x', 20000)));

        Assert.Equal((Outcomes.StuckLoop, FailureReason.ContextOverflow), (run.Outcome?.Outcome, run.Outcome?.Reason));
    }

    [Fact]
    public void A_change_of_the_workspace_lets_a_call_be_repeated()
    {
        var run = Begin(Rules(Settings with { RepeatedToolThreshold = 2 }), "s", "p");
        for (var i = 0; i < 4; i++)
        {
            run = run.Answer("read_file", """{"path":"a"}""").Ran(new ToolOutcome("x"))
                .Answer("write_file", $$"""{"path":"a","content":"{{i}}"}""").Ran(Change("a", $"{i}"));
        }

        Assert.Null(run.Outcome);
        for (var i = 0; i < 3; i++)
        {
            run = run.Answer("read_file", """{"path":"a"}""").Ran(new ToolOutcome("x"));
        }

        Assert.Null(run.Outcome);
        run = run.Answer("read_file", """{"path":"a"}""");

        Assert.Equal(Outcomes.StuckLoop, run.Outcome?.Outcome);
        Assert.StartsWith("same-result: read_file was called 4 times with the same arguments", run.Outcome?.Summary, StringComparison.Ordinal);
        Assert.StartsWith("error: read_file was not run: ", run.All.OfType<LoopEffect.Append>().Select(a => a.Record).OfType<ToolReturned>().Last().Content, StringComparison.Ordinal);
    }

    [Fact]
    public void Turns_without_an_edit_are_limited_only_for_an_agent_that_can_edit()
    {
        var coder = Begin(Rules(Settings with { EditFreeTurnsLimit = 3, RepeatedToolThreshold = 0 }), "s", "p");
        var reader = Begin(Rules(Settings with { EditFreeTurnsLimit = 3, RepeatedToolThreshold = 0, Tools = ["read_file"] }), "s", "p");
        for (var i = 0; i < 7; i++)
        {
            coder = coder.Answer("read_file", """{"path":"a"}""").RanUnlessRefused(new ToolOutcome("x"));
            reader = reader.Answer("read_file", """{"path":"a"}""").RanUnlessRefused(new ToolOutcome("x"));
        }

        Assert.Equal(Outcomes.StuckLoop, coder.Outcome?.Outcome);
        Assert.StartsWith("edit-free: 6 turns without a change", coder.Outcome?.Summary, StringComparison.Ordinal);
        Assert.Null(reader.Outcome);
    }

    [Fact]
    public void Tokens_are_limited()
    {
        var run = Begin(Rules(Settings with { MaxTotalTokens = 5000 }), "s", "p").Answer("read_file", """{"path":"a"}""", prompt: 6000).Ran(new ToolOutcome("x"));

        Assert.Equal((Outcomes.BudgetExhausted, FailureReason.BudgetExhausted), (run.Outcome?.Outcome, run.Outcome?.Reason));
    }

    [Fact]
    public void An_answer_gets_no_more_than_the_prompt_leaves_of_the_budget()
    {
        var run = Begin(Rules(Settings with { MaxTotalTokens = 5000 }), "s", "p").Answer("read_file", """{"path":"a"}""", prompt: 2000).Ran(new ToolOutcome("x"));

        // 2010 are used, and the next prompt has those 2000 and what came since.
        Assert.InRange(run.Asked!.MaxTokens, 900, 989);
        Assert.Equal(run.Asked.MaxTokens, run.Step.State.AskedTokens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_prompt_that_the_budget_does_not_allow_is_not_sent(bool counts)
    {
        var run = Begin(Rules(Settings with { MaxTotalTokens = 5000 }) with { CountsTokens = counts }, "s", "p").Answer("read_file", """{"path":"a"}""", prompt: 2600).Ran(new ToolOutcome("x"));
        if (counts)
        {
            // A guess that may be wrong does not end a run whose server can count.
            Assert.Single(run.Step.Effects.OfType<LoopEffect.Count>());
            run = run.On(new LoopEvent.Counted(2640));
        }

        Assert.Null(run.Asked);
        Assert.Equal((Outcomes.BudgetExhausted, FailureReason.BudgetExhausted), (run.Outcome?.Outcome, run.Outcome?.Reason));
        Assert.Contains("no result after 2610 tokens; 5000 were left", run.Outcome!.Summary, StringComparison.Ordinal);
        Assert.Contains("the next prompt has about 26", run.Outcome.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2000, true)]
    [InlineData(2370, false)]
    public void A_prompt_that_leaves_less_than_the_shortest_answer_of_the_budget_is_not_sent(long prompt, bool isSent)
    {
        var run = Begin(Rules(Settings with { MaxTotalTokens = 5000 }), "s", "p").Answer("read_file", """{"path":"a"}""", prompt).Ran(new ToolOutcome("x"));

        Assert.Equal((isSent, isSent ? null : Outcomes.BudgetExhausted), (run.Asked is not null, run.Outcome?.Outcome));
        Assert.True(isSent || run.Outcome!.Summary.EndsWith(", which leaves too little for an answer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_guess_that_may_be_wrong_does_not_end_a_resumed_run(bool counts)
    {
        var (records, guess) = Resumed();
        var rules = Rules(Settings with { MaxTotalTokens = guess }) with { CountsTokens = counts };

        var run = Resume(rules, records);

        Assert.Null(run.Outcome);
        Assert.Equal(counts ? (int?)null : LoopRules.MinOutputTokens, run.Asked?.MaxTokens);
        if (counts)
        {
            Assert.Single(run.Step.Effects.OfType<LoopEffect.Count>());
            Assert.Equal(guess - 1000, run.On(new LoopEvent.Counted(1000)).Asked?.MaxTokens);
            Assert.Equal(FailureReason.BudgetExhausted, run.On(new LoopEvent.Counted(guess)).Outcome?.Reason);
            Assert.Equal(LoopRules.MinOutputTokens, run.On(new LoopEvent.Counted(null)).Asked?.MaxTokens);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_guess_that_is_surely_over_ends_a_resumed_run(bool counts)
    {
        var (records, guess) = Resumed();

        var run = Resume(Rules(Settings with { MaxTotalTokens = guess * 3 / 4 }) with { CountsTokens = counts }, records);

        Assert.Equal(FailureReason.BudgetExhausted, run.Outcome?.Reason);
        Assert.Equal([typeof(LoopEffect.EndTurn), typeof(LoopEffect.Finish)], run.Step.Effects.Select(e => e.GetType()));
    }

    [Fact]
    public void The_guess_of_a_masked_prompt_does_not_end_a_run_whose_server_can_count()
    {
        var rules = Rules(LoopGiven.Settings(64_000) with { ContextSoftCap = 3000, ObservationWindowTurns = 1 });
        var run = Begin(rules, "s", "p").Answer("read_file", """{"path":"a"}""", prompt: 1000).Ran(new ToolOutcome(new string('x', 36_000))).Answer("read_file", """{"path":"b"}""", prompt: 9000);
        var masked = run.Ran(new ToolOutcome("x")).Step;
        Assert.Single(masked.Effects.OfType<LoopEffect.Append>(), a => a.Record is HistoryCompacted);
        var likely = masked.State.Gauge.Estimate(PromptGauge.CostOf(masked.State.History, rules.ToolCost));

        // The whole prompt is surely over what the budget leaves; the masked one only by a guess.
        run = run with { Rules = rules with { CountsTokens = true, Settings = rules.Settings with { MaxTotalTokens = RequestPlanner.Used(run.Step.State) + LoopRules.MinOutputTokens + likely - 1 } } };
        run = run.Ran(new ToolOutcome("x"));

        Assert.Null(run.Outcome);
        Assert.Single(run.Step.Effects.OfType<LoopEffect.Count>());
        Assert.NotNull(run.On(new LoopEvent.Counted(5000)).Asked);
        Assert.Equal(FailureReason.BudgetExhausted, run.On(new LoopEvent.Counted(30_000)).Outcome?.Reason);
    }

    [Theory]
    [InlineData(5000, "BudgetExhausted")]
    [InlineData(null, "ModelMisunderstood")]
    public void Answers_that_the_budget_cut_are_not_blamed_on_the_model(int? budget, string reason)
    {
        var run = Begin(Rules(Settings with { MaxTotalTokens = budget }), "s", "p");
        for (var i = 0; i <= LoopRules.MaxTruncatedReprompts; i++)
        {
            Assert.Null(run.Outcome);
            run = run.On(new LoopEvent.Answered(new ChatAnswer { Content = "once upon", FinishReason = "length", Usage = new TokenUsage(100, 0, 10) }));
        }

        Assert.Equal(reason, run.Outcome?.Reason?.Value);
        Assert.Equal(budget is not null, run.Outcome!.Summary.Contains("the last answer was cut at", StringComparison.Ordinal));
    }

    [Fact]
    public void A_budget_below_the_first_prompt_asks_nothing() =>
        Assert.Equal(FailureReason.BudgetExhausted, Begin(Rules(Settings with { MaxTotalTokens = 20 }), "s", "p").Outcome?.Reason);

    [Fact]
    public void Nothing_happens_after_the_end()
    {
        var run = Begin(Rules(), "s", "p").On(new LoopEvent.Cancelled());

        Assert.Equal(FailureReason.Cancelled, run.Outcome?.Reason);
        Assert.Empty(run.Answer("read_file", """{"path":"a"}""").Step.Effects);
    }

    [Fact]
    public void The_changed_files_are_those_of_the_last_change()
    {
        var run = Begin(Rules(), "s", "p").Answer("write_file", """{"path":"a","content":"1"}""").Ran(Change("a", "one"))
            .Answer("write_file", """{"path":"a","content":"2"}""").Ran(Change("a", "three"));

        Assert.Equal(new DeliveredFile("a", Sha256("three"u8), 5), Assert.Single(run.Step.State.Files).Value);
    }

    [Theory]
    [InlineData(ModelFailureKind.Unreachable, "InferenceServiceUnavailable")]
    [InlineData(ModelFailureKind.Loading, "InferenceServiceUnavailable")]
    [InlineData(ModelFailureKind.Silent, "InferenceServiceUnavailable")]
    [InlineData(ModelFailureKind.NotAnApi, "InferenceServiceUnavailable")]
    [InlineData(ModelFailureKind.Cut, "InfrastructureError")]
    [InlineData(ModelFailureKind.ServerError, "InfrastructureError")]
    [InlineData(ModelFailureKind.Unauthorized, "AuthUnavailable")]
    [InlineData(ModelFailureKind.ModelMismatch, "ModelMismatch")]
    public void A_failing_model_server_fails_the_task_with_a_reason(object kind, string reason)
    {
        var run = Begin(Rules(), "s", "p").On(new LoopEvent.Unanswered(new ModelFailure((ModelFailureKind)kind, "why")));

        Assert.Equal((reason, TaskPhase.Failed, "why"), (run.Outcome?.Reason?.Value, run.Outcome?.Phase, run.Outcome?.Summary));
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    private static ToolOutcome Change(string path, string content = "x")
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        return new ToolOutcome("wrote") { Changes = [new FileChange(path, null, Sha256(bytes), bytes)] };
    }

    /// <summary>The records of a run that goes on, and the tokens that its next prompt likely has.</summary>
    private static (IReadOnlyList<TranscriptRecord> Records, int Guess) Resumed()
    {
        var run = Begin(Rules(), "s", new string('p', 9000)).Answer("read_file", """{"path":"a"}""", prompt: 3000).Ran(new ToolOutcome("x"));
        IReadOnlyList<TranscriptRecord> records = [.. run.All.OfType<LoopEffect.Append>().Select(a => a.Record), new RunResumed { Turn = 1, Attempt = 1 }];
        return (records, default(PromptGauge).Estimate(PromptGauge.CostOf(run.Step.State.History, run.Rules.ToolCost)));
    }

    private static Running Resume(LoopRules rules, IReadOnlyList<TranscriptRecord> records)
    {
        var step = LoopMachine.Resume(rules, TranscriptReplay.Of(rules, records));
        return new Running(rules, step, step.Effects);
    }

    private static LoopRules Rules(EffectiveSettings? settings = null) => LoopGiven.Rules(settings ?? Settings);

    private static Running Begin(LoopRules rules, string system, string prompt)
    {
        var step = LoopMachine.Start(rules, system, prompt);
        return new Running(rules, step, step.Effects);
    }

    /// <summary>A run as a chain of events.</summary>
    private sealed record Running(LoopRules Rules, LoopStep Step, IReadOnlyList<LoopEffect> All)
    {
        internal LoopOutcome? Outcome => Step.State.Outcome;

        internal ChatRequest? Asked => Step.Effects.OfType<LoopEffect.Ask>().SingleOrDefault()?.Request;

        internal Running On(LoopEvent happened)
        {
            var next = LoopMachine.Next(Rules, Step.State, happened);
            return new Running(Rules, next, [.. All, .. next.Effects]);
        }

        internal Running Answer(string tool, string arguments, long prompt = 0) =>
            On(LoopGiven.Call(tool, arguments, prompt));

        internal Running RanUnlessRefused(ToolOutcome outcome) => Step.Effects.OfType<LoopEffect.Run>().Any() ? Ran(outcome) : this;

        internal Running Ran(ToolOutcome outcome) => On(new LoopEvent.ToolRan(Step.Effects.OfType<LoopEffect.Run>().Single().Call, outcome));
    }
}
