using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

[Trait("Kind", "9")]
public sealed class ContextRefusalTests
{
    private static readonly LoopRules Rules = LoopGiven.Rules(LoopGiven.Settings(32768));

    [Fact]
    public void A_prompt_that_fits_by_itself_is_asked_again_with_less_output()
    {
        var step = Refuse(LoopMachine.Start(Rules, "s", "p"), new(ModelFailureKind.ContextOverflow, "m") { PromptTokens = 3000, ContextTokens = 4096 });

        Assert.Equal(4096 - 3000 - 8, Asked(step)!.MaxTokens);
        Assert.DoesNotContain(step.Effects, e => e is LoopEffect.Append { Record: HistoryCompacted });
    }

    [Fact]
    public void A_count_that_stopped_at_the_limit_is_not_taken_for_the_prompt()
    {
        // vLLM counts only as far as the limit leaves room: 8192 asked for, so "at least 24577" of 32768.
        var step = Refuse(LoopMachine.Start(Rules, "s", "p"), new(ModelFailureKind.ContextOverflow, "m") { PromptTokens = 24577, PromptIsAtLeast = true, ContextTokens = 32768 });

        Assert.Equal(4096, Asked(step)!.MaxTokens);
    }

    [Fact]
    public void A_window_without_a_count_is_learnt_too()
    {
        var step = Refuse(LoopMachine.Start(Rules, "s", "p"), new(ModelFailureKind.ContextOverflow, "m") { ContextTokens = 8192 });

        Assert.InRange(Asked(step)!.MaxTokens, 4096, 4096);
        Assert.Equal(8192, step.State.ContextTokens);
    }

    [Fact]
    public void Refused_again_the_prompt_is_made_shorter_and_then_the_run_fails_with_the_numbers()
    {
        var failure = new ModelFailure(ModelFailureKind.ContextOverflow, "m") { PromptTokens = 3000, ContextTokens = 4096 };
        var step = LoopMachine.Start(Rules, "s", "p");
        for (var i = 1; i <= 3; i++)
        {
            step = LoopMachine.Next(Rules, step.State, LoopGiven.Call("read_file", $$"""{"path":"{{i}}"}""", 500));
            step = LoopMachine.Next(Rules, step.State, new LoopEvent.ToolRan(step.Effects.OfType<LoopEffect.Run>().Single().Call, new ToolOutcome(new string('x', 600))));
        }

        step = Refuse(step, failure);
        Assert.DoesNotContain(step.Effects, e => e is LoopEffect.Append { Record: HistoryCompacted });
        step = Refuse(step, failure);
        Assert.Single(step.Effects.OfType<LoopEffect.Append>(), a => a.Record is HistoryCompacted);
        Assert.NotNull(Asked(step));
        step = Refuse(step, failure);

        Assert.Equal((FailureReason.ContextOverflow, TaskPhase.Failed), (step.State.Outcome!.Reason, step.State.Outcome.Phase));
        Assert.Contains("3000 tokens, the model server gives 4096", step.State.Outcome.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_makes_both_ways_open_again()
    {
        var failure = new ModelFailure(ModelFailureKind.ContextOverflow, "m") { PromptTokens = 3000, ContextTokens = 4096 };
        var step = Refuse(LoopMachine.Start(Rules, "s", "p"), failure);

        step = LoopMachine.Next(Rules, step.State, new LoopEvent.Answered(new ChatAnswer { Content = "hm", Usage = new TokenUsage(100, 0, 10) }));

        Assert.NotNull(Asked(Refuse(step, failure with { PromptTokens = 3500 })));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1, null)]
    [InlineData(null, 1)]
    [InlineData(1, 1)]
    [InlineData(-5, -5)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Whatever_numbers_a_server_invents_the_run_asks_a_few_times_and_ends(int? prompt, int? window)
    {
        var step = LoopMachine.Start(Rules, "s", "p");
        var asked = 0;
        while (Asked(step) is { } request)
        {
            Assert.InRange(request.MaxTokens, LoopRules.MinOutputTokens, 8192);
            Assert.True(++asked <= 3);
            step = Refuse(step, new(ModelFailureKind.ContextOverflow, "m") { PromptTokens = prompt, ContextTokens = window });
        }

        Assert.Equal(FailureReason.ContextOverflow, step.State.Outcome!.Reason);
    }

    [Fact]
    public void A_conversation_that_no_tokenizer_could_fit_is_not_sent()
    {
        var rules = LoopGiven.Rules(LoopGiven.Settings(1000));

        var step = LoopMachine.Start(rules, "s", new string('p', 16_001));

        Assert.Null(Asked(step));
        Assert.Equal(FailureReason.ContextOverflow, step.State.Outcome!.Reason);
        Assert.Contains("1000 tokens", step.State.Outcome.Summary, StringComparison.Ordinal);
    }

    private static LoopStep Refuse(LoopStep step, ModelFailure failure) => LoopMachine.Next(Rules, step.State, new LoopEvent.Unanswered(failure));

    private static ChatRequest? Asked(LoopStep step) => step.Effects.OfType<LoopEffect.Ask>().SingleOrDefault()?.Request;
}
