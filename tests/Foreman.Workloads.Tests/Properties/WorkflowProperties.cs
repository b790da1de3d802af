using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads.Tests.Workflows;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>What holds of Workflows whatever people and runs do, and whenever the operator dies.</summary>
public sealed class WorkflowProperties
{
    private const int Worlds = 300;
    private const int Moves = 60;
    private const int MostRounds = 50;

    [Fact]
    public void One_task_is_open_at_most_tasks_are_those_of_the_first_steps_and_an_end_stands()
    {
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var random = new Random(seed);
            var play = Made(random);
            for (var move = 0; move < Moves; move++)
            {
                var (ended, tasks) = (play.Workflow.Status?.Phase is { IsTerminal: true }, play.Tasks.Count);
                var before = play.Workflow.Status?.Phase;
                Disturb(play, random);

                Assert.True(play.Tasks.Values.Count(t => !t.IsTerminal()) <= 1, $"seed {seed}, move {move}: more than one task is open");
                Assert.Equal(play.Workflow.Spec.Steps.Take(play.Tasks.Count).Select(s => "w-" + s.Name), play.Tasks.Keys);
                Assert.True(!ended || (play.Status.Phase == before && play.Tasks.Count == tasks), $"seed {seed}, move {move}: it went on after its end");
            }
        }
    }

    [Fact]
    public void Each_comes_to_an_end_that_its_steps_bear_out()
    {
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var random = new Random(seed);
            var play = Made(random);
            for (var move = 0; move < Moves; move++)
            {
                Disturb(play, random);
            }

            for (var round = 0; play.Workflow.Status?.Phase is not { IsTerminal: true }; round++)
            {
                Assert.True(round < MostRounds, $"seed {seed}: it does not end");
                play.Change(s => s with { Suspend = null });
                play.Settle();
                if (Open(play) is { } task)
                {
                    play.Tasks[task.Name()] = task.Ended(EndOf(task, random));
                }
            }

            Assert.Matches("^(Succeeded ?)*(Failed ?)?(Skipped ?)*$", play.Phases);
            Assert.Equal(play.Phases.Split(' ').All(p => p == "Succeeded"), play.Status.Phase == WorkflowPhase.Succeeded);
            Assert.True(play.Status.Conditions.IsTrue(ConditionTypes.Completed), $"seed {seed}: nobody who waits is told");
            Assert.DoesNotContain(play.Tasks.Values, t => !t.IsTerminal());
        }
    }

    private static WorkflowPlay Made(Random random)
    {
        var steps = Enumerable.Range(0, random.Next(1, 6)).Select(n => WorkflowPlay.Step(
            $"s{n}",
            n == 0 ? "Begin." : $"Go on with ${{steps.s{random.Next(n)}.output.k}} and ${{steps.{random.Next(n)}.output.k}}."));
        return new(new WorkflowSpec { Steps = [.. steps], TimeoutSeconds = random.Next(3) == 0 ? 60 : null, Suspend = random.Next(4) == 0 ? true : null });
    }

    private static void Disturb(WorkflowPlay play, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                play.Restart();
                break;
            case 1:
                play.Change(s => s with { Suspend = s.Suspend == true ? null : true });
                break;
            case 2 when random.Next(6) == 0:
                play.Change(s => s with { Cancel = true });
                break;
            case 3:
                play.Now = play.Now.AddSeconds(random.Next(20));
                break;
            case 4 or 5 when Open(play) is { } task:
                play.Tasks[task.Name()] = task.Ended(EndOf(task, random));
                break;
            default:
                play.Act();
                break;
        }
    }

    private static AgenticTask? Open(WorkflowPlay play) => play.Tasks.Values.FirstOrDefault(t => !t.IsTerminal());

    private static RunEnd EndOf(AgenticTask task, Random random) => random.Next(8) switch
    {
        0 => RunEnd.Broken,
        1 => RunEnd.Refusal,
        _ when task.Spec.Cancel == true && random.Next(2) == 0 => RunEnd.Cancelled,
        _ => WorkflowPlay.Giving($$"""{"k":"{{new string('x', random.Next(30_000))}}"}"""),
    };
}
