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

    [Fact]
    public void An_intent_that_is_changed_back_while_its_planner_is_being_cancelled_is_asked_for_again()
    {
        var world = Play("Make it fast.", suspend: true);
        world.Decide();
        world.Move();
        world.Edit(s => s with { Intent = "Make it faster." });
        world.Decide();
        Assert.True(world.Task("plan").Spec.Cancel);

        world.Edit(s => s with { Intent = "Make it fast.", Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal($"fast plan {Faster} plan-r1", world.Steps);
        Assert.Equal((2, 0, 0), (world.Counts.Succeeded, world.Counts.Failed, world.Counts.Incomplete));
        Assert.Equal((true, true), (world.Entry("plan").Superseded, world.Entry(Faster).Superseded));
        Assert.DoesNotContain("can't be done", world.Task("plan-r1").Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Equal("spec.intent: a plan is asked for", world.Entry("plan-r1").Why);
    }

    [Fact]
    public void An_intent_that_is_changed_back_is_planned_by_whoever_plans_by_then()
    {
        var world = Play("Make it fast.", suspend: true);
        world.Decide();
        world.Move();
        world.Edit(s => s with { Intent = "Make it faster." });
        world.Decide();

        var planner = world.Task("plan").AgentName()!;
        AddPlanner(world);
        world.Agents = world.Agents.Where(a => a.Key != planner).ToDictionary(StringComparer.Ordinal);
        world.Edit(s => s with { Intent = "Make it fast.", Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("second", world.Task("plan-r1").AgentName());
    }

    [Fact]
    public void However_often_the_intent_is_changed_each_of_them_has_its_three_asks()
    {
        var world = Play("Make it vague.", suspend: true);
        for (var times = 0; times < 5; times++)
        {
            world.Decide();
            while (!world.Tasks.Any(t => t.PhaseOrPending() == TaskPhase.Running && t.Spec.Cancel != true))
            {
                Assert.True(world.Move() || world.Decide());
            }

            world.Edit(s => s with { Intent = s.Intent == "Make it vague." ? "Make it faster." : "Make it vague." });
            world.Decide();
        }

        world.Edit(s => s with { Intent = "Make it vague." });
        world.Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);

        Assert.Equal(3, world.Tasks.Count(t => t.IsTerminal() && t.Status.FailureReason is null && World.StepOf(t).StartsWith("plan", StringComparison.Ordinal) && t.GetAnnotation(Labels.Intent) == PlannedIntent.Fingerprint("Make it vague.")));
        world.Edit(s => s with { Intent = "Make it faster.", Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal((2, 0, 0), (world.Counts.Succeeded, world.Counts.Failed, world.Counts.Incomplete));
    }

    [Fact]
    public void A_cancelled_planner_may_be_deleted_while_the_next_one_is_at_work()
    {
        var world = Play("Make it fast.", suspend: true);
        world.Decide();
        world.Move();
        world.Edit(s => s with { Intent = "Make it faster." });
        world.Decide();
        world.Edit(s => s with { Intent = "Make it fast.", Suspend = null });
        while (!world.Tasks.Any(t => World.StepOf(t) == "plan-r1" && t.PhaseOrPending() == TaskPhase.Running))
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Delete("plan");
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal($"fast {Faster} plan-r1", world.Steps);
        world.Delete("plan-r1");
        world.Edit(s => s with { MaxReviewIterations = 3 });
        Assert.Equal((2, 0), (world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Counts.Succeeded, world.Counts.Failed));
    }

    [Fact]
    public void A_mistake_in_the_spec_keeps_the_plan_of_steps_that_have_begun()
    {
        var world = Play("Make it twice.");
        while (!world.Tasks.Any(t => World.StepOf(t) == "twice"))
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Decide();
        world.Delete("plan");
        world.Edit(s => s with { RetryPolicy = new() { Limit = 1 } });
        world.Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);
        Assert.Equal(("twice twice-t1", PlannedIntent.Fingerprint("Make it twice.")), (Pipeline(world), world.Status.PlannedIntent));

        world.Edit(s => s with { RetryPolicy = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("twice twice-t1", "twice twice-t1", "the goal"), (world.Steps, Pipeline(world), world.Entry("twice").Why));
    }

    [Fact]
    public void What_a_planner_said_of_steps_without_a_task_outlives_a_mistake_in_the_spec()
    {
        var world = Play("Make it twice.", suspend: true).Settle();
        world.Delete("plan");
        world.Edit(s => s with { RetryPolicy = new() { Limit = 1 } });
        world.Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);
        Assert.Equal(("the goal", StepState.Planned, 0), (world.Entry("twice-t1").Why, world.Entry("twice-t1").State, world.Counts.InFlight));

        world.Edit(s => s with { RetryPolicy = null, Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("twice twice-t1", "the goal", "the goal"), (world.Steps, world.Entry("twice").Why, world.Entry("twice-t1").Why));
    }

    [Fact]
    public void A_cancelled_planner_that_was_deleted_counts_for_nothing_after_a_mistake_in_the_spec()
    {
        var world = Play("Make it fast.", suspend: true);
        world.Decide();
        world.Move();
        world.Edit(s => s with { Intent = "Make it faster." });
        world.Decide();
        world.Edit(s => s with { Intent = "Make it fast.", Suspend = null });
        while (!world.Tasks.Any(t => World.StepOf(t) == "plan-r1" && t.PhaseOrPending() == TaskPhase.Running))
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Delete("plan");
        world.Edit(s => s with { Pipeline = [Given.Step("a", "a")] });
        Assert.True(world.Decide());
        Assert.Equal((Reasons.InvalidPlan, true), (world.Condition(ConditionTypes.Planned)!.Reason, world.Entry("plan").Superseded));

        world.Edit(s => s with { Pipeline = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal($"fast {Faster} plan-r1", world.Steps);
        Assert.Equal((2, 0, 0), (world.Counts.Succeeded, world.Counts.Failed, world.Counts.Incomplete));
    }

    [Fact]
    public void What_a_planner_had_refused_is_not_taken_for_the_answer_to_another_intent()
    {
        var world = Play("Make it hopeless.").Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);
        world.Delete("plan");
        world.Edit(s => s with { Intent = "Make it faster." });
        var snapshot = world.Snapshot();
        var refused = WorkloadEngine.Decide(snapshot with { Obstacles = new Dictionary<string, string> { [$"w-{Faster}"] = "The quota is used up." } }, Given.Now);
        Assert.Equal((Faster, WorkloadPhase.Dispatched), (refused.Made(), refused.Status!.Phase ?? default));

        var next = WorkloadEngine.Decide(snapshot with { Workload = snapshot.Workload with { Status = refused.Status } }, Given.Now);

        Assert.Equal(Faster, next.Made());
        Assert.NotEqual(WorkloadPhase.Failed, next.Status!.Phase);
    }

    [Fact]
    public void A_planner_of_an_earlier_intent_is_ended_though_nobody_can_plan_the_new_one()
    {
        var world = Play("Make it fast.", suspend: true);
        world.Decide();
        world.Move();

        AddPlanner(world);
        world.Edit(s => s with { Intent = "Make it faster." });
        world.Ends(WorkloadPhase.Failed, Reasons.NoPlannerOrPipeline);
        Assert.Equal(("plan", FailureReason.Cancelled, true), (world.Steps, world.Entry("plan").Reason, world.Entry("plan").Superseded));

        world.Edit(s => s with { Intent = "Make it fast.", Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("fast plan plan-r1", world.Steps);
    }

    [Fact]
    public void A_plan_stands_while_nobody_can_make_another_one()
    {
        var world = Play("Make it fast.", suspend: true).Settle();
        AddPlanner(world);
        world.Edit(s => s with { Intent = "Make it faster." });
        world.Ends(WorkloadPhase.Failed, Reasons.NoPlannerOrPipeline);
        Assert.Equal(("fast", PlannedIntent.Fingerprint("Make it fast.")), (Pipeline(world), world.Status.PlannedIntent));
        world.Delete("plan");

        world.Edit(s => s with { Intent = "Make it fast.", Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("fast", world.Steps);
    }

    [Fact]
    public void A_planner_at_work_is_not_cancelled_for_another_mistake_in_the_spec()
    {
        var world = Play("Make it fast.");
        world.Decide();
        world.Move();

        world.Edit(s => s with { MaxTasks = 2 });
        world.Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);
        Assert.Equal(StepState.Succeeded, world.Entry("plan").State);

        world.Edit(s => s with { MaxTasks = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("fast plan", world.Steps);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_operator_that_stops_after_every_write_asks_again_for_an_intent_that_was_changed_back(bool isDeleted)
    {
        var world = Play("Make it fast.", suspend: true);
        world.DiesAfterEach = true;
        while (!world.Tasks.Any(t => t.PhaseOrPending() == TaskPhase.Running))
        {
            Assert.True(world.Decide() && world.Move());
        }

        world.Edit(s => s with { Intent = "Make it faster." });
        while (world.Task("plan").Spec.Cancel != true)
        {
            Assert.True(world.Decide());
        }

        world.Edit(s => s with { Intent = "Make it fast.", Suspend = null });
        while (!world.Tasks.Any(t => World.StepOf(t) == "plan-r1"))
        {
            Assert.True(world.Decide() || world.Move());
        }

        world.Settle(new Random(7));
        if (isDeleted)
        {
            world.Delete("plan");
            world.Edit(s => s with { MaxReviewIterations = 3 });
        }

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal((isDeleted ? $"fast {Faster} plan-r1" : $"fast plan {Faster} plan-r1", "fast"), (world.Steps, Pipeline(world)));
        Assert.Equal((2, 0, 0), (world.Counts.Succeeded, world.Counts.Failed, world.Counts.Incomplete));
    }

    private static string Pipeline(World world) => string.Join(' ', (world.Status.Pipeline ?? []).Select(p => p.Name));

    private static void AddPlanner(World world) => world.Agents = new Dictionary<string, Agent>(world.Agents, StringComparer.Ordinal)
    {
        ["second"] = new() { Metadata = new() { Name = "second" }, Spec = new() { Role = AgentRole.Planner, SystemPrompt = "x" } },
    };

    // Plans one step, which is called as what the goal asks for, or two; a vague one has no Agent.
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

            var goal = new[] { "faster", "fast", "simple", "vague", "twice", "hopeless" }.First(g => task.Spec.Payload.Prompt!.Contains($"Make it {g}.", StringComparison.Ordinal));
            if (goal == "hopeless")
            {
                return RunEnd.GaveUp;
            }

            var step = new JsonObject { ["name"] = goal, ["kind"] = "freeform", ["agent"] = goal == "vague" ? "nobody" : "coder", ["prompt"] = "Do it.", ["why"] = "the goal" };
            var steps = new JsonArray(step);
            if (goal == "twice")
            {
                steps.Add(new JsonObject { ["name"] = "twice-t1", ["kind"] = "freeform", ["agent"] = "coder", ["prompt"] = "Do it again.", ["why"] = "the goal", ["dependsOn"] = new JsonArray("twice") });
            }

            return RunEnd.Go with { Extra = new JsonObject { ["modelExtra"] = new JsonObject { ["plan"] = new JsonObject { ["steps"] = steps } } } };
        }
    }
}
