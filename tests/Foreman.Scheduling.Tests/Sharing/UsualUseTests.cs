using Foreman.Api;

namespace Foreman.Scheduling.Tests.Sharing;

public class UsualUseTests
{
    [Fact]
    public void The_median_of_the_ended_tasks_counts_each_number_for_itself_and_of_two_in_the_middle_the_larger_one()
    {
        var usual = new UsualUse([Ended("a", 10, 900), Ended("b", 20, 100), Ended("c", 30, 500), Ended("d", 40, 700)], new());

        Assert.Equal(new SlotUse(30, 700, 700), usual.Usual(Given.Task("t")));
    }

    [Fact]
    public void Tasks_of_another_namespace_agent_or_kind_say_nothing_of_it()
    {
        var other = Ended("other", 10, 10);
        AgenticTask[] ended =
        [
            other with { Metadata = other.Metadata with { NamespaceProperty = "other" } },
            Ended("agent", 20, 20).With(s => s with { AgentRef = new() { Name = "coder" } }),
            Ended("kind", 30, 30).With(s => s with { Kind = TaskKind.Review }),
        ];
        var usual = new UsualUse(ended, new());

        Assert.Equal(new SlotUse(600, 0, 0), usual.Usual(Given.Task("t")));
        Assert.Equal([10L, 20L, 30L], ended.Select(t => usual.Usual(t).Seconds));
    }

    [Fact]
    public void Tasks_that_go_on_and_those_that_used_nothing_are_not_among_the_ended_ones()
    {
        var goingOn = Given.Task("runs").After(Attempt(5, 5)).Assigned("a").Claimed();
        var skipped = Given.Task("skipped").Ended(TaskPhase.Succeeded, Verdict.Skipped);

        Assert.Equal(new SlotUse(60, 0, 0), new UsualUse([goingOn, skipped], new() { UnknownRun = TimeSpan.FromMinutes(1) }).Usual(Given.Task("t")));
    }

    [Fact]
    public void All_attempts_of_a_task_count_together()
    {
        var task = Given.Task("t").After(Attempt(10, 100), Attempt(20, 200) with { Outcome = AttemptOutcome.Lost }).Ended(TaskPhase.Succeeded, Verdict.Go);

        // How much of a lost run's prompts was cached is not known.
        Assert.Equal(new SlotUse(30, 300, 100), UsualUse.SpentBy(task));
        Assert.Equal(new SlotUse(30, 300, 100), new UsualUse([task], new()).Usual(Given.Task("u")));
        Assert.Equal(default, UsualUse.SpentBy(Given.Task("none")));
    }

    [Theory]
    [InlineData(null, null, 100L, 1000L)]
    [InlineData(50L, null, 100L, 50L)]
    [InlineData(null, 30, 30L, 1000L)]
    [InlineData(5000L, 5000, 100L, 1000L)]
    public void A_budget_bounds_what_is_expected(long? tokens, int? seconds, long expectedSeconds, long expectedTokens)
    {
        var usual = new UsualUse([Ended("a", 100, 1000)], new());
        var task = Given.Task("t").With(s => s with { Budget = new() { Tokens = tokens, Seconds = seconds } });

        Assert.Equal(new SlotUse(expectedSeconds, expectedTokens, expectedTokens), usual.Expected(task));
        Assert.Equal(new SlotUse(100, 1000, 1000), usual.Usual(task));
    }

    [Fact]
    public void What_earlier_attempts_spent_of_a_budget_is_not_expected_again()
    {
        var usual = new UsualUse([Ended("a", 100, 1000)], new());
        AgenticTask Left(long tokens, int seconds) => Given.Task("t").With(s => s with { Budget = new() { Tokens = tokens, Seconds = seconds } }).After(Attempt(40, 400));

        Assert.Equal(new SlotUse(20, 200, 200), usual.Expected(Left(600, 60)));
        Assert.Equal(default, usual.Expected(Left(300, 30)));
    }

    private static AgenticTask Ended(string name, int seconds, long tokens) => Given.Task(name).After(Attempt(seconds, tokens)).Ended(TaskPhase.Succeeded, Verdict.Go);

    private static TaskAttempt Attempt(int seconds, long tokens) => new()
    {
        Attempt = 1,
        Node = "a",
        Outcome = AttemptOutcome.Succeeded,
        StartedAt = Given.Now.AddSeconds(-seconds),
        EndedAt = Given.Now,
        Usage = new() { PromptTokens = tokens },
    };
}
