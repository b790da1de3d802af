using Foreman.Api;
using Foreman.Runner.Stops;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stops;

public sealed class StopLimitTests
{
    [Fact]
    public void Without_a_limit_a_run_goes_on()
    {
        Assert.Null(StopLimit.Of(Of(TaskKind.Verify, null, null)));
        Assert.Null(StopLimit.Of(Of(TaskKind.Verify, 0, null)));
    }

    [Fact]
    public void Beyond_timeoutSeconds_a_run_gets_a_while_to_end_by_itself()
    {
        var limit = StopLimit.Of(Of(TaskKind.Freeform, 30, null))!;

        Assert.Equal((TimeSpan.FromSeconds(90), StopKind.Timeout), (limit.Most, limit.Plan.Kind));
    }

    [Theory]
    [InlineData("freeform", false)]
    [InlineData("review", false)]
    [InlineData("verify", true)]
    [InlineData("integrate", true)]
    [InlineData("reconcile", true)]
    public void A_budget_of_seconds_stops_what_asks_no_model(string kind, bool isStopped)
    {
        var limit = StopLimit.Of(Of(new TaskKind(kind), null, 20));

        Assert.Equal(isStopped, limit is { Plan.Kind: StopKind.Budget } && limit.Most == TimeSpan.FromSeconds(20));
        Assert.Equal(isStopped, limit is not null);
    }

    [Fact]
    public void Earlier_attempts_have_used_of_the_budget_and_one_second_is_always_left()
    {
        var used = Tasks.Entry(1, AttemptOutcome.GivenBack) with { Usage = new() { Seconds = 15 } };

        Assert.Equal(TimeSpan.FromSeconds(5), StopLimit.Of(Of(TaskKind.Verify, null, 20, used))!.Most);
        Assert.Equal(TimeSpan.FromSeconds(1), StopLimit.Of(Of(TaskKind.Verify, null, 20, used, used))!.Most);
    }

    [Fact]
    public void The_nearer_limit_counts()
    {
        Assert.Equal(StopKind.Timeout, StopLimit.Of(Of(TaskKind.Verify, 10, 200))!.Plan.Kind);
        Assert.Equal(StopKind.Budget, StopLimit.Of(Of(TaskKind.Verify, 10, 60))!.Plan.Kind);
    }

    private static AgenticTask Of(TaskKind kind, int? timeout, int? budget, params TaskAttempt[] attempts)
    {
        var task = Tasks.With(TaskPhase.Running, attempts.Length + 1, Tasks.Me, attempts);
        return task with { Spec = task.Spec with { Kind = kind, TimeoutSeconds = timeout, Budget = budget is null ? null : new() { Seconds = budget } } };
    }
}
