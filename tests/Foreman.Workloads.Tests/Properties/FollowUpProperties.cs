using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Workloads.Tests.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>What holds for every Workload that follows its pull requests, whatever forges and people say.</summary>
[Trait("Kind", "2")]
public class FollowUpProperties
{
    private static readonly RandomScope Scope = new(Followed: true);

    [Fact]
    public void It_ends_or_says_what_it_waits_for() => Check(seed =>
    {
        var world = RandomWorkloads.Of(seed, Scope).Settle(new Random(seed));

        Assert.False(world.Decide());
        if (world.Status.Conditions.IsTrue(ConditionTypes.Completed))
        {
            Assert.Equal(0, world.Status.InFlightTasks);
            return;
        }

        var open = (world.Status.Questions ?? []).Where(q => q.Answer is null).Select(q => q.Step).ToHashSet(StringComparer.Ordinal);
        var waiting = (world.Status.FollowUps ?? []).Where(f => f.State == FollowUpState.Waiting || f.State == FollowUpState.NeedsDecision).ToArray();
        Assert.NotEmpty(waiting);
        Assert.All(waiting, f => Assert.NotEmpty(f.Message!));
        Assert.All(waiting.Where(f => f.State == FollowUpState.NeedsDecision && !f.Message!.Contains("not followed any more", StringComparison.Ordinal)), f => Assert.Contains(f.Step!, open));
        Assert.All(world.Tasks, t => Assert.True(t.IsTerminal(), t.Name()));
    });

    [Fact]
    public void The_random_ones_come_to_everything_that_can_happen()
    {
        var worlds = Enumerable.Range(0, 300).Select(seed => RandomWorkloads.Of(seed, Scope).Settle(new Random(seed))).ToArray();
        var states = worlds.SelectMany(w => w.Status.FollowUps ?? []).Select(f => f.State).ToHashSet();
        var steps = worlds.SelectMany(w => w.Tasks).Select(World.StepOf).ToArray();

        Assert.Subset(states, new HashSet<FollowUpState> { FollowUpState.Waiting, FollowUpState.Ready, FollowUpState.NeedsDecision, FollowUpState.Merged, FollowUpState.Closed });
        Assert.All((string[])["-f1", "-f2", "-fesc"], ending => Assert.InRange(steps.Count(s => s.EndsWith(ending, StringComparison.Ordinal)), 5, int.MaxValue));
        Assert.True(worlds.Any(w => w.Status.Questions is not null), "no question was asked");
        Assert.True(worlds.Any(w => w.MadeReady.Count > 0), "no draft was made ready");
    }

    [Fact]
    public void A_person_who_gives_everything_up_ends_it() => Check(seed =>
    {
        var random = new Random(seed);
        var world = RandomWorkloads.Of(seed, Scope).Settle(random);
        for (var answers = 0; answers < 40 && (world.Status.Questions ?? []).FirstOrDefault(q => q.Answer is null) is { } open; answers++)
        {
            world.Edit(s => s with { Decision = new() { Step = open.Step, Answer = "abandon" } });
            world.Settle(random);
        }

        Assert.DoesNotContain(world.Status.Questions ?? [], q => q.Answer is null);
        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Completed) || world.Status.FollowUps!.Any(f => f.State == FollowUpState.Waiting), world.Shown());
    });

    [Fact]
    public void No_branch_has_two_writers_and_no_cap_is_passed() => Check(seed =>
    {
        var world = RandomWorkloads.Of(seed, Scope);
        world.Watch = w =>
        {
            var spec = w.Workload.Spec;
            Assert.Equal(w.Tasks.Count, w.Tasks.Select(World.StepOf).Distinct(StringComparer.Ordinal).Count());
            Assert.True(w.Tasks.Count <= (spec.MaxTasks ?? int.MaxValue) && w.Tasks.Count <= (spec.Budget?.Tasks ?? int.MaxValue), $"{w.Tasks.Count} tasks");
            if (spec.Issues is not null)
            {
                Assert.DoesNotContain(w.Tasks.Where(t => t.Spec.Kind == TaskKind.IssueFix && !t.IsTerminal()).GroupBy(t => t.Spec.Payload.Issue), i => i.Count() > 1);
            }
        };

        world.Settle(new Random(seed));
    });

    [Fact]
    public void An_end_does_not_depend_on_what_happened_first() => Check(seed =>
    {
        var scope = new RandomScope(Limits: false, Resolved: false, Missing: false, Followed: true);

        Assert.Equal(RandomWorkloads.Of(seed, scope).Settle().Shown(), RandomWorkloads.Of(seed, scope).Settle(new Random(seed)).Shown());
    });

    [Fact]
    public void A_decision_does_not_depend_on_the_order_of_the_tasks() => Check(seed =>
    {
        var random = new Random(seed);
        var world = RandomWorkloads.Of(seed, Scope);
        world.Watch = w =>
        {
            var snapshot = w.Snapshot();
            var tasks = snapshot.Children.ToArray();
            random.Shuffle(tasks);
            Assert.Equal(Shown(WorkloadEngine.Decide(snapshot, Given.Now)), Shown(WorkloadEngine.Decide(snapshot with { Children = tasks }, Given.Now)));
        };

        world.Settle(random);
    });

    private static void Check(Action<int> holds) =>
        Prop.ForAll(Gen.Choose(0, 1_000_000_000).ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(LongRun.Seeds(quick: 40, full: 500)));

    private static string Shown(WorkloadDecision decision) => string.Join('\n', (IEnumerable<string>)
    [
        .. decision.Creates.Select(c => JsonSerializer.Serialize(c, AgenticTask.TypeInfo)),
        .. decision.Changes.Select(c => $"{c.GetType().Name} {c.Task.Name()}"),
        JsonSerializer.Serialize(new Workload { Status = decision.Status }, Workload.TypeInfo),
        .. decision.ForgeChanges.Select(c => c.ToString()),
    ]);
}
