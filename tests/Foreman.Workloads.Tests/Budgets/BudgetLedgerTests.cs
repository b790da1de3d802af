using Foreman.Api;

namespace Foreman.Workloads.Tests.Budgets;

public sealed class BudgetLedgerTests
{
    [Fact]
    public void Without_a_budget_of_tokens_or_seconds_no_task_needs_a_part()
    {
        foreach (var budget in (WorkloadBudget?[])[null, new(), new() { Tasks = 3 }])
        {
            var ledger = Ledger(budget, Waiting("a"));

            Assert.False(ledger.Applies(TaskKind.Freeform));
            Assert.False(ledger.IsExhausted(TaskKind.Freeform));
        }
    }

    [Theory]
    [InlineData("freeform", true, true)]
    [InlineData("review", true, true)]
    [InlineData("verify", false, true)]
    [InlineData("integrate", false, true)]
    public void Tasks_that_ask_no_model_need_no_tokens_but_time(string kind, bool tokens, bool seconds)
    {
        Assert.Equal(tokens, Ledger(new() { Tokens = 10 }).Applies(new(kind)));
        Assert.Equal(seconds, Ledger(new() { Seconds = 10 }).Applies(new(kind)));
    }

    [Fact]
    public void A_coder_gets_three_parts_where_a_reviewer_gets_one()
    {
        var ledger = Ledger(new() { Tokens = 100, Seconds = 1000 }, Waiting("a"), Waiting("b", TaskKind.Review));

        Assert.Equal(new TaskBudget { Tokens = 75, Seconds = 750 }, ledger.Grant(TaskKind.Freeform));
        Assert.Equal(new TaskBudget { Tokens = 25, Seconds = 250 }, ledger.Grant(TaskKind.Review));
        Assert.Null(ledger.Grant(TaskKind.Review));
    }

    [Fact]
    public void Ended_tasks_count_what_they_used_and_live_ones_what_they_were_promised()
    {
        var ledger = Ledger(
            new() { Tokens = 100, Seconds = 50 },
            Ended("a", new() { PromptTokens = 10, CompletionTokens = 5, Seconds = 7 }),
            Promised("b", new() { Tokens = 20, Seconds = 3 }),
            Waiting("c"));

        Assert.False(ledger.IsExhausted(TaskKind.Freeform));
        Assert.Equal(new TaskBudget { Tokens = 65, Seconds = 40 }, ledger.Grant(TaskKind.Freeform));
    }

    [Fact]
    public void What_a_task_did_not_use_is_free_again() =>
        Assert.Equal(99, Ledger(new() { Tokens = 100 }, Ended("a", new() { PromptTokens = 1 }), Waiting("b")).Grant(TaskKind.Freeform)!.Tokens ?? 0);

    [Fact]
    public void A_budget_is_exhausted_only_when_nothing_can_come_back()
    {
        Assert.True(Ledger(new() { Tokens = 10 }, Ended("a", new() { PromptTokens = 12 })).IsExhausted(TaskKind.Freeform));
        Assert.True(Ledger(new() { Tokens = 10, Seconds = 5 }, Ended("a", new() { Seconds = 5 })).IsExhausted(TaskKind.Freeform));
        Assert.False(Ledger(new() { Tokens = 10 }, Promised("a", new() { Tokens = 10 })).IsExhausted(TaskKind.Freeform));
        Assert.False(Ledger(new() { Tokens = 10 }, Ended("a", new() { PromptTokens = 9 })).IsExhausted(TaskKind.Freeform));
    }

    [Fact]
    public void The_smallest_part_is_one()
    {
        var ledger = Ledger(new() { Tokens = 2 }, Waiting("a"), Waiting("b"), Waiting("c"));

        Assert.Equal(
            [1L, 1L, null],
            (long?[])[ledger.Grant(TaskKind.Review)?.Tokens, ledger.Grant(TaskKind.Review)?.Tokens, ledger.Grant(TaskKind.Review)?.Tokens]);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 7)]
    public void The_largest_budget_is_divided_without_loss(long tokens)
    {
        var ledger = Ledger(new() { Tokens = tokens }, Waiting("a"), Waiting("b"), Waiting("c", TaskKind.Review));

        var sum = Int128.Zero;
        foreach (var kind in (TaskKind[])[TaskKind.Freeform, TaskKind.Freeform, TaskKind.Review])
        {
            sum += ledger.Grant(kind)!.Tokens!.Value;
        }

        Assert.Equal((Int128)tokens, sum);
    }

    [Fact]
    public void A_verifier_gets_no_tokens()
    {
        var part = Ledger(new() { Tokens = 100, Seconds = 40 }, Waiting("a", TaskKind.Verify)).Grant(TaskKind.Verify)!;

        Assert.Equal((null, 40), (part.Tokens, part.Seconds ?? 0));
    }

    [Fact]
    public void A_verifier_needs_no_tokens_where_a_coder_used_them_all()
    {
        var ledger = Ledger(new() { Tokens = 10, Seconds = 100 }, Ended("a", new() { PromptTokens = 10, Seconds = 1 }), Waiting("b", TaskKind.Verify));

        Assert.Equal((true, false), (ledger.IsExhausted(TaskKind.Review), ledger.IsExhausted(TaskKind.Verify)));
        Assert.Null(ledger.Grant(TaskKind.Review));
        Assert.Equal(new TaskBudget { Seconds = 99 }, ledger.Grant(TaskKind.Verify));
    }

    private static BudgetLedger Ledger(WorkloadBudget? budget, params (Step, StepResult, AgenticTask?)[] steps) => BudgetLedger.Of(Given.Batch(1) with { Budget = budget }, steps);

    private static (Step, StepResult, AgenticTask?) Waiting(string name, TaskKind? kind = null) => (New(name, kind), StepResult.Unmade, null);

    private static (Step, StepResult, AgenticTask?) Ended(string name, Usage usage) => (New(name), new StepResult(StepState.Failed) { Usage = usage }, null);

    private static (Step, StepResult, AgenticTask?) Promised(string name, TaskBudget budget)
    {
        var task = Given.Child("w", name).With(s => s with { Budget = budget }).Running();
        return (New(name), StepResult.Of(task), task);
    }

    private static Step New(string name, TaskKind? kind = null) => new(name, kind ?? TaskKind.Freeform, "writer", new());
}
