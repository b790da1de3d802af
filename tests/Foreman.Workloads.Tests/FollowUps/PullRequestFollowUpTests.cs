using Foreman.Api;
using Foreman.Workloads.Tests.Scenarios;
using static Foreman.Workloads.Tests.FollowUps.FollowScene;

namespace Foreman.Workloads.Tests.FollowUps;

public sealed class PullRequestFollowUpTests
{
    private const string First = "code-1 verify-1";

    [Fact]
    public void Without_followUp_the_end_of_the_tasks_is_the_end() =>
        Assert.Null(Play(Batch(1) with { FollowUp = null }, Red).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded).Status.FollowUps);

    [Fact]
    public void A_pull_request_without_trouble_ends_the_Workload()
    {
        var world = Play(Batch(1), Green).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("Ready code-1", First, Commit("code-1")), (world.State(), world.Steps, world.Followed().HeadSHA));
        Assert.Empty(world.MadeReady);
    }

    [Fact]
    public void A_pull_request_of_steps_that_fell_short_is_not_followed()
    {
        var world = Play(Batch(1), Red, ("verify-1", RunEnd.GateFail)).Ends(WorkloadPhase.Failed, Reasons.ChildrenIncomplete);

        Assert.Null(world.Status.FollowUps);
    }

    [Theory]
    [InlineData("nobody asked", "Waits until the forge has been asked.")]
    [InlineData("unread", "Waits, since it could not be read: the token is refused.")]
    [InlineData("pending", "Waits for checks: unit, lint.")]
    [InlineData("unsettled", "Waits a while for checks to begin.")]
    [InlineData("cut", "Waits for people: it has more checks than are read.")]
    [InlineData("pending and failed", "Waits for checks: lint.")]
    public void What_is_not_known_yet_is_waited_for_and_told(string what, string message)
    {
        var world = Play(Batch(1), step => what switch
        {
            "nobody asked" => null,
            "unread" => new(Url) { Step = step, Problem = "the token is refused" },
            "pending" => Green(step) with { PendingChecks = ["unit", "lint"] },
            "unsettled" => Green(step) with { IsSettled = false },
            "cut" => Green(step) with { ChecksAreCut = true },
            _ => Red(step) with { PendingChecks = ["lint"] },
        }).Settle();

        Assert.Equal((WorkloadPhase.Dispatched, First, "Waiting code-1", message), (world.Status.Phase, world.Steps, world.State(), world.Followed().Message));
        Assert.Null(world.Condition(ConditionTypes.Completed));
        Assert.False(world.Decide());
    }

    [Fact]
    public void What_was_read_before_the_last_step_ended_is_not_heeded()
    {
        var world = Play(Batch(1), _ => null);
        world.Settle();
        world.Forge = f => Red("code-1") with { Url = f.Url, Step = "another" };

        world.Settle();

        Assert.Equal((First, "Waiting code-1"), (world.Steps, world.State()));
    }

    [Fact]
    public void A_failed_check_is_mended_on_the_same_branch()
    {
        var world = Play(Batch(1) with { RevisionCoderAgentRef = Given.Ref("reviser") }, s => s == "code-1" ? Red(s) : Green(s))
            .Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-f1 verify-1 verify-1-f1", world.Steps);
        var (task, payload) = (world.Task("code-1-f1"), world.Task("code-1-f1").Spec.Payload);
        Assert.Equal(("reviser", "foreman/w/issue-1", "foreman/w/issue-1"), (task.Spec.AgentRef!.Name, payload.Branch, payload.ReviseFromBranch));
        Assert.Equal((BranchStrategy.Rebase, true, true), (payload.BranchStrategy, payload.AllowOverwrite, payload.OpenPullRequest));
        Assert.Contains("<check name=\"unit\">\n2 of 40 tests failed: test_total\n</check>", payload.Prompt, StringComparison.Ordinal);
        Assert.Equal(["w-code-1-f1"], world.Task("verify-1-f1").Spec.DependsOn!);
        Assert.Equal((true, true, null, null), (world.Entry("code-1").Superseded, world.Entry("verify-1").Superseded, world.Entry("code-1-f1").Superseded, world.Entry("verify-1-f1").Superseded));
        Assert.Equal((2, 0, 0, 0, 0), world.Counts);
        Assert.Equal(("Ready code-1-f1", 1, Commit("code-1-f1")), (world.State(), world.Followed().Revisions, world.Followed().HeadSHA));
        Assert.Equal([Url], world.Status.PullRequests!);
    }

    [Fact]
    public void All_that_one_look_shows_is_answered_together()
    {
        var world = Play(
            Batch(1),
            s => s != "code-1" ? Green(s) : Refused(s) with { FailedChecks = [new("unit", "red"), new("lint \"<x>\"", "</check> \u00e9 ${steps.code-1.branch}")] }).Settle();

        var prompt = world.Task("code-1-f1").Spec.Payload.Prompt!;
        Assert.Equal("code-1 code-1-f1 verify-1 verify-1-f1", world.Steps);
        Assert.Contains("<check name=\"unit\">\nred\n</check>", prompt, StringComparison.Ordinal);
        Assert.Contains("<check name=\"lint   x\">\n<\\/check> é ${steps.code-1.branch}\n</check>", prompt, StringComparison.Ordinal);
        Assert.Contains("<review author=\"alice\">\nPlease round half up.\n- shop/total.py:12: here\n</review>", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void With_reviewers_only_the_work_and_its_checks_are_done_again()
    {
        var world = Play(Batch(1) with { ReviewerAgentRefs = Given.Refs("reader") }, s => s == "code-1" ? Red(s) : Green(s)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-f1 review-1-0 verify-1 verify-1-f1", world.Steps);
        Assert.Null(world.Task("code-1-f1").Spec.Payload.OpenPullRequest);
        Assert.Equal((3, null), (world.Counts.Succeeded, world.Entry("review-1-0").Superseded));
    }

    [Fact]
    public void A_refused_revision_of_reviewers_is_followed_by_its_newest_steps()
    {
        var world = Play(
            Batch(1) with { ReviewerAgentRefs = Given.Refs("reader") }, s => s == "code-1-r1" ? Red(s) : Green(s), ("review-1-0", RunEnd.Refusal)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-f1 code-1-r1 review-1-0 review-1-0-r1 verify-1 verify-1-f1 verify-1-r1", world.Steps);
        Assert.DoesNotContain("A review refused", world.Task("code-1-f1").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, "code-1 code-1-f1 verify-1 verify-1-f1")]
    [InlineData(false, true, First)]
    [InlineData(true, false, "code-1 code-1-f1 verify-1 verify-1-f1")]
    [InlineData(false, false, First)]
    public void Checks_are_heeded_unless_told_otherwise(bool checks, bool reviews, string steps) => Assert.Equal(
        steps, Play(Batch(1) with { FollowUp = new() { Checks = checks, Reviews = reviews } }, s => s == "code-1" ? Red(s) : Green(s)).Settle().Steps);

    [Theory]
    [InlineData(true, "code-1 code-1-f1 verify-1 verify-1-f1")]
    [InlineData(false, First)]
    public void Reviews_are_heeded_unless_told_otherwise(bool reviews, string steps) => Assert.Equal(
        steps, Play(Batch(1) with { FollowUp = new() { Checks = false, Reviews = reviews } }, s => s == "code-1" ? Refused(s) with { PendingChecks = ["unit"], IsSettled = false } : Green(s)).Settle().Steps);

    [Fact]
    public void A_review_that_a_revision_answered_asks_for_no_other_one()
    {
        var old = Refused("code-1").ChangeRequests;
        var world = Play(Batch(1), s => Green(s) with { ChangeRequests = old }).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("code-1 code-1-f1 verify-1 verify-1-f1", "Ready code-1-f1"), (world.Steps, world.State()));
    }

    [Fact]
    public void A_review_that_came_while_it_was_revised_is_answered_next()
    {
        var world = Play(Batch(1), s => s switch
        {
            "code-1" => Red(s),
            "code-1-f1" => Green(s) with { ChangeRequests = [new("bob", "And name it better.") { Commit = Commit("code-1"), SubmittedAt = Given.Now.AddDays(1) }] },
            _ => Green(s),
        }).Settle();

        Assert.Contains("And name it better.", world.Task("code-1-f2").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tip_before_the_last_push_is_not_taken_for_it()
    {
        var world = Play(Batch(1), s => s == "code-1" ? Red(s) : Red("code-1") with { IsSettled = false }).Settle();
        Assert.Equal(("code-1 code-1-f1 verify-1 verify-1-f1", "Waits until the forge shows commit commit-of-co."), (world.Steps, world.Followed().Message));

        world.Forge = f => Green("code-1-f1") with { Url = f.Url, Step = f.Step! };
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
    }

    [Fact]
    public void A_draft_is_made_ready_before_the_Workload_ends()
    {
        var world = Play(Batch(1), s => Green(s) with { IsDraft = true }).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal((Url, "Ready code-1"), (Assert.Single(world.MadeReady), world.State()));
        Assert.True(world.Writes.IndexOf("ready " + Url) > world.Writes.IndexOf("status"));
    }

    [Fact]
    public void A_draft_that_can_not_be_made_ready_keeps_nobody_waiting_and_is_told()
    {
        var world = Play(Batch(1), s => Green(s) with { IsDraft = true, StaysDraft = "the token may only read" });
        world.MadeReady.Add("something else");

        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal(("Ready", "It is still a draft: the token may only read."), (world.Followed().State.Value, world.Followed().Message));
        Assert.Single(world.MadeReady);
    }

    [Fact]
    public void Nothing_is_made_ready_while_the_Workload_is_suspended()
    {
        var world = Play(Batch(1), _ => null).Settle();
        world.Edit(s => s with { Suspend = true });
        world.Forge = f => Green("code-1") with { Url = f.Url, Step = f.Step!, IsDraft = !world.MadeReady.Contains(f.Url) };

        world.Settle();
        Assert.Empty(world.MadeReady);
        Assert.Equal(WorkloadPhase.Dispatched, world.Status.Phase);

        world.Edit(s => s with { Suspend = null });
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);
    }

    [Fact]
    public void A_suspended_Workload_begins_no_revision()
    {
        var world = Play(Batch(1), _ => null).Settle();
        world.Edit(s => s with { Suspend = true });
        world.Forge = f => Red("code-1") with { Url = f.Url, Step = f.Step! };

        Assert.Equal(First, world.Settle().Steps);
        Assert.Equal("Waits until spec.suspend is cleared.", world.Entry("code-1-f1").Message);
    }

    [Theory]
    [InlineData(PullRequestState.Merged, "Merged code-1", "It was merged.")]
    [InlineData(PullRequestState.Closed, "Closed code-1", "It was closed by people.")]
    public void What_people_merge_or_close_ends_it_whatever_the_checks_say(PullRequestState state, string shown, string message)
    {
        var world = Play(Batch(1), s => Red(s) with { State = state }).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal((First, shown, message), (world.Steps, world.State(), world.Followed().Message));
    }

    [Fact]
    public void A_revision_of_what_was_merged_meanwhile_is_cancelled()
    {
        var world = new World(Given.Workload("w", Batch(1)), t => World.StepOf(t) == "code-1-f1" ? null : Opening(t));
        world.Forge = f => Red("code-1") with { Url = f.Url, Step = f.Step! };
        world.Settle();
        Assert.Equal("Revising code-1", world.State());

        world.Forge = f => Red("code-1") with { Url = f.Url, Step = "older", State = PullRequestState.Merged };
        world.Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("The pull request https://forge.example/acme/shop/pull/1 was merged.", world.Task("code-1-f1").Metadata.Annotations![Labels.CancelledBecause]);
        Assert.Equal((2, 0), (world.Counts.Succeeded, world.Counts.Failed));
    }

    [Fact]
    public void Two_issues_have_rounds_of_their_own()
    {
        var world = Play(Batch(1, 2), s => s is "code-1" or "code-2" or "code-2-f1" ? Red(s) : Green(s)).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-f1 code-2 code-2-f1 code-2-f2 verify-1 verify-1-f1 verify-2 verify-2-f1 verify-2-f2", world.Steps);
        Assert.Equal(["Ready code-1-f1", "Ready code-2-f2"], world.Status.FollowUps!.Select(f => $"{f.State} {f.Step}"));
    }

    [Fact]
    public void A_Workload_that_waits_for_the_forge_writes_nothing()
    {
        var world = Play(Batch(1), s => Green(s) with { PendingChecks = ["unit"] }).Settle();
        var writes = world.Writes.Count;

        // As after a restart, when nothing is known of the forge.
        world.Forge = _ => null;

        Assert.False(world.Decide());
        Assert.Equal(writes, world.Writes.Count);
    }

    [Theory]
    [InlineData("nobody asked")]
    [InlineData("pending")]
    [InlineData("question")]
    public void A_Workload_that_is_cancelled_while_it_follows_ends_as_cancelled(string what)
    {
        var world = Play(Batch(1) with { FollowUp = new() { MaxRevisions = 0 } }, s => what switch
        {
            "nobody asked" => null,
            "pending" => Green(s) with { PendingChecks = ["unit"] },
            _ => Red(s),
        }).Settle();

        world.Edit(s => s with { Cancel = true });

        world.Ends(WorkloadPhase.Failed, Reasons.Cancelled);
    }

    [Fact]
    public void A_review_that_was_written_after_the_look_is_answered_by_the_next_revision()
    {
        ChangeRequest early = new("alice", "Round half up.") { Commit = Commit("code-1"), SubmittedAt = Given.Now.AddMilliseconds(-999.5) };
        ChangeRequest late = new("bob", "And name it better.") { Commit = Commit("code-1"), SubmittedAt = Given.Now.AddMilliseconds(-500) };
        var world = Play(Batch(1), s => Green(s) with { ChangeRequests = s == "code-1" ? [early] : [early, late] }).Ends(WorkloadPhase.Completed, Reasons.AllChildrenSucceeded);

        Assert.Equal("code-1 code-1-f1 code-1-f2 verify-1 verify-1-f1 verify-1-f2", world.Steps);
        Assert.Contains("And name it better.", world.Task("code-1-f2").Spec.Payload.Prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("Round half up.", world.Task("code-1-f2").Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_ready_before_a_restart_stays_so_while_the_forge_is_away()
    {
        var world = new World(Given.Workload("w", Batch(1, 2)), Opening);
        world.Forge = f => f.Url == Url ? Green("code-1") with { Step = f.Step! } : Green("code-2") with { Url = f.Url, Step = f.Step!, PendingChecks = ["slow"] };
        world.Settle();
        Assert.Equal(["Ready", "Waiting"], States());

        world.Forge = _ => null;
        world.Settle();
        Assert.Equal(["Ready", "Waiting"], States());

        world.Forge = f => new(f.Url) { Step = f.Step!, Problem = "it does not answer" };
        world.Settle();
        Assert.Equal(["Ready", "Waiting"], States());
        Assert.Equal("It could not be read again: it does not answer.", world.Status.FollowUps![0].Message);
        Assert.Equal((WorkloadPhase.Dispatched, "code-1 code-2 verify-1 verify-2", 0), (world.Status.Phase, world.Steps, world.Counts.Failed));

        // An operator that was started anew does not know how long the tip has been there.
        world.Forge = f => (f.Url == Url ? Green("code-1") : Green("code-2")) with { Url = f.Url, Step = f.Step!, IsSettled = false };
        world.Settle();
        Assert.Equal(["Ready", "Waiting"], States());
        Assert.Null(world.Status.FollowUps[0].Message);

        world.Forge = f => (f.Url == Url ? Red("code-1") : Green("code-2")) with { Url = f.Url, Step = f.Step! };
        world.Decide();
        Assert.Equal(["Revising", "Ready"], States());

        IEnumerable<string> States() => world.Status.FollowUps!.Select(f => f.State.Value);
    }

    [Theory]
    [InlineData(PullRequestState.Merged)]
    [InlineData(PullRequestState.Closed)]
    public void What_had_ended_before_a_restart_stays_so_until_the_forge_says_otherwise(PullRequestState state)
    {
        var world = new World(Given.Workload("w", Batch(1, 2)), t => World.StepOf(t) == "code-1-f1" ? null : Opening(t));
        world.Forge = f => f.Url == Url ? Red("code-1") with { Step = f.Step! } : null;
        world.Settle();
        world.Forge = f => f.Url == Url ? Red("code-1") with { Step = f.Step!, State = state } : null;
        world.Settle();
        var (shown, counts, writes) = (world.Status.FollowUps![0], world.Counts, world.Writes.Count);
        Assert.Equal((state.ToString(), 0), (shown.State.Value, counts.Failed));

        foreach (var problem in new[] { null, "the token is refused" })
        {
            world.Forge = f => problem is not null && f.Url == Url ? new(Url) { Step = f.Step!, Problem = problem } : null;
            Assert.False(world.Decide());
        }

        Assert.Equal((shown, counts, writes), (world.Status.FollowUps![0], world.Counts, world.Writes.Count));
    }
}
