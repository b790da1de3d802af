using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Workflows;

public sealed class WorkflowEngineTests
{
    private static readonly WorkflowStep[] Three = [WorkflowPlay.Step("a"), WorkflowPlay.Step("b"), WorkflowPlay.Step("c")];

    [Fact]
    public void U31_Only_the_task_of_the_first_step_is_made()
    {
        var play = new WorkflowPlay(Three).Settle();

        Assert.Equal(["w-a"], play.Tasks.Keys);
        Assert.Equal(("Running", null, "a"), play.End);
        Assert.Equal("Pending Pending Pending", play.Phases);
        Assert.Equal((Given.Now, "w-a"), (play.Status.StartedAt, play.Entry("a").Task));
        Assert.True(play.Status.Conditions.IsTrue(ConditionTypes.Accepted));
        Assert.Equal(["WriteWorkflowStatus", "CreateStepTask", "WriteWorkflowStatus"], play.Writes);
    }

    [Fact]
    public void U32_What_a_step_gave_is_recorded_before_the_next_task_is_made()
    {
        var play = new WorkflowPlay(Three).Settle();
        play.Tasks["w-a"] = play.Task("a").Ended(WorkflowPlay.Giving("""{"what":"a bridge","size":3,"parts":["x",1],"none":null}""") with { Branch = "foreman/a", CommitSHA = "c0ffee" });

        Assert.True(play.Act());

        var entry = play.Entry("a");
        Assert.Equal(["w-a"], play.Tasks.Keys);
        Assert.Equal(["parts", "size", "what"], entry.Outputs!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("a bridge", "3", """["x",1]"""), (entry.Outputs!["what"], entry.Outputs["size"], entry.Outputs["parts"]));
        Assert.Equal((Verdict.Go, "Done.", "foreman/a", "c0ffee"), (entry.Verdict, entry.Summary, entry.Branch, entry.CommitSHA));
        play.Settle();
        Assert.Equal(["w-a", "w-b"], play.Tasks.Keys);
        Assert.Equal(("Running", null, "b"), play.End);
    }

    [Theory]
    [InlineData("Build ${steps.a.output.what}.", "Build a bridge.")]
    [InlineData("Build ${steps.0.output.what}.", "Build a bridge.")]
    [InlineData("${steps.a.summary} ${steps.a.verdict} ${steps.a.branch} ${steps.a.commitSHA}", "Done. GO foreman/a c0ffee")]
    public void U33_A_reference_to_a_step_before_is_replaced_by_what_that_gave(string prompt, string expected)
    {
        var play = new WorkflowPlay(Three[0], WorkflowPlay.Step("b", prompt));

        play.EndAndSettle("a", WorkflowPlay.Giving("""{"what":"a bridge"}""") with { Branch = "foreman/a", CommitSHA = "c0ffee" });

        Assert.Equal(expected, play.Task("b").Spec.Payload.Prompt);
    }

    [Theory]
    [InlineData("${steps.7.output.k}")]
    [InlineData("${steps.nowhere.output.k}")]
    [InlineData("${steps.b.output.k}")]
    [InlineData("${steps.1.summary}")]
    [InlineData("${steps.c.output.k}")]
    [InlineData("${steps.2.branch}")]
    public void U34_A_reference_to_no_step_before_ends_it_before_any_task_is_made(string reference)
    {
        var play = new WorkflowPlay(Three[0], WorkflowPlay.Step("b", $"Take {reference}."), Three[2]).Settle();

        Assert.Empty(play.Tasks);
        Assert.Equal(("Failed", Reasons.InvalidPlan), (play.Status.Phase?.Value, play.Completed?.Reason));
        Assert.Contains($"step \"b\", payload.prompt: {reference} is about no step that comes before this one", play.Completed!.Message, StringComparison.Ordinal);
        Assert.Equal("Skipped Skipped Skipped", play.Phases);
    }

    [Theory]
    [InlineData("${steps.a.output.size}", "its outputs are what")]
    [InlineData("${steps.0.branch}", "that step made no branch")]
    public void U34_A_reference_without_a_value_ends_it_before_its_step_is_made(string reference, string why)
    {
        var play = new WorkflowPlay(Three[0], WorkflowPlay.Step("b", $"Take {reference}."), Three[2]);

        play.EndAndSettle("a", WorkflowPlay.Giving("""{"what":"a bridge"}"""));

        Assert.Equal(["w-a"], play.Tasks.Keys);
        Assert.Equal(("Failed", Reasons.ReferenceNotResolved, "b"), play.End);
        Assert.Equal($"Step b: {reference} has no value: {why}.", play.Completed!.Message);
        Assert.Equal("Succeeded Failed Skipped", play.Phases);
    }

