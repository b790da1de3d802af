using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Children;

public sealed class ChildDecisionsTests
{
    [Fact]
    public void All_steps_become_tasks_at_once_the_longest_path_first()
    {
        var decision = Given.Decide(Given.Workload("w", Given.Pipeline(Given.Step("short"), Given.Step("a"), Given.Step("b", "a"), Given.Step("c", "b"))));

        Assert.Equal("a b short c", decision.Made());
        Assert.Equal(["w-b"], decision.Creates[^1].Spec.DependsOn!);
    }

    [Fact]
    public void A_task_that_is_there_is_not_made_again()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b")));

        Assert.Equal("b", Given.Decide(workload, Given.Child("w", "a")).Made());
    }

    [Fact]
    public void A_step_for_a_verdict_is_made_only_once_that_came()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("mend", "a") with { When = [Verdict.NoGo, Verdict.Incomplete] }));

        Assert.Equal("Waits for step a to end.", Given.Decide(workload, Given.Child("w", "a").Running()).Entry("mend").Message);
        var taken = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.GaveUp));
        Assert.Equal("mend", taken.Made());
        Assert.Null(taken.Creates[0].Spec.DependsOn);
        Assert.Equal("mend", Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Broken)).Made());
        var other = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go));
        Assert.Empty(other.Creates);
        Assert.Equal((StepState.NotTaken, "Step a ended with GO; this one is for NO-GO, INCOMPLETE."), (other.Entry("mend").State, other.Entry("mend").Message));
    }

    [Fact]
    public void A_task_that_failed_without_a_verdict_counts_as_incomplete()
    {
        var failed = Given.Child("w", "a") with { Status = new() { Phase = TaskPhase.Failed } };
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("mend", "a") with { When = [Verdict.Incomplete] }));

        Assert.Equal("mend", Given.Decide(workload, failed).Made());
    }

    [Fact]
    public void Each_of_several_steps_must_have_one_of_the_verdicts()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b"), Given.Step("join", "a", "b") with { When = [Verdict.Go, Verdict.NoGo] }));

        Assert.Empty(Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), Given.Child("w", "b").Running()).Creates);
        Assert.Equal("join", Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), Given.Child("w", "b").Ended(RunEnd.GaveUp)).Made());
        Assert.Equal(StepState.NotTaken, Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), Given.Child("w", "b").Ended(RunEnd.OutOfTurns)).Entry("join").State);
    }

    [Fact]
    public void What_follows_a_step_that_was_not_taken_is_not_taken_but_for_a_step_for_just_that()
    {
        var workload = Given.Workload("w", Given.Pipeline(
            Given.Step("a"),
            Given.Step("mend", "a") with { When = [Verdict.NoGo] },
            Given.Step("after", "mend"),
            Given.Step("else", "mend") with { When = [Verdict.Skipped] }));

        var decision = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go));

        Assert.Equal("else", decision.Made());
        Assert.Equal((StepState.NotTaken, "Step mend was not taken."), (decision.Entry("after").State, decision.Entry("after").Message));
        Assert.Equal(Verdict.Skipped, decision.Entry("after").Verdict);
    }

    [Fact]
    public void What_follows_a_step_that_may_still_be_taken_waits_unmade()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("mend", "a") with { When = [Verdict.NoGo] }, Given.Step("after", "mend")));

        var before = Given.Decide(workload);
        Assert.Equal("a", before.Made());
        Assert.Equal("Waits for step mend.", before.Entry("after").Message);
        var taken = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.GaveUp));
        Assert.Equal("mend after", taken.Made());
        Assert.Equal(["w-mend"], taken.Creates[1].Spec.DependsOn!);
    }

    [Fact]
    public void A_task_with_references_is_made_suspended_and_released_filled_in()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a").Asking("Take ${steps.a.summary}")));
        var made = Given.Decide(workload).Creates[1];
        Assert.Equal((true, "a", "Take ${steps.a.summary}"), (made.Spec.Suspend ?? false, made.GetAnnotation(Labels.Awaiting), made.Spec.Payload.Prompt));

        Assert.Empty(Given.Decide(workload, Given.Child("w", "a").Running(), made).Changes);
        var release = Assert.IsType<ReleaseChild>(Assert.Single(Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), made).Changes));

        Assert.Equal(("w-b", "Take Done."), (release.Task.Name(), release.Payload!.Prompt));
        Assert.Null(release.Budget);
    }

    [Fact]
    public void A_task_behind_one_that_failed_is_left_to_the_scheduler()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a").Asking("Take ${steps.a.summary}")));
        var made = Given.Decide(workload).Creates[1];

        Assert.Empty(Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.GaveUp), made).Changes);
    }

    [Fact]
    public void A_task_whose_values_are_missing_is_cancelled_once()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a").Asking("Take ${steps.a.branch}")));
        var made = Given.Decide(workload).Creates[1];

        var decision = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), made);

        Assert.Equal("w-b", Assert.IsType<CancelChild>(Assert.Single(decision.Changes)).Task.Name());
        Assert.Equal("${steps.a.branch} has no value: that step made no branch.", decision.Entry("b").Message);
        Assert.Empty(Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), made.With(s => s with { Cancel = true })).Changes);
    }

    [Fact]
    public void A_step_whose_values_are_missing_before_its_task_is_made_has_failed()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a").Asking("Take ${steps.a.branch}")));

        var decision = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go));

        Assert.Empty(decision.Creates);
        Assert.Equal((StepState.Failed, FailureReason.UpstreamFailed), (decision.Entry("b").State, decision.Entry("b").Reason ?? default));
        Assert.Equal(WorkloadPhase.Failed, decision.Status!.Phase);
    }

    [Fact]
    public void A_task_that_somebody_else_suspended_is_left_alone()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a")));
        var held = Given.Child("w", "b").With(s => s with { Suspend = true });

        Assert.Empty(Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), held).Changes);
    }

    [Fact]
    public void A_suspended_Workload_makes_nothing_and_suspends_what_runs()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b"), Given.Step("c")) with { Suspend = true });
        var suspended = Given.Child("w", "b").With(s => s with { Suspend = true });

        var decision = Given.Decide(workload, Given.Child("w", "a").Running(), suspended);

        Assert.Empty(decision.Creates);
        var change = Assert.IsType<SuspendChild>(Assert.Single(decision.Changes));
        Assert.Equal(("w-a", true), (change.Task.Name(), change.Suspended));
        Assert.Equal("Waits until spec.suspend is cleared.", decision.Entry("c").Message);
    }

    [Fact]
    public void A_resumed_Workload_resumes_only_what_it_suspended()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b")));
        var ours = Given.Child("w", "a").With(s => s with { Suspend = true }).Noted(Labels.SuspendedByWorkload, "true");
        var theirs = Given.Child("w", "b").With(s => s with { Suspend = true });

        var change = Assert.IsType<SuspendChild>(Assert.Single(Given.Decide(workload, ours, theirs).Changes));

        Assert.Equal(("w-a", false), (change.Task.Name(), change.Suspended));
    }

    [Fact]
    public void A_cancelled_Workload_cancels_what_has_not_ended_once_and_makes_nothing()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b"), Given.Step("c"), Given.Step("d")) with { Cancel = true });

        var decision = Given.Decide(
            workload, Given.Child("w", "a").Running(), Given.Child("w", "b").Ended(RunEnd.Go), Given.Child("w", "c").With(s => s with { Cancel = true }));

        Assert.Empty(decision.Creates);
        Assert.Equal("w-a", Assert.IsType<CancelChild>(Assert.Single(decision.Changes)).Task.Name());
        Assert.Equal(StepState.NotTaken, decision.Entry("d").State);
    }

    [Fact]
    public void A_budget_is_given_in_parts_before_tasks_start()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b")) with { Budget = new() { Tokens = 100 } });
        var made = Given.Decide(workload).Creates;
        Assert.All(made, t => Assert.Equal("budget", t.GetAnnotation(Labels.Awaiting)));

        var releases = Given.Decide(workload, [.. made]).Changes.Cast<ReleaseChild>().ToArray();

        Assert.Equal([50L, 50L], releases.Select(r => r.Budget!.Tokens ?? 0));
        Assert.All(releases, r => Assert.Null(r.Payload));
    }

    [Fact]
    public void A_task_waits_for_what_others_may_give_back_and_is_cancelled_when_nothing_can_come()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b")) with { Budget = new() { Tokens = 100 } });
        var waiting = Given.Decide(workload).Creates[1];
        var promised = Given.Child("w", "a").With(s => s with { Budget = new() { Tokens = 100 } }).Running();

        var wait = Given.Decide(workload, promised, waiting);
        var denied = Given.Decide(workload, promised.Ended(RunEnd.Go with { Usage = new() { PromptTokens = 60, CompletionTokens = 40 } }), waiting);
        var given = Given.Decide(workload, promised.Ended(RunEnd.Go with { Usage = new() { PromptTokens = 60 } }), waiting);

        Assert.Empty(wait.Changes);
        Assert.Equal("Waits for a part of spec.budget.", wait.Entry("b").Message);
        Assert.IsType<CancelChild>(Assert.Single(denied.Changes));
        Assert.Equal("spec.budget of the Workload is used up.", denied.Entry("b").Message);
        Assert.Equal(40L, Assert.IsType<ReleaseChild>(Assert.Single(given.Changes)).Budget!.Tokens);
    }

    [Fact]
    public void A_value_that_looks_like_a_reference_is_never_read_when_a_budget_is_waited_for()
    {
        var spec = Given.Pipeline(Given.Step("a"), Given.Step("b", "a") with { When = [Verdict.Go] }) with { Budget = new() { Tokens = 100 } };
        var workload = Given.Workload("w", spec with { Pipeline = [spec.Pipeline![0], spec.Pipeline[1].Asking("${steps.a.summary}")] });
        var ended = Given.Child("w", "a").Ended(RunEnd.Go with { Summary = "${steps.a.verdict} and ${steps." });

        var made = Assert.Single(Given.Decide(workload, ended).Creates);
        var release = Assert.IsType<ReleaseChild>(Assert.Single(Given.Decide(workload, ended, made).Changes));

        Assert.Equal("${steps.a.summary}", made.Spec.Payload.Prompt);
        Assert.Equal("${steps.a.verdict} and ${steps.", release.Payload!.Prompt);
    }

    [Fact]
    public void A_task_that_a_person_cancels_was_not_denied_a_budget()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a")) with { Budget = new() { Tokens = 1000 } });
        var waiting = Given.Decide(workload).Creates[0];
        var cancelled = waiting with { Status = new() { Phase = TaskPhase.Failed, Verdict = Verdict.Incomplete, FailureReason = FailureReason.Cancelled } };
        var denied = cancelled with
        {
            Metadata = cancelled.Metadata with { Annotations = new Dictionary<string, string>(cancelled.Metadata.Annotations!) { [Labels.CancelledBecause] = ChildTask.BudgetUsedUp } },
        };

        Assert.Equal(FailureReason.Cancelled, Given.Decide(workload, cancelled).Entry("a").Reason);
        Assert.Equal((FailureReason.BudgetExhausted, ChildTask.BudgetUsedUp), (Given.Decide(workload, denied).Entry("a").Reason!.Value, Given.Decide(workload, denied).Entry("a").Message));
    }

    [Fact]
    public void A_waiting_task_that_a_person_spoilt_is_cancelled()
    {
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b", "a").Asking("${steps.a.summary}")));
        var spoilt = Given.Decide(workload).Creates[1].With(s => s with { Payload = new() { Prompt = "${steps.a.nonsense}" } });

        var decision = Given.Decide(workload, Given.Child("w", "a").Ended(RunEnd.Go), spoilt);

        Assert.IsType<CancelChild>(Assert.Single(decision.Changes));
        Assert.Contains("${steps.a.nonsense}", decision.Entry("b").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_could_not_be_made_is_tried_again_and_told()
    {
        var snapshot = new WorkloadSnapshot(Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b"))))
        {
            Agents = Given.Agents,
            Obstacles = new Dictionary<string, string> { ["w-a"] = "Task \"w-a\" was refused." },
        };

        var decision = WorkloadEngine.Decide(snapshot, Given.Now);

        Assert.Equal("a b", decision.Made());
        Assert.Equal((StepState.Planned, "Task \"w-a\" was refused."), (decision.Entry("a").State, decision.Entry("a").Message));
        var planned = decision.Condition(ConditionTypes.Planned)!;
        Assert.Equal((Conditions.False, Reasons.RenderError, "Task \"w-a\" was refused."), (planned.Status, planned.Reason, planned.Message));
    }
}
