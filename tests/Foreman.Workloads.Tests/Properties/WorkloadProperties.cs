using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads.Tests.Scenarios;
using static Foreman.Workloads.Tests.Properties.Seeds;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>What holds for every valid Workload, however its tasks end and in whatever order that becomes known.</summary>
[Trait("Kind", "2")]
public class WorkloadProperties
{
    [Fact]
    public void A_valid_plan_always_ends() => Check(seed =>
    {
        var world = RandomWorkloads.Of(seed).Settle(new Random(seed));

        AssertEnded(world);
        Assert.NotEqual(Reasons.InvalidPlan, world.Condition(ConditionTypes.Completed)!.Reason);
    });

    [Fact]
    public void The_counts_of_an_ended_Workload_add_up_to_its_steps() => Check(seed =>
    {
        var world = RandomWorkloads.Of(seed).Settle(new Random(seed));
        var counting = world.Status.Plan!.Where(s => s.Superseded != true).ToLookup(s => s.State);

        Assert.Equal(counting[StepState.Succeeded].Count(), world.Counts.Succeeded);
        Assert.Equal(counting[StepState.AlreadyResolved].Count(), world.Counts.Resolved);
        Assert.InRange(world.Counts.Incomplete, 0, counting[StepState.Incomplete].Count());
        Assert.InRange(world.Counts.Failed, 0, counting[StepState.Failed].Count());
        Assert.Equal(world.Tasks.Sum(t => t.Status.Usage?.Seconds ?? 0), world.Status.Usage?.Seconds ?? 0);
        Assert.Equal(world.Tasks.Select(t => t.Name()).Order(StringComparer.Ordinal), world.Status.Tasks!.Select(t => t.Name!).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void A_decision_does_not_depend_on_the_order_of_the_tasks() => Check(seed =>
    {
        var random = new Random(seed);
        var world = RandomWorkloads.Of(seed);
        world.Watch = w =>
        {
            var snapshot = w.Snapshot();
            var tasks = snapshot.Children.ToArray();
            random.Shuffle(tasks);
            Assert.Equal(Shown(WorkloadEngine.Decide(snapshot, Given.Now)), Shown(WorkloadEngine.Decide(snapshot with { Children = tasks }, Given.Now)));
        };

        world.Settle(random);
    });

    [Fact]
    public void An_end_does_not_depend_on_what_happened_first() => Check(seed =>
    {
        var scope = new RandomScope(Limits: false, Resolved: false, Missing: false);

        Assert.Equal(RandomWorkloads.Of(seed, scope).Settle().Shown(), RandomWorkloads.Of(seed, scope).Settle(new Random(seed)).Shown());
    });

    [Fact]
    public void No_issue_ever_has_two_coders_at_work() => Check(seed =>
    {
        var world = RandomWorkloads.Of(seed);
        world.Watch = w =>
        {
            Assert.Equal(w.Tasks.Count, w.Tasks.Select(World.StepOf).Distinct(StringComparer.Ordinal).Count());
            if (w.Workload.Spec.Issues is not null)
            {
                Assert.DoesNotContain(w.Tasks.Where(t => t.Spec.Kind == TaskKind.IssueFix && !t.IsTerminal()).GroupBy(t => t.Spec.Payload.Issue), i => i.Count() > 1);
            }
        };

        world.Settle(new Random(seed));
    });

    [Fact]
    public void What_is_spent_and_promised_never_exceeds_a_budget() => Check(seed =>
    {
        var world = RandomWorkloads.Of(seed);
        world.Watch = AssertWithinLimits;

        world.Settle(new Random(seed));
    });

    [Fact]
    public void A_task_runs_only_when_it_is_filled_in() => Check(seed =>
    {
        var world = RandomWorkloads.Of(seed);
        world.Watch = w => Assert.DoesNotContain(
            w.Tasks.Where(t => t.PhaseOrPending() == TaskPhase.Running),
            t => t.Spec.Payload.Prompt?.Contains("${steps.", StringComparison.Ordinal) == true || t.GetAnnotation(Labels.Awaiting) is not null);

        world.Settle(new Random(seed));
    });

    [Fact]
    public void A_suspended_Workload_rests_and_says_so_and_ends_once_it_is_resumed() => Check(seed =>
    {
        var random = new Random(seed);
        var world = Begun(seed, random);

        world.Edit(s => s with { Suspend = true });
        world.Settle(random);

        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Suspended));
        Assert.DoesNotContain(world.Tasks, t => t.PhaseOrPending() == TaskPhase.Running);
        AssertWaitsForSomething(world);

        world.Edit(s => s with { Suspend = null });
        AssertEnded(world.Settle(random));
        Assert.Null(world.Condition(ConditionTypes.Suspended));
    });

    [Fact]
    public void A_cancelled_Workload_ends_as_cancelled() => Check(seed =>
    {
        var random = new Random(seed);
        var world = Begun(seed, random);

        var before = (world.Status.Phase, world.Condition(ConditionTypes.Completed)?.Reason);
        world.Edit(s => s with { Cancel = true });
        var tasks = world.Tasks.Count;
        world.Settle(random);

        AssertEnded(world);
        Assert.Equal(tasks, world.Tasks.Count);
        var after = (world.Status.Phase, world.Condition(ConditionTypes.Completed)?.Reason);
        if (before.Reason is not null)
        {
            Assert.Equal(before, after);
        }
        else if (after.Phase == WorkloadPhase.Completed)
        {
            // Nothing was left to cancel.
            Assert.DoesNotContain(world.Status.Plan!, p => p.Reason == FailureReason.Cancelled);
        }
        else
        {
            Assert.Equal(((WorkloadPhase?)WorkloadPhase.Failed, Reasons.Cancelled), after);
        }
    });

    [Fact]
    public void Tasks_that_do_not_end_and_Agents_that_are_missing_are_told() => Check(seed =>
    {
        var random = new Random(seed);
        var usual = RandomWorkloads.Of(seed);
        var held = new World(usual.Workload, t => World.StepOf(t)[^1] % 2 == 0 ? null : RunEnd.Usual(t)) { Agents = Given.Agents.Where(_ => random.Next(8) > 0).ToDictionary() };

        held.Settle(random);

        AssertWaitsForSomething(held);
        if (held.Status.Phase == WorkloadPhase.Planning)
        {
            Assert.Equal(Reasons.AgentResolveFailed, held.Condition(ConditionTypes.Planned)!.Reason);
            Assert.Empty(held.Tasks);
            held.Agents = Given.Agents;
            held.Settle(random);
            Assert.NotEmpty(held.Tasks);
            AssertWaitsForSomething(held);
        }
    });

    // Somewhere on its way.
    private static World Begun(int seed, Random random)
    {
        var world = RandomWorkloads.Of(seed);
        for (var steps = random.Next(25); steps > 0; steps--)
        {
            world.Decide();
            world.Move(random);
        }

        return world;
    }

    private static void AssertEnded(World world)
    {
        Assert.True(world.Status.Phase == WorkloadPhase.Completed || world.Status.Phase == WorkloadPhase.Failed, $"phase {world.Status.Phase}\n{world.Shown()}");
        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Completed));
        Assert.Equal(0, world.Status.InFlightTasks);
        Assert.All(world.Tasks, t => Assert.True(t.IsTerminal(), $"{t.Name()} has not ended"));
        Assert.All(world.Status.Plan!, s => Assert.DoesNotContain(s.State, (StepState[])[StepState.Planned, StepState.Pending, StepState.Running]));
    }

    private static void AssertWaitsForSomething(World world)
    {
        if (world.Status.Phase == WorkloadPhase.Planning)
        {
            Assert.NotEmpty(world.Condition(ConditionTypes.Planned)!.Message);
            return;
        }

        Assert.All(world.Status.Plan!.Where(s => s.State == StepState.Planned), s => Assert.NotEmpty(s.Message!));
        if (world.Status.InFlightTasks > 0)
        {
            Assert.True(world.Status.Phase == WorkloadPhase.Dispatched || world.Status.Phase == WorkloadPhase.Planned, $"phase {world.Status.Phase}");
            Assert.Null(world.Condition(ConditionTypes.Completed));
        }
        else
        {
            AssertEnded(world);
        }
    }

    private static void AssertWithinLimits(World world)
    {
        var spec = world.Workload.Spec;
        Assert.True(world.Tasks.Count <= (spec.MaxTasks ?? int.MaxValue) && world.Tasks.Count <= (spec.Budget?.Tasks ?? int.MaxValue), $"{world.Tasks.Count} tasks");
        if (spec.Budget?.Tokens is { } tokens)
        {
            var used = world.Tasks.Sum(t => t.IsTerminal() ? (t.Status.Usage?.PromptTokens + t.Status.Usage?.CompletionTokens) ?? 0 : t.Spec.Budget?.Tokens ?? 0);
            Assert.True(used <= tokens, $"{used} of {tokens} tokens");
            Assert.DoesNotContain(world.Tasks, t => t.PhaseOrPending() == TaskPhase.Running && t.Spec.Kind.AsksModel && t.Spec.Budget?.Tokens is null);
        }

        if (spec.Budget?.Seconds is { } seconds)
        {
            var used = world.Tasks.Sum(t => t.IsTerminal() ? t.Status.Usage?.Seconds ?? 0 : t.Spec.Budget?.Seconds ?? 0);
            Assert.True(used <= seconds, $"{used} of {seconds} seconds");
            Assert.DoesNotContain(world.Tasks, t => t.PhaseOrPending() == TaskPhase.Running && t.Spec.Budget?.Seconds is null);
        }
    }

    private static string Shown(WorkloadDecision decision) => string.Join('\n', (IEnumerable<string>)
    [
        .. decision.Creates.Select(c => JsonSerializer.Serialize(c, AgenticTask.TypeInfo)),
        .. decision.Changes.Select(c => $"{c.GetType().Name} {c.Task.Name()} {Shown(c as ReleaseChild)}"),
        JsonSerializer.Serialize(new Workload { Status = decision.Status }, Workload.TypeInfo),
        .. decision.Events.Select(e => e.ToString()),
    ]);

    private static string Shown(ReleaseChild? release) => release is null ? "" : JsonSerializer.Serialize(
        new AgenticTask { Spec = new() { Payload = release.Payload ?? new(), Budget = release.Budget } }, AgenticTask.TypeInfo);
}