    [Fact]
    public void U35_A_value_is_put_in_as_it_is_and_never_read_again()
    {
        const string value = "${steps.a.summary} $${steps. \"quoted\" {{x}} \\ \n ${HOME}";
        var play = new WorkflowPlay(Three[0], WorkflowPlay.Step("b", "<${steps.a.output.k}>"), WorkflowPlay.Step("c", "[${steps.a.output.k}|${steps.0.output.k}]"));

        play.EndAndSettle("a", WorkflowPlay.Giving(StepOutputs.ToJson(new Dictionary<string, string> { ["k"] = value }).ToJsonString()));
        play.EndAndSettle("b", RunEnd.Go);

        Assert.Equal($"<{value}>", play.Task("b").Spec.Payload.Prompt);
        Assert.Equal($"[{value}|{value}]", play.Task("c").Spec.Payload.Prompt);
    }

    [Theory]
    [InlineData("$${steps.a.output.k}", "${steps.a.output.k}")]
    [InlineData("$${HOME} ${HOME} $ {", "$${HOME} ${HOME} $ {")]
    [InlineData("${steps.a.output.k}, ${steps.a.output.k}; $${steps.x}", "v, v; ${steps.x}")]
    public void U36_Only_a_reference_is_special_and_can_be_written_as_it_is(string prompt, string expected)
    {
        var play = new WorkflowPlay(Three[0], WorkflowPlay.Step("b", prompt));

        play.EndAndSettle("a", WorkflowPlay.Giving("""{"k":"v"}"""));

        Assert.Equal(expected, play.Task("b").Spec.Payload.Prompt);
    }

    public static TheoryData<string> Failures => ["broken", "timed out", "refused", "out of turns", "gate failed", "nothing to do", "cancelled by hand"];

    [Theory]
    [MemberData(nameof(Failures))]
    public void U37_A_step_that_fails_ends_it_and_the_status_names_the_step(string how)
    {
        var play = new WorkflowPlay(Three).EndAndSettle("a", RunEnd.Go);

        play.EndAndSettle("b", how switch
        {
            "broken" => RunEnd.Broken,
            "timed out" => new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.Timeout, Summary = "It took too long." },
            "refused" => RunEnd.Refusal,
            "out of turns" => RunEnd.OutOfTurns,
            "gate failed" => RunEnd.GateFail,
            "nothing to do" => RunEnd.Resolved,
            _ => RunEnd.Cancelled,
        });

