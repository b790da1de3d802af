using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Scenarios;

public sealed class EditedIntentTests
{
    private static readonly string Faster = "plan-" + PlannedIntent.Fingerprint("Make it faster.")[..8];

    [Fact]
    public void An_intent_that_is_changed_while_the_Workload_is_suspended_is_planned_anew()
    {
        var world = Play("Make it fast.", suspend: true).Settle();
        Assert.Equal(("plan", "fast"), (world.Steps, Pipeline(world)));

        world.Edit(s => s with { Intent = "Make it faster." });
        world.Settle();
        Assert.Equal(($"plan {Faster}", "faster"), (world.Steps, Pipeline(world)));
        Assert.Contains("Make it faster.", world.Task(Faster).Spec.Payload.Prompt, StringComparison.Ordinal);

        world.Edit(s => s with { Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal($"faster plan {Faster}", world.Steps);
        Assert.Equal((2, 0, 0), (world.Counts.Succeeded, world.Counts.Failed, world.Counts.Incomplete));
        Assert.True(world.Entry("plan").Superseded);
        Assert.Null(world.Condition(ConditionTypes.IntentIgnored));
    }

    [Fact]
    public void A_planner_that_is_still_at_work_on_an_earlier_intent_is_ended()
    {
        var world = Play("Make it fast.", suspend: true);
        world.Decide();
        world.Move();
        Assert.Equal(StepState.Running, StepResult.Of(world.Task("plan")).State);

        world.Edit(s => s with { Intent = "Make it faster.", Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal($"faster plan {Faster}", world.Steps);
        Assert.Equal("spec.intent was changed before a step had begun, so the plan is made anew.", world.Task("plan").GetAnnotation(Labels.CancelledBecause));
        Assert.Equal((2, 0), (world.Counts.Succeeded, world.Counts.Failed));
    }

    [Fact]
    public void A_goal_that_could_not_be_planned_is_planned_once_it_is_said_otherwise()
    {
        var world = Play("Make it vague.").Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);
        Assert.Equal("plan plan-r1 plan-r2", world.Steps);

        world.Edit(s => s with { Intent = "Make it faster." });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal($"faster plan {Faster} plan-r1 plan-r2", world.Steps);
    }

    [Fact]
    public void What_was_planned_before_is_taken_up_when_the_intent_is_changed_back()
    {
        var world = Play("Make it fast.", suspend: true).Settle();
        world.Edit(s => s with { Intent = "Make it faster." });
        world.Settle();

        world.Edit(s => s with { Intent = " Make it fast.\n" });
        world.Settle();

        Assert.Equal(($"plan {Faster}", "fast"), (world.Steps, Pipeline(world)));
    }

    [Fact]
    public void Which_intent_was_planned_is_known_though_the_tasks_of_the_planner_are_gone()
    {
        var world = Play("Make it fast.", suspend: true).Settle();
        world.Delete("plan");
        Assert.Equal(("", "fast"), (world.Settle().Steps, Pipeline(world)));

        world.Edit(s => s with { Intent = "Make it faster." });
        Assert.Equal((Faster, "faster"), (world.Settle().Steps, Pipeline(world)));
        world.Delete(Faster);

        world.Edit(s => s with { Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("faster", world.Steps);
    }

    [Fact]
    public void Once_steps_have_begun_a_changed_intent_has_no_effect_and_is_told_once()
    {
        var world = Play("Make it fast.");
        while (!world.Tasks.Any(t => World.StepOf(t) == "fast"))
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Edit(s => s with { Intent = "Make it faster." });
        world.Decide();
        Assert.Equal((Conditions.True, Reasons.StepsBegun), (world.Condition(ConditionTypes.IntentIgnored)!.Status, world.Condition(ConditionTypes.IntentIgnored)!.Reason));
        world.Edit(s => s with { MaxReviewIterations = 3 });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("fast plan", world.Steps);

        world.Edit(s => s with { Intent = "Make it simple." });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal(("fast plan", "fast"), (world.Steps, Pipeline(world)));
        Assert.Single(world.Events, e => e.Reason == Reasons.StepsBegun);

        world.Edit(s => s with { Intent = "Make it fast." });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Null(world.Condition(ConditionTypes.IntentIgnored));
    }

    [Fact]
    public void A_Workload_of_an_earlier_version_is_taken_as_planned_from_its_intent()
    {
        var workload = Given.Workload("w", new() { Intent = "Make it fast.", Suspend = true }) with { Status = new() { Pipeline = [Given.Step("fast")] } };

        var decision = Given.Decide(workload);

        Assert.Empty(decision.Creates);
        Assert.Equal(("fast", PlannedIntent.Fingerprint("Make it fast.")), (Assert.Single(decision.Status!.Pipeline!).Name, decision.Status.PlannedIntent));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_operator_that_stops_after_every_write_comes_to_the_same_end(bool runsMeanwhile)
    {
        var whole = Edited(Play("Make it fast.", suspend: true));
        var broken = Play("Make it fast.", suspend: true);
        (broken.DiesAfterEach, broken.MovesWhileDown) = (true, runsMeanwhile ? 1 : 0);

        Assert.Equal(Edited(broken).Steps, whole.Steps);
        Assert.Equal(whole.Counts, broken.Counts);
        Assert.Equal(Pipeline(whole), Pipeline(broken));

        static World Edited(World world)
        {
            world.Settle();
            world.Edit(s => s with { Intent = "Make it faster." });
            world.Settle();
            world.Edit(s => s with { Suspend = null });
            return world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        }
    }

    private static string Pipeline(World world) => string.Join(' ', (world.Status.Pipeline ?? []).Select(p => p.Name));

    // Plans one step, which is called as what the goal asks for; a vague one has no Agent.
    private static World Play(string intent, bool suspend = false)
    {
        return new World(Given.Workload("w", new() { Intent = intent, Suspend = suspend ? true : null }), Run)
        {
            Agents = new Dictionary<string, Agent>(StringComparer.Ordinal)
            {
                ["coder"] = new() { Metadata = new() { Name = "coder" }, Spec = new() { Role = AgentRole.Coder, SystemPrompt = "x" } },
                ["planner"] = new() { Metadata = new() { Name = "planner" }, Spec = new() { Role = AgentRole.Planner, SystemPrompt = "x" } },
            },
        };

        static RunEnd? Run(AgenticTask task)
        {
            if (!PlannedIntent.IsAsk(World.StepOf(task)))
            {
                return RunEnd.Usual(task);
            }

            var goal = new[] { "faster", "fast", "simple", "vague" }.First(g => task.Spec.Payload.Prompt!.Contains($"Make it {g}.", StringComparison.Ordinal));
            var step = new JsonObject { ["name"] = goal, ["kind"] = "freeform", ["agent"] = goal == "vague" ? "nobody" : "coder", ["prompt"] = "Do it.", ["why"] = "the goal" };
            return RunEnd.Go with { Extra = new JsonObject { ["modelExtra"] = new JsonObject { ["plan"] = new JsonObject { ["steps"] = new JsonArray(step) } } } };
        }
    }
}
