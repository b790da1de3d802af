using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using Foreman.Workloads.Tests.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>What holds for every Workload whose writers ask people, whatever these answer and in whatever order things happen.</summary>
[Trait("Kind", "2")]
public class DecisionProperties
{
    private const int MostAnswers = 60;

    [Fact]
    public void Every_Workload_ends_or_says_what_it_asks_and_ends_once_all_is_answered() => Check(seed =>
    {
        var random = new Random(seed);
        var world = Asking(seed);
        world.Watch = w => Assert.DoesNotContain(
            w.Tasks.Where(t => !t.IsTerminal() && RetryRule.Writes(t.Spec.Kind)).GroupBy(t => StepNames.RetryOf(World.StepOf(t))?.Step ?? World.StepOf(t)), s => s.Count() > 1);
        for (var answers = 0; answers < MostAnswers; answers++)
        {
            world.Settle(random);
            if (world.Status.Conditions.IsTrue(ConditionTypes.Completed))
            {
                Assert.DoesNotContain(world.Status.Questions ?? [], q => q.Answer is null);
                return;
            }

            Assert.Equal((WorkloadPhase?)WorkloadPhase.Dispatched, world.Status.Phase);
            Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.NeedsDecision), world.Shown());
            var open = world.Status.Questions!.Where(q => q.Answer is null).ToArray();
            Assert.NotEmpty(open);
            var step = random.Next(8) == 0 ? "nothing" : open[random.Next(open.Length)].Step;
            world.Edit(s => s with { Decision = new() { Step = step, Answer = random.Next(3) == 0 ? "abandon" : $"Answer {answers}." } });
        }

        Assert.Fail($"it asks on and on:\n{world.Shown()}");
    });

    [Fact]
    public void An_answer_counts_once_and_for_its_question_only() => Check(seed =>
    {
        var random = new Random(seed);
        var world = Asking(seed, limits: false).Settle(random);
        if (world.Status.Questions?.FirstOrDefault(q => q.Answer is null) is not { } open)
        {
            return;
        }

        var before = world.Tasks.Select(World.StepOf).ToHashSet(StringComparer.Ordinal);
        world.Edit(s => s with { Decision = new() { Step = open.Step, Answer = "The answer." } });
        world.Settle(random);

        Assert.Equal("The answer.", world.Status.Questions!.Single(q => q.Step == open.Step).Answer);
        var again = world.Tasks.First(t => !before.Contains(World.StepOf(t)) && RetryRule.Writes(t.Spec.Kind) && BaseOf(World.StepOf(t)) == BaseOf(open.Step));
        Assert.Contains("The answer.", again.Spec.Payload.Prompt + again.Spec.Payload.PromptPrefix, StringComparison.Ordinal);
        Assert.All(world.Status.Questions!.Where(q => q.Step != open.Step && q.Answer is not null), q => Assert.NotEqual("The answer.", q.Answer));
    });

    private static string BaseOf(string step) => StepNames.RetryOf(step)?.Step ?? step;

    private static World Asking(int seed, bool limits = true)
    {
        var workload = RandomWorkloads.Of(seed, new RandomScope(Limits: limits && seed % 3 == 0)).Workload;
        return new(workload, task =>
        {
            var random = new Random(seed ^ World.StepOf(task).Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));
            return random.Next(5) switch
            {
                0 or 1 when RetryRule.Writes(task.Spec.Kind) => RunEnd.GaveUp with { Extra = Given.Json("""{"modelExtra":{"question":"Which?"}}""") },
                2 when RetryRule.Writes(task.Spec.Kind) => RunEnd.OutOfTurns,
                3 when task.Spec.Kind == TaskKind.Review => RunEnd.Refusal,
                _ => RunEnd.Usual(task),
            };
        });
    }

    private static void Check(Action<int> holds) =>
        Prop.ForAll(Gen.Choose(0, 1_000_000_000).ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(LongRun.Seeds(quick: 40, full: 500)));
}