        Assert.Equal(["w-a", "w-b"], play.Tasks.Keys);
        Assert.Equal(("Failed", Reasons.StepFailed, "b"), play.End);
        Assert.Equal("Succeeded Failed Skipped", play.Phases);
        Assert.StartsWith("Step b did not reach its target: ", play.Completed!.Message, StringComparison.Ordinal);
        Assert.Equal((true, Reasons.Completed), (play.Events[^1].Warning, play.Events[^1].Reason));
        Assert.NotEqual("", play.Entry("b").Message ?? "");
    }

    [Fact]
    public void U38_When_all_steps_succeed_it_has_succeeded()
    {
        var play = new WorkflowPlay(Three);
        foreach (var step in Three)
        {
            play.EndAndSettle(step.Name, RunEnd.Go);
        }

        Assert.Equal(("Succeeded", Reasons.AllStepsSucceeded, "c"), play.End);
        Assert.Equal((Conditions.True, Given.Now), (play.Completed!.Status, play.Status.FinishedAt));
        Assert.Equal("Succeeded Succeeded Succeeded", play.Phases);
        Assert.Equal((false, Reasons.Completed), (Assert.Single(play.Events).Warning, play.Events[0].Reason));
    }

    [Fact]
    public void U39_The_status_shows_the_step_that_is_under_way_and_where_each_stands()
    {
        var play = new WorkflowPlay(Three).EndAndSettle("a", RunEnd.Go);

        play.Tasks["w-b"] = play.Task("b").Running() with { Status = play.Task("b").Running().Status with { StartedAt = Given.Now } };
        play.Settle();

        Assert.Equal(("Running", null, "b"), play.End);
        Assert.Equal("Succeeded Running Pending", play.Phases);
        Assert.Equal(("w-b", Given.Now), (play.Entry("b").Task, play.Entry("b").StartedAt));
        Assert.Null(play.Entry("c").Task);
    }

    [Fact]
    public void U40_A_process_that_dies_after_any_write_is_followed_by_one_that_makes_each_task_once()
    {
        var whole = Played(_ => { });
        for (var last = 1; last < whole.Writes.Count; last++)
        {
            var broken = Played(play =>
            {
                if (play.Writes.Count == last)
                {
                    play.Restart();
                }
            });

            Assert.Equal(3, broken.Writes.Count(w => w == nameof(CreateStepTask)));
            Assert.Equal(whole.Task("c").Spec.Payload.Prompt, broken.Task("c").Spec.Payload.Prompt);
            Assert.Equal(whole.Status.Steps!.Select(s => (s.Name, s.Task, s.Phase, s.Summary)), broken.Status.Steps!.Select(s => (s.Name, s.Task, s.Phase, s.Summary)));
        }

        static WorkflowPlay Played(Action<WorkflowPlay> between)
        {
            var play = new WorkflowPlay(Three[0], Three[1], WorkflowPlay.Step("c", "${steps.a.output.k}${steps.b.output.k}"));
            for (var round = 0; play.Workflow.Status is not { Phase.IsTerminal: true }; round++)
            {
                Assert.True(round < 10, "it does not end");
                while (play.Act())
                {
                    between(play);
                }

                if (play.Tasks.Values.FirstOrDefault(t => !t.IsTerminal()) is { } task)
                {
                    play.Tasks[task.Name()] = task.Ended(WorkflowPlay.Giving($$"""{"k":"{{new string('x', 50_000)}}"}"""));
                }
            }

            return play;
        }
    }

    [Fact]
    public void U41_Its_tasks_and_ConfigMaps_are_its_own_and_go_with_it()
    {
        var play = new WorkflowPlay(Three).EndAndSettle("a", WorkflowPlay.Giving($$"""{"k":"{{new string('x', 70_000)}}"}"""));

        Assert.All(play.Tasks.Values, t => Assert.True(t.IsOwnedBy(play.Workflow) && t.GetController()!.Kind == "Workflow", t.Name()));
        Assert.True(Assert.Single(play.ConfigMaps.Values).IsOwnedBy(play.Workflow));
    }

    [Fact]
    public void U42_Cancelling_cancels_the_step_under_way_and_skips_the_others()
    {
        var play = new WorkflowPlay(Three).EndAndSettle("a", RunEnd.Go);
        play.Change(s => s with { Cancel = true });

        play.Settle();
        Assert.Equal((true, null), (play.Task("b").Spec.Cancel, play.Task("b").GetAnnotation(Labels.CancelledBecause)));
        Assert.Equal(("Running", null, "b"), play.End);
        play.EndAndSettle("b", RunEnd.Cancelled);

        Assert.Equal(("Failed", Reasons.Cancelled, "b"), play.End);
        Assert.Equal("Succeeded Failed Skipped", play.Phases);
        Assert.Equal(["w-a", "w-b"], play.Tasks.Keys);
    }

    [Fact]
    public void U42_The_limit_of_time_cancels_the_step_under_way_and_skips_the_others()
    {
        var play = new WorkflowPlay(new WorkflowSpec { Steps = Three, TimeoutSeconds = 60 }).Settle();
        Assert.Equal(TimeSpan.FromSeconds(60), Assert.IsType<AwaitChange>(play.Decide()).Again);
        play.Now = Given.Now.AddSeconds(59);
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.IsType<AwaitChange>(play.Decide()).Again);
        play.Now = Given.Now.AddSeconds(60);

        play.Settle();
        Assert.Equal((true, "spec.timeoutSeconds of the Workflow, 60, is over."), (play.Task("a").Spec.Cancel, play.Task("a").GetAnnotation(Labels.CancelledBecause)));
        Assert.Null(Assert.IsType<AwaitChange>(play.Decide()).Again);
        play.EndAndSettle("a", RunEnd.Cancelled);

        Assert.Equal(("Failed", Reasons.Timeout, "a"), play.End);
        Assert.Equal("Failed Skipped Skipped", play.Phases);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void U42_A_step_that_succeeds_all_the_same_counts_and_no_other_begins(bool isCancelled)
    {
        var play = new WorkflowPlay(new WorkflowSpec { Steps = Three, TimeoutSeconds = isCancelled ? null : 60 }).Settle();
        play.Now = Given.Now.AddHours(1);
        play.Change(s => s with { Cancel = isCancelled ? true : null });

        play.EndAndSettle("a", RunEnd.Go);

        Assert.Equal(["w-a"], play.Tasks.Keys);
        Assert.Equal(("Failed", isCancelled ? Reasons.Cancelled : Reasons.Timeout, "b"), play.End);
        Assert.Equal("Succeeded Skipped Skipped", play.Phases);
    }

    [Fact]
    public void U42_The_last_step_that_succeeds_all_the_same_makes_it_succeed()
    {
        var play = new WorkflowPlay(Three[0]).Settle();
        play.Change(s => s with { Cancel = true });

        play.EndAndSettle("a", RunEnd.Go);

        Assert.Equal(("Succeeded", Reasons.AllStepsSucceeded, "a"), play.End);
    }

    [Fact]
    public void U43_Outputs_that_have_no_room_in_the_status_are_kept_elsewhere_and_still_put_in()
    {
        var large = new string('x', 60_000);
        var play = new WorkflowPlay(Three[0], Three[1], WorkflowPlay.Step("c", "${steps.a.output.k}|${steps.b.output.k}"));

        play.EndAndSettle("a", WorkflowPlay.Giving($$"""{"k":"{{large}}"}""")).EndAndSettle("b", WorkflowPlay.Giving($$"""{"k":"{{large}}"}"""));

        Assert.Equal((large, null), (play.Entry("a").Outputs!["k"], play.Entry("a").OutputsRef));
        Assert.Equal((null, "foreman-outputs-w-b"), (play.Entry("b").Outputs, play.Entry("b").OutputsRef!.Name));
        Assert.Equal($"{large}|{large}", play.Task("c").Spec.Payload.Prompt);
        Assert.True(play.Writes.IndexOf("StoreStepOutputs") < play.Writes.LastIndexOf("CreateStepTask"));
    }

    [Fact]
    public void U43_Outputs_that_were_deleted_meanwhile_are_named()
    {
        var play = new WorkflowPlay(Three[0], Three[1], WorkflowPlay.Step("c", "${steps.a.output.k}")).EndAndSettle("a", WorkflowPlay.Giving($$"""{"k":"{{new string('x', 70_000)}}"}"""));
        play.ConfigMaps.Clear();
        play.Restart();

        play.EndAndSettle("b", RunEnd.Go);

        Assert.Equal(("Failed", Reasons.ReferenceNotResolved, "c"), play.End);
        Assert.EndsWith("ConfigMap \"foreman-outputs-w-a\" with the outputs of step \"a\" is gone.", play.Completed!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_that_nothing_can_hold_fail_their_step()
    {
        var play = new WorkflowPlay(Three).EndAndSettle("a", WorkflowPlay.Giving($$"""{"k":"{{new string('x', 1_000_000)}}"}"""));

        Assert.Equal(("Failed", Reasons.StepFailed, "a"), play.End);
        Assert.Equal("Step a: Its outputs have 1000008 characters as JSON, and 1000000 is the most.", play.Completed!.Message);
        Assert.Empty(play.ConfigMaps);
    }

    [Fact]
    public void A_task_that_was_deleted_before_its_end_ends_it()
    {
        var play = new WorkflowPlay(Three).Settle();
        play.Tasks.Clear();

        play.Settle();

        Assert.Equal(("Failed", Reasons.StepFailed, "a"), play.End);
        Assert.Equal("Step a: Its task was deleted before its end was recorded.", play.Completed!.Message);
        Assert.Empty(play.Tasks);
    }

    [Fact]
    public void Tasks_that_are_cleaned_up_after_their_end_are_not_needed_any_more()
    {
        var play = new WorkflowPlay(Three[0], Three[1], WorkflowPlay.Step("c", "${steps.a.output.k}")).EndAndSettle("a", WorkflowPlay.Giving("""{"k":"v"}"""));
        play.Tasks.Remove("w-a");

        play.EndAndSettle("b", RunEnd.Go);

        Assert.Equal("v", play.Task("c").Spec.Payload.Prompt);
    }

    [Fact]
    public void What_is_suspended_before_it_begins_is_checked_and_waits()
    {
        var play = new WorkflowPlay(new WorkflowSpec { Steps = Three, Suspend = true }).Settle();
        Assert.Equal(("Pending", null, "a"), play.End);
        Assert.Equal((true, true), (play.Status.Conditions.IsTrue(ConditionTypes.Accepted), play.Status.Conditions.IsTrue(ConditionTypes.Suspended)));
        Assert.Empty(play.Tasks);

        play.Change(s => s with { Suspend = null });
        play.Settle();

        Assert.Equal(["w-a"], play.Tasks.Keys);
        Assert.Null(play.Status.Conditions.Find(ConditionTypes.Suspended));
        Assert.Equal(2, play.Status.ObservedGeneration);
    }

    [Fact]
    public void What_is_suspended_holds_its_task_and_lets_it_go_again()
    {
        var play = new WorkflowPlay(Three).Settle();

        play.Change(s => s with { Suspend = true });
        play.Settle();
        Assert.Equal((true, "true"), (play.Task("a").Spec.Suspend, play.Task("a").GetAnnotation(Labels.SuspendedByWorkload)));
        play.EndAndSettle("a", RunEnd.Go);
        Assert.Equal(["w-a"], play.Tasks.Keys);
        Assert.Equal("Waits until spec.suspend is cleared.", play.Entry("b").Message);
        play.Change(s => s with { Suspend = null });
        play.Settle();

        Assert.Equal(["w-a", "w-b"], play.Tasks.Keys);
        Assert.Null(play.Entry("b").Message);
    }

    [Fact]
    public void A_task_that_people_suspended_stays_so()
    {
        var play = new WorkflowPlay(Three).Settle();
        play.Tasks["w-a"] = play.Task("a").With(s => s with { Suspend = true });
        var writes = play.Writes.Count;

        play.Settle();

        Assert.Equal((true, writes), (play.Task("a").Spec.Suspend, play.Writes.Count));
    }

    [Fact]
    public void What_keeps_a_task_from_being_made_is_told_and_tried_again()
    {
        var play = new WorkflowPlay(Three);
        Assert.True(play.Act());
        play.Obstacle = new("Task \"w-a\" was refused: no.", IsFinal: false);

        play.Settle();
        Assert.Equal(("Running", "Task \"w-a\" was refused: no."), (play.Status.Phase?.Value, play.Entry("a").Message));
        play.Obstacle = null;
        play.Settle();

        Assert.Equal(["w-a"], play.Tasks.Keys);
        Assert.Null(play.Entry("a").Message);
    }

    [Fact]
    public void What_would_be_refused_for_ever_ends_it()
    {
        var play = new WorkflowPlay(Three);
        Assert.True(play.Act());
        play.Obstacle = new("Task \"w-a\" was refused: it has no kind.", IsFinal: true);

        play.Settle();

        Assert.Equal(("Failed", Reasons.StepFailed, "a"), play.End);
        Assert.Equal("Step a: Task \"w-a\" was refused: it has no kind.", play.Completed!.Message);
    }

    [Fact]
    public void What_is_cancelled_before_it_begins_makes_nothing()
    {
        var play = new WorkflowPlay(new WorkflowSpec { Steps = Three, Cancel = true }).Settle();

        Assert.Equal(("Failed", Reasons.Cancelled, "a"), play.End);
        Assert.Equal(("Skipped Skipped Skipped", 0), (play.Phases, play.Tasks.Count));
    }

    [Fact]
    public void An_end_stands_whatever_changes_later()
    {
        var play = new WorkflowPlay(Three[0]).EndAndSettle("a", RunEnd.Broken);
        var (ended, writes) = (play.End, play.Writes.Count);

        play.Change(s => s with { Cancel = true });
        play.Tasks.Clear();
        play.Settle();

        Assert.Equal(ended, play.End);
        Assert.Equal((2, writes + 1), (play.Status.ObservedGeneration ?? 0, play.Writes.Count));
    }

    [Fact]
    public void Nothing_is_done_about_one_that_is_being_deleted()
    {
        var workflow = new Workflow { Metadata = new() { Name = "w", Uid = "u", DeletionTimestamp = Given.Now }, Spec = new() { Steps = Three } };

        Assert.Same(AwaitChange.Only, WorkflowEngine.Decide(new(workflow), Given.Now));
        Assert.Null(WorkflowEngine.DueOf(workflow));
    }
}
