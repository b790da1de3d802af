using Foreman.Api;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>Steps of pipelines that are done again.</summary>
[Trait("Kind", "3")]
public sealed class RetryTests
{
    private static readonly PipelineStep Code = Given.Step("code") with
    {
        Kind = TaskKind.IssueFix,
        Payload = new() { Repo = "acme/shop", Issue = 7, Branch = "foreman/cart", Prompt = "Add a cart." },
    };

    private static readonly PipelineStep Verify = Given.Step("verify", "code") with { Kind = TaskKind.Verify, Payload = new() { Branch = "foreman/cart" } };

    private static readonly PipelineStep Review = Given.Step("review", "verify") with { Kind = TaskKind.Review, Payload = new() { Branch = "foreman/cart" } };

    [Fact]
    public void Without_a_policy_nothing_is_done_again() =>
        Assert.Equal("code", World.Of("w", Given.Pipeline(Given.Step("code")), ("code", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete).Steps);

    [Fact]
    public void A_writer_that_fell_short_is_done_again_and_what_follows_behind_it()
    {
        var world = World.Of("w", Retried(Code, Verify, Review), ("code", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code code-t1 review review-t1 verify verify-t1", world.Steps);
        Assert.Equal((3, 0, 0, 0, 0), world.Counts);
        Assert.Equal("w-code-t1", string.Join(' ', world.Task("verify-t1").Spec.DependsOn!));
        Assert.Equal("verify-t1", string.Join(' ', world.Entry("review-t1").DependsOn!));
        Assert.Equal((true, null), (world.Entry("code").Superseded, world.Entry("code-t1").Superseded));
        Assert.Equal("spec.pipeline, again: code ended with MaxTurnsExhausted", world.Entry("code-t1").Why);
        Assert.Contains("It ended with MaxTurnsExhausted.\nNo turns were left.", world.Task("code-t1").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_retry_is_told_in_the_status_and_by_one_event()
    {
        var world = World.Of("w", Retried(Code, Verify), ("code", RunEnd.OutOfTurns)).Settle();

        Assert.Equal(1, world.Status.Retries);
        var condition = world.Condition(ConditionTypes.RetryTriggered)!;
        Assert.Equal(
            ("True", Reasons.StepFailed, "Work was begun again for what did not reach its target: code (MaxTurnsExhausted)."),
            (condition.Status, condition.Reason, condition.Message));
        Assert.Single(world.Events, e => e.Reason == Reasons.StepFailed && !e.Warning);
    }

    [Fact]
    public void Checks_that_fail_send_their_writer_on_from_its_branch()
    {
        var world = World.Of("w", Retried(Code, Verify, Review), ("verify", RunEnd.GateFail)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code code-t1 review review-t1 verify verify-t1", world.Steps);
        var payload = world.Task("code-t1").Spec.Payload;
        Assert.Equal(
            ("foreman/cart", "foreman/cart", BranchStrategy.Rebase, true),
            (payload.Branch, payload.ReviseFromBranch, payload.BranchStrategy, payload.AllowOverwrite));
        Assert.StartsWith("Add a cart.\n\n", payload.Prompt, StringComparison.Ordinal);
        Assert.Contains("<result step=\"verify\">\nIt ended with GateFailed.\ntest: 2 failed\n</result>", payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_review_that_refuses_in_a_pipeline_sends_its_writer_on()
    {
        var world = World.Of("w", Retried(Code, Verify, Review), ("review", RunEnd.Refusal)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code code-t1 review review-t1 verify verify-t1", world.Steps);
        Assert.Contains("shop/cart.py:12: An empty cart is not handled.", world.Task("code-t1").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_and_reviews_without_a_verdict_are_done_again_by_themselves()
    {
        var error = new RunEnd(Verdict.GateError) { Phase = TaskPhase.Failed, Reason = FailureReason.GateError };

        Assert.Equal(
            "code review review-t1 verify verify-t1",
            World.Of("w", Retried(Code, Verify, Review), ("verify", error)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);
        var world = World.Of("w", Retried(Code, Verify, Review), ("review", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("code review review-t1 verify", world.Steps);
        Assert.Equal(world.Task("review").Spec.Payload, world.Task("review-t1").Spec.Payload);
    }

    [Fact]
    public void A_verdict_on_nobodys_work_here_is_not_retried() => Assert.Equal(
        "verify", World.Of("w", Retried(Verify with { DependsOn = null }), ("verify", RunEnd.GateFail)).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete).Steps);

    [Fact]
    public void Other_branches_stay_and_a_step_that_joins_them_takes_the_newest_of_each()
    {
        var world = World.Of("w", Retried(Given.Step("a"), Given.Step("b"), Given.Step("join", "a", "b")), ("a", RunEnd.OutOfTurns))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("a a-t1 b join join-t1", world.Steps);
        Assert.Equal("w-a-t1 w-b", string.Join(' ', world.Task("join-t1").Spec.DependsOn!));
    }

    [Fact]
    public void A_step_is_retried_as_often_as_its_limit_says()
    {
        var ends = Enumerable.Range(0, 5).Select(n => (StepNames.Retry("code", n), RunEnd.OutOfTurns)).ToArray();
        var world = World.Of("w", Retried(Given.Step("code")), ends).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code code-t1 code-t2", world.Steps);
        Assert.Equal((0, 0, 1, 0, 0), world.Counts);
        Assert.Equal(2, world.Status.Retries);
    }

    [Fact]
    public void Each_step_has_a_limit_of_its_own()
    {
        var world = World.Of("w", Retried(Code, Verify), ("code", RunEnd.OutOfTurns), ("code-t1", RunEnd.OutOfTurns), ("verify-t2", RunEnd.GateFail), ("verify-t3", RunEnd.GateFail))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code code-t1 code-t2 code-t3 code-t4 verify verify-t1 verify-t2 verify-t3 verify-t4", world.Steps);
    }

    [Fact]
    public void The_policy_of_a_step_counts_before_the_Workloads()
    {
        var impatient = Code with { RetryPolicy = new() { Limit = 0 } };

        Assert.Equal("code verify", World.Of("w", Retried(impatient, Verify), ("code", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed).Steps);
        Assert.Equal("code code-t1 verify verify-t1", World.Of("w", Retried(impatient, Verify), ("verify", RunEnd.GateFail)).Settle().Steps);
    }

    [Fact]
    public void A_failure_that_the_policy_does_not_name_stands() => Assert.Equal(
        "code",
        World.Of("w", Given.Pipeline(Given.Step("code")) with { RetryPolicy = new() { Reasons = [FailureReason.Timeout] } }, ("code", RunEnd.OutOfTurns))
            .Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete).Steps);

    [Fact]
    public void A_step_for_another_verdict_is_taken_after_the_last_retry()
    {
        var mend = Given.Step("mend", "verify") with { When = [Verdict.GateFail] };
        var world = World.Of("w", Retried(Code, Verify, mend), ("verify", RunEnd.GateFail), ("verify-t1", RunEnd.GateFail), ("verify-t2", RunEnd.GateFail))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code code-t1 code-t2 mend verify verify-t1 verify-t2", world.Steps);
        Assert.Equal("verify-t2", string.Join(' ', world.Entry("mend").DependsOn!));
    }

    [Fact]
    public void References_are_about_the_newest_round()
    {
        var tell = Given.Step("tell", "code").Asking("Tell of ${steps.code.summary} and ${steps.0.verdict}, not of $${steps.code.summary}.");
        var world = World.Of("w", Retried(Given.Step("code"), tell), ("code", RunEnd.OutOfTurns), ("code-t1", RunEnd.Go with { Summary = "a cart" }))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("Tell of a cart and GO, not of ${steps.code.summary}.", world.Task("tell-t1").Spec.Payload.Prompt);
    }

    [Fact]
    public void Files_are_those_of_the_newest_round()
    {
        var take = Given.Step("take", "code") with { Payload = new() { Prompt = "Take it.", Inputs = [new() { Path = "in", FromTask = new() { Name = "code", Path = "out" } }] } };
        var world = World.Of("w", Retried(Given.Step("code"), take), ("code", RunEnd.OutOfTurns)).Settle();

        Assert.Equal("w-code-t1", world.Task("take-t1").Spec.Payload.Inputs![0].FromTask!.Name);
    }

    [Fact]
    public void What_was_found_is_told_again_when_a_run_left_nothing_behind()
    {
        var lost = new RunEnd(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.Timeout, Summary = "It took too long." };
        var world = World.Of("w", Retried(Code, Verify), ("verify", RunEnd.GateFail), ("code-t1", lost)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code code-t1 code-t2 verify verify-t1 verify-t2", world.Steps);
        var payload = world.Task("code-t2").Spec.Payload;
        Assert.Equal("foreman/cart", payload.ReviseFromBranch);
        Assert.Contains("It ended with Timeout.", payload.Prompt, StringComparison.Ordinal);
        Assert.Contains("test: 2 failed", payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_retry_needs_room_below_the_cap_of_tasks()
    {
        var world = World.Of("w", Retried(Code, Verify) with { MaxTasks = 3 }, ("verify", RunEnd.GateFail)).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Equal("code verify", world.Steps);
        Assert.Equal(Reasons.MaxTasksRetryCap, world.Condition(ConditionTypes.Truncated)!.Reason);
        Assert.Contains("code-t1, verify-t1", world.Condition(ConditionTypes.Truncated)!.Message, StringComparison.Ordinal);
        Assert.Null(world.Condition(ConditionTypes.RetryTriggered));
        world.Edit(s => s with { MaxTasks = 4 });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Null(world.Condition(ConditionTypes.Truncated));
    }

    [Fact]
    public void A_cancelled_Workload_retries_nothing()
    {
        var world = World.Of("w", Retried(Code, Verify) with { Cancel = true }, ("code", RunEnd.OutOfTurns));
        var tasks = World.Of("w", Given.Pipeline(Code, Verify), ("code", RunEnd.OutOfTurns)).Settle().Tasks;

        Assert.Equal("", Given.Decide(world.Workload, [.. tasks]).Made());
    }

    [Fact]
    public void Retries_stay_when_their_policy_goes()
    {
        var world = World.Of("w", Retried(Code, Verify), ("verify", RunEnd.GateFail)).Settle();

        world.Edit(s => s with { RetryPolicy = null });

        Assert.Equal("code code-t1 verify verify-t1", world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);
        Assert.Equal((2, 0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void Tasks_that_were_cleaned_up_are_still_known()
    {
        var world = World.Of("w", Retried(Code, Verify), ("verify", RunEnd.GateFail)).Settle();
        var shown = world.Status.Plan!.Select(s => $"{s.Name} {s.State} {s.Superseded}").ToArray();
        foreach (var step in world.Steps.Split(' '))
        {
            world.Delete(step);
        }

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(shown, world.Status.Plan!.Select(s => $"{s.Name} {s.State} {s.Superseded}"));
        Assert.Empty(world.Tasks);
    }

    [Fact]
    public void A_round_that_was_half_made_is_made_whole()
    {
        var world = World.Of("w", Retried(Code, Verify, Review), ("code", RunEnd.OutOfTurns)).Settle();
        var half = world.Tasks.Where(t => World.StepOf(t) is not ("verify-t1" or "review-t1")).ToArray();

        var decision = Given.Decide(Given.Workload("w", world.Workload.Spec), half);

        Assert.Equal("verify-t1 review-t1", decision.Made());
        Assert.Equal("w-code-t1", string.Join(' ', decision.Creates[0].Spec.DependsOn!));
    }

    [Fact]
    public void Of_a_round_that_begins_with_several_steps_none_is_forgotten()
    {
        var other = Code with { Name = "other", Payload = Code.Payload with { Branch = "foreman/other" } };
        var judge = Given.Step("judge", "code", "other") with { Kind = TaskKind.Review, Payload = new() };
        var spec = Retried(Code, other, judge);
        var world = World.Of("w", spec, ("judge", RunEnd.Refusal)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        Assert.Equal("code code-t1 judge judge-t1 other other-t1", world.Steps);

        var half = world.Tasks.Where(t => World.StepOf(t) is not ("judge-t1" or "other-t1")).ToArray();
        var decision = Given.Decide(Given.Workload("w", spec), half);

        Assert.Equal("other-t1", decision.Made());
        Assert.Contains("An empty cart is not handled.", decision.Creates[0].Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.Equal("code-t1 other-t1", string.Join(' ', decision.Entry("judge-t1").DependsOn!));
    }

    [Fact]
    public void A_retry_that_can_not_be_made_keeps_what_follows_from_being_made()
    {
        AgenticTask[] tasks = [Given.Child("w", "code", TaskKind.IssueFix).Ended(RunEnd.OutOfTurns), Given.Child("w", "verify", TaskKind.Verify).Ended(RunEnd.Upstream)];
        var snapshot = new WorkloadSnapshot(Given.Workload("w", Retried(Code, Verify)))
        {
            Children = tasks,
            Agents = Given.Agents,
            Obstacles = new Dictionary<string, string> { ["w-code-t1"] = "Task \"w-code-t1\" was refused." },
        };

        var decision = WorkloadEngine.Decide(snapshot, Given.Now);

        Assert.Equal("code-t1", decision.Made());
        Assert.Equal("Waits for step code-t1.", decision.Entry("verify-t1").Message);
        Assert.Equal(Reasons.RenderError, decision.Condition(ConditionTypes.Planned)!.Reason);
    }

    [Fact]
    public void A_retry_whose_prompt_gets_too_long_ends_the_Workload_and_says_so()
    {
        var code = Code with { DependsOn = ["big"], Payload = Code.Payload with { Prompt = "${steps.big.output.text}" } };
        var big = RunEnd.Go with { Extra = new() { ["outputs"] = new System.Text.Json.Nodes.JsonObject { ["text"] = new string('x', PayloadTexts.MaxPrompt) } } };
        var world = World.Of("w", Retried(Given.Step("big"), code, Verify), ("big", big), ("code", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal(StepState.Failed, world.Entry("code-t1").State);
        Assert.Contains("262144 is the most", world.Entry("code-t1").Message, StringComparison.Ordinal);
        Assert.Equal(StepState.NotTaken, world.Entry("verify-t1").State);
    }

    [Fact]
    public void What_is_for_another_verdict_is_not_done_again_and_again_behind_a_retry_that_can_not_be_made()
    {
        var code = Code with { DependsOn = ["big"], Payload = Code.Payload with { Prompt = "${steps.big.output.text}" } };
        var big = RunEnd.Go with { Extra = new() { ["outputs"] = new System.Text.Json.Nodes.JsonObject { ["text"] = new string('x', PayloadTexts.MaxPrompt) } } };
        var mend = Given.Step("mend", "code") with { When = [Verdict.Incomplete] };

        var world = World.Of("w", Retried(Given.Step("big"), code, mend), ("big", big), ("code", RunEnd.OutOfTurns)).Ends(WorkloadPhase.Failed, Reasons.ChildrenFailed);

        Assert.Equal("big code", world.Steps);
        Assert.Equal((StepState.NotTaken, "Step code-t1 could not be made."), (world.Entry("mend").State, world.Entry("mend").Message));
    }

    [Fact]
    public void A_check_behind_an_untaken_step_counts_for_no_writer_that_came_later()
    {
        var spec = Retried(
            Given.Step("code"),
            Given.Step("code-other"),
            Given.Step("mend", "code") with { When = [Verdict.NoGo] },
            Given.Step("extra", "code", "code-other") with { When = [Verdict.Go] },
            Given.Step("join", "mend", "extra"),
            Given.Step("check", "join") with { Kind = TaskKind.Review, When = [Verdict.Skipped] });

        Assert.Equal(Play(dies: false).Shown(), Play(dies: true).Shown());

        World Play(bool dies) => new World(Given.Workload("w", spec), World.Script(("check", RunEnd.Refusal))) { DiesAfterEach = dies }
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
    }

    [Fact]
    public void A_step_is_left_out_only_once_all_that_it_follows_is_made_or_left_out()
    {
        var workload = Given.Workload("w", Retried(
            Given.Step("a"),
            Given.Step("b"),
            Given.Step("mend", "a") with { When = [Verdict.NoGo] },
            Given.Step("extra", "b") with { When = [Verdict.Go] },
            Given.Step("join", "mend", "extra"),
            Given.Step("tell", "join") with { When = [Verdict.Skipped] }));

        var decision = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), Given.Child("w", "b").Running());

        Assert.Equal("", decision.Made());
        Assert.Equal("Waits for step extra.", decision.Entry("join").Message);
    }

    [Fact]
    public void What_was_taken_behind_a_step_that_could_not_be_made_is_behind_the_next_round()
    {
        var spec = Retried(
            Given.Step("a"),
            Given.Step("b", "a").Asking("Take ${steps.a.output.size}.") with { When = [Verdict.Go] },
            Given.Step("check", "a") with { Kind = TaskKind.Verify },
            Given.Step("z", "b") with { When = [Verdict.Incomplete] });
        var sized = RunEnd.Go with { Extra = Given.Json("""{"outputs":{"size":3}}""") };

        var world = World.Of("w", spec, ("check", RunEnd.GateFail), ("a-t1", sized)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("a a-t1 b check check-t1 z", world.Steps);
        Assert.Equal((true, StepState.NotTaken), (world.Entry("z").Superseded, world.Entry("z-t1").State));
    }

    [Fact]
    public void What_a_deleted_task_followed_over_an_untaken_step_is_still_known()
    {
        var mend = Given.Step("mend", "code") with { When = [Verdict.NoGo] };
        var tell = Given.Step("tell", "mend") with { When = [Verdict.Skipped] };
        var ends = World.Script(("verify", RunEnd.GateFail));
        var isHeld = true;
        var world = new World(Given.Workload("w", Retried(Code, Verify, mend, tell)), t => isHeld && World.StepOf(t) == "verify" ? null : ends(t)).Settle();
        Assert.Equal("code", string.Join(' ', world.Entry("tell").DependsOn!));
        world.Delete("tell");
        isHeld = false;

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code code-t1 tell-t1 verify verify-t1", world.Steps);
    }

    [Fact]
    public void Whoever_judges_the_old_work_is_heard_first()
    {
        var second = Given.Step("second", "code") with { Kind = TaskKind.Review, Payload = new() { Branch = "foreman/cart" } };
        AgenticTask[] tasks =
        [
            Given.Child("w", "code", TaskKind.IssueFix).Ended(RunEnd.Go with { Branch = "foreman/cart" }),
            Given.Child("w", "verify", TaskKind.Verify).Ended(RunEnd.GateFail),
            Given.Child("w", "second", TaskKind.Review).Running(),
        ];
        var workload = Given.Workload("w", Retried(Code, Verify, second));

        var waiting = Given.Decide(workload, tasks);
        Assert.Empty(waiting.Creates);
        Assert.Empty(waiting.Changes);
        Assert.Equal("Waits for step second to end.", waiting.Entry("code-t1").Message);

        var begun = Given.Decide(workload, tasks[0], tasks[1], tasks[2].Ended(RunEnd.Refusal));
        Assert.Equal("code-t1", begun.Made());
        Assert.Equal("Waits for step code-t1.", begun.Entry("second-t1").Message);
        var prompt = begun.Creates.Single(t => World.StepOf(t) == "code-t1").Spec.Payload.Prompt!;
        Assert.Contains("test: 2 failed", prompt, StringComparison.Ordinal);
        Assert.Contains("An empty cart is not handled.", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_builds_on_the_old_work_is_cancelled_first()
    {
        var docs = Given.Step("docs", "code");
        AgenticTask[] tasks =
        [
            Given.Child("w", "code", TaskKind.IssueFix).Ended(RunEnd.Go with { Branch = "foreman/cart" }),
            Given.Child("w", "verify", TaskKind.Verify).Ended(RunEnd.GateFail),
            Given.Child("w", "docs").Running(),
        ];
        var workload = Given.Workload("w", Retried(Code, Verify, docs));

        var waiting = Given.Decide(workload, tasks);
        Assert.Empty(waiting.Creates);
        Assert.Equal("docs", World.StepOf(Assert.IsType<CancelChild>(Assert.Single(waiting.Changes)).Task));

        Assert.Equal("code-t1", Given.Decide(workload, tasks[0], tasks[1], tasks[2].Ended(RunEnd.Cancelled)).Made());
    }

    [Fact]
    public void Steps_that_a_planner_proposed_are_retried()
    {
        var workload = Given.Workload("w", new() { Intent = "Add a cart.", RetryPolicy = new() { Limit = 1 } }) with
        {
            Status = new() { Pipeline = [Given.Step("code"), Given.Step("tell", "code")] },
        };

        var decision = Given.Decide(workload, Given.Child("w", "code").Ended(RunEnd.OutOfTurns), Given.Child("w", "tell").Ended(RunEnd.Upstream));

        Assert.Equal("code-t1", decision.Made());
        Assert.Equal(1, decision.Status!.Retries);
    }

    [Fact]
    public void Tasks_have_no_policy_of_their_own() =>
        Assert.All(World.Of("w", Retried(Code, Verify)).Settle().Tasks, t => Assert.Null(t.Spec.RetryPolicy));

    [Fact]
    public void A_step_called_like_a_retry_is_refused_only_where_there_can_be_one()
    {
        Assert.Equal("code code-t1", World.Of("w", Given.Pipeline(Given.Step("code"), Given.Step("code-t1"))).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Steps);

        var world = World.Of("w", Retried(Given.Step("code"), Given.Step("code-t1"))).Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);
        Assert.Contains("step \"code-t1\" has the name that a retry of step \"code\" gets", world.Condition(ConditionTypes.Planned)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_leaves_no_room_for_a_number_is_refused_only_where_it_may_get_one()
    {
        var step = Given.Step(new string('a', 57));

        World.Of("w", Given.Pipeline(step)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
        World.Of("w", Retried(step)).Ends(WorkloadPhase.Failed, Reasons.InvalidPlan);
    }

    [Fact]
    public void Records_on_tasks_that_contradict_the_plan_do_no_harm()
    {
        var workload = Given.Workload("w", Retried(Code, Verify));
        AgenticTask[] tasks =
        [
            Given.Child("w", "code", TaskKind.IssueFix).Noted(Labels.Follows, "verify, code").Ended(RunEnd.Go with { Branch = "foreman/cart" }),
            Given.Child("w", "verify", TaskKind.Verify).Noted(Labels.Follows, "code-t7, verify, , code").Ended(RunEnd.GateFail),
        ];

        Assert.Equal("code-t1", Given.Decide(workload, tasks).Made());
    }

    private static WorkloadSpec Retried(params PipelineStep[] steps) => Given.Pipeline(steps) with { RetryPolicy = new() { Limit = 2 } };
}
