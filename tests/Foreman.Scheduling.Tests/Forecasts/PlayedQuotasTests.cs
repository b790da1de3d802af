using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Forecasts;

public class PlayedQuotasTests
{
    [Fact]
    public void Without_limits_nothing_of_them_is_played()
    {
        var task = Given.Task("t").With(s => s with { Budget = new() { Tokens = 500 } }).After(Attempt(100));
        var quotas = new PlayedQuotas(Given.Cluster([], Ended("e", 400), task) with { Quotas = new([new() { Namespace = "default", Weight = 2 }]) }, Given.Now);

        Assert.Same(QuotaSet.None, quotas.Quotas);
        Assert.Empty(quotas.Ended);
        Assert.Equal(default, quotas.TokensOf(task));
        Assert.Same(task, quotas.WithBudgetLeft(task));
        Assert.False(quotas.IsTooMuchFor(int.MaxValue - 1));
    }

    [Fact]
    public void Ended_attempts_count_where_a_window_does_those_of_tasks_that_wait_again_too()
    {
        var again = Given.Task("again").After(Attempt(100));
        var elsewhere = Ended("elsewhere", 400);
        elsewhere = elsewhere with { Metadata = elsewhere.Metadata with { NamespaceProperty = "other" } };
        Quota[] limits = [new() { Namespace = "default", TokensPerWindow = 1000 }, new() { Namespace = "other", MaxRunning = 1 }];

        var quotas = new PlayedQuotas(Given.Cluster([], Ended("e", 400), again, elsewhere, Given.Task("runs").Assigned("a").Claimed()) with { Quotas = new(limits) }, Given.Now);

        Assert.Equal(["e", "again"], quotas.Ended.Select(t => t.Name()));
    }

    // In virtual time that end would come, and nobody waits for as long.
    [Fact]
    public void An_end_that_is_yet_to_come_by_the_clock_of_its_host_counts_as_the_operator_counts_it()
    {
        var ahead = TimeSpan.FromDays(2_880_000);
        var early = Attempt(100) with { StartedAt = Given.Now.AddSeconds(-60) + ahead, EndedAt = Given.Now + ahead };
        V1Condition assigned = new() { Type = ConditionTypes.Scheduled, Status = Conditions.True, Reason = Reasons.FleetNodeAssigned, LastTransitionTime = Given.Now.AddSeconds(-100) };
        var foreign = Given.Task("foreign").Ended(TaskPhase.Succeeded, Verdict.Go);
        foreign = foreign with { Status = foreign.Status with { FinishedAt = Given.Now + ahead, Usage = new() { PromptTokens = 5 } } };
        var known = Given.Task("known").After(early).Ended(TaskPhase.Succeeded, Verdict.Go);

        var quotas = Limited(known with { Status = known.Status with { Conditions = [assigned] } }, Given.Task("again").After(early), Given.Task("long").After(early with { StartedAt = Given.Now }), foreign);

        Assert.Equal(
            [(Given.Now.AddSeconds(-40), 60L), (Given.Now, 60), (Given.Now, (long)Math.Ceiling((Given.Now - DateTimeOffset.MinValue).TotalSeconds)), (Given.Now, 0)],
            quotas.Ended.SelectMany(SlotUse.Ended).Select(e => (e.EndedAt, e.Use.Seconds)));
    }

    [Fact]
    public void A_run_uses_what_is_usual_within_its_budget_or_what_it_has_used()
    {
        var runs = Given.Task("runs").With(s => s with { Budget = new() { Tokens = 300 } }).Assigned("a").Claimed();
        var quotas = Limited(Ended("e", 400));

        Assert.Equal(new RunTokens(400, 0), quotas.TokensOf(Given.Task("t")));
        Assert.Equal(new RunTokens(300, 0), quotas.TokensOf(runs));
        Assert.Equal(new RunTokens(900, 600), quotas.TokensOf(runs with { Status = runs.Status with { Progress = new() { PromptTokens = 880, CompletionTokens = 20 } } }));
    }

    [Fact]
    public void A_task_that_waits_again_has_the_rest_of_its_budget_by_what_its_attempts_report()
    {
        AgenticTask Again(TaskBudget? budget) => Limited().WithBudgetLeft(Given.Task("t").With(s => s with { Budget = budget }).After(Attempt(100)));

        Assert.Equal(new TaskBudget { Tokens = 400, Seconds = 50 }, Again(new() { Tokens = 500, Seconds = 100 }).Spec.Budget);
        Assert.Equal(new TaskBudget { Tokens = 1 }, Again(new() { Tokens = 70 }).Spec.Budget);
        Assert.Null(Again(null).Spec.Budget);
    }

    [Fact]
    public void Too_many_ended_tasks_for_too_many_runs_are_not_played()
    {
        var quotas = Limited([.. Enumerable.Range(0, 1001).Select(i => Ended($"e{i}", 1))]);

        Assert.False(quotas.IsTooMuchFor(998));
        Assert.True(quotas.IsTooMuchFor(999));
    }

    private static PlayedQuotas Limited(params AgenticTask[] tasks) =>
        new(Given.Cluster([], tasks) with { Quotas = new([new() { Namespace = "default", TokensPerWindow = 1000 }]) }, Given.Now);

    private static AgenticTask Ended(string name, long tokens) => Given.Task(name).After(Attempt(tokens)).Ended(TaskPhase.Succeeded, Verdict.Go);

    private static TaskAttempt Attempt(long tokens) => new()
    {
        Attempt = 1,
        Node = "a",
        Outcome = AttemptOutcome.Succeeded,
        StartedAt = Given.Now.AddSeconds(-60),
        EndedAt = Given.Now,
        Usage = new() { PromptTokens = tokens, Seconds = 50 },
    };
}
