using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads.Tests.Scenarios;
using static Foreman.Workloads.Tests.Properties.Seeds;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>What holds for every valid Workload with a policy of retries, however its tasks end and in whatever order that becomes known.</summary>
[Trait("Kind", "2")]
public class RetryProperties
{
    [Fact]
    public void A_plan_with_retries_always_ends() => Check(Ends);

    [Theory]
    [InlineData(871_566_126)]
    public void A_plan_with_retries_ends_with_a_seed_that_failed_once(int seed) => Ends(seed);

    [Fact]
    public void A_step_alone_is_retried_no_more_often_than_its_limit() => Check(seed =>
    {
        var random = new Random(seed);
        var limit = random.Next(5);
        var spec = Given.Pipeline([.. Enumerable.Range(0, 4).Select(n => Given.Step($"s{n}"))]) with { RetryPolicy = new() { Limit = limit } };
        var world = new World(Given.Workload("w", spec), t => Seeds.Of(seed, t).Next(2) == 0 ? RunEnd.Go : RunEnd.OutOfTurns).Settle(random);

        Assert.All(world.Tasks.GroupBy(BaseOf), s => Assert.InRange(s.Count(), 1, limit + 1));
        Assert.All(world.Tasks.GroupBy(BaseOf).Where(s => !s.Any(t => t.SucceededOnTarget())), s => Assert.Equal(limit + 1, s.Count()));
    });

    [Fact]
    public void A_step_is_done_again_no_more_often_than_all_limits_allow_together() => Check(seed =>
    {
        var world = Of(seed).Settle(new Random(seed));
        var limit = world.Workload.Spec.RetryPolicy!.Limit!.Value;
        var steps = world.Tasks.Select(BaseOf).Distinct(StringComparer.Ordinal).Count();

        Assert.All(world.Tasks.GroupBy(BaseOf), s => Assert.InRange(s.Count(), 1, (limit * steps) + 1));
    });

    [Fact]
    public void No_step_ever_has_two_tasks_under_way() => Check(seed =>
    {
        var world = Of(seed);
        world.Watch = w =>
        {
            Assert.Equal(w.Tasks.Count, w.Tasks.Select(World.StepOf).Distinct(StringComparer.Ordinal).Count());
            Assert.DoesNotContain(w.Tasks.Where(t => !t.IsTerminal()).GroupBy(BaseOf), s => s.Count() > 1);
        };

        world.Settle(new Random(seed));
    });

    [Fact]
    public void Nobody_begins_on_work_that_is_done_again() => Check(seed =>
    {
        var world = Of(seed);
        world.Watch = w =>
        {
            var newest = w.Tasks.GroupBy(BaseOf).ToDictionary(s => s.Key, s => s.Max(NumberOf), StringComparer.Ordinal);
            foreach (var task in w.Tasks.Where(t => t.PhaseOrPending() == TaskPhase.Running))
            {
                Assert.All(task.Spec.DependsOn ?? [], d => Assert.Equal(newest[BaseOf(w.Tasks.Single(t => t.Name() == d))], NumberOf(w.Tasks.Single(t => t.Name() == d))));
            }
        };

        world.Settle(new Random(seed));
    });

    [Fact]
    public void A_cap_of_tasks_holds_for_retries_as_well() => Check(seed =>
    {
        var most = new Random(seed).Next(1, 15);
        var world = Of(seed, s => s with { MaxTasks = most });
        world.Watch = w => Assert.InRange(w.Tasks.Count, 0, most);

        world.Settle(new Random(seed));
    });

    [Fact]
    public void A_stop_after_every_write_changes_nothing() => Check(seed =>
        Assert.Equal(Of(seed).Settle().Shown(), Of(seed, dies: true).Settle().Shown()));

    // A check that stood behind an untaken review was once counted for a writer of the round after it.
    [Theory]
    [InlineData(759_282_216)]
    public void A_stop_after_every_write_changes_nothing_with_a_seed_that_failed_once(int seed) =>
        Assert.Equal(Of(seed).Settle().Shown(), Of(seed, dies: true).Settle().Shown());

    [Fact]
    public void A_plan_ends_although_tasks_go_on_while_the_operator_is_down() => Check(seed =>
    {
        var world = Of(seed, dies: true, moves: 2);
        world.Watch = w => Assert.DoesNotContain(w.Tasks.Where(t => !t.IsTerminal()).GroupBy(BaseOf), s => s.Count() > 1);

        world.Settle(new Random(seed));

        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Completed), world.Shown());
    });

    [Fact]
    public void A_budget_holds_for_retries_as_well() => Check(seed =>
    {
        var random = new Random(seed);
        var tokens = random.Next(1, 900);
        var world = Of(seed, s => s with { Budget = new() { Tokens = tokens } });
        world.Watch = w => Assert.InRange(w.Tasks.Sum(t => t.IsTerminal() ? (t.Status.Usage?.PromptTokens + t.Status.Usage?.CompletionTokens) ?? 0 : t.Spec.Budget?.Tokens ?? 0), 0, tokens);

        world.Settle(random);

        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Completed), world.Shown());
    });

    private static void Ends(int seed)
    {
        var world = Of(seed).Settle(new Random(seed));

        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Completed), world.Shown());
        Assert.Equal(0, world.Status.InFlightTasks);
        Assert.All(world.Tasks, t => Assert.True(t.IsTerminal(), $"{t.Name()} has not ended"));
    }

    private static World Of(int seed, Func<WorkloadSpec, WorkloadSpec>? change = null, bool dies = false, int moves = 0)
    {
        var random = new Random(seed);
        var spec = random.Next(3) > 0 ? RandomWorkloads.Pipeline(random, missing: false) : RandomWorkloads.Batch(random);
        spec = spec with { RetryPolicy = new() { Limit = random.Next(4) } };
        return new(Given.Workload("w", change?.Invoke(spec) ?? spec), t => EndOf(seed, t)) { DiesAfterEach = dies, MovesWhileDown = moves };
    }

    private static string BaseOf(AgenticTask task) => StepNames.RetryOf(World.StepOf(task))?.Step ?? World.StepOf(task);

    private static int NumberOf(AgenticTask task) => StepNames.RetryOf(World.StepOf(task))?.Number ?? 0;

    // The same task ends in the same way each time it is asked.
    private static RunEnd EndOf(int seed, AgenticTask task)
    {
        var random = Seeds.Of(seed, task);
        var kind = task.Spec.Kind;
        var end = random.Next(2) == 0 ? RunEnd.Usual(task)
            : kind == TaskKind.Review ? (random.Next(3) > 0 ? RunEnd.Refusal : RunEnd.OutOfTurns)
            : kind.AsksModel ? random.Next(4) switch
            {
                0 => RunEnd.OutOfTurns,
                1 => RunEnd.Broken,
                2 => RunEnd.GaveUp with { Outcome = StepResult.NeedsVerification },
                _ => RunEnd.GaveUp,
            }
            : random.Next(3) > 0 ? RunEnd.GateFail : new(Verdict.GateError) { Phase = TaskPhase.Failed, Reason = FailureReason.GateError };
        var tokens = kind.AsksModel ? random.NextInt64((task.Spec.Budget?.Tokens ?? 90) + 1) : 0;
        return end with { Usage = new() { PromptTokens = tokens, Turns = 1 } };
    }
}
