using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Intake;

public class IntakeEngineTests
{
    [Fact]
    public void Issues_with_the_smallest_numbers_are_taken_first_and_only_as_many_as_there_is_room_for()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 2 })).With(9, 4, 7);

        world.Poll();

        Assert.Equal(["night-4", "night-7"], world.Children.Select(c => c.Name()));
        Assert.Equal((2, 1, 0, 0), world.Counts);
        Assert.Equal(WorkloadPhase.Dispatched, world.Status.Phase);
        world.End(4);
        world.Poll();
        Assert.True(world.HasChild(9));
        Assert.Equal((2, 0, 1, 0), world.Counts);
    }

    [Fact]
    public void Ten_are_worked_on_when_the_source_does_not_say()
    {
        var world = new IntakeWorld().With([.. Enumerable.Range(1, 15)]);

        world.Poll();

        Assert.Equal((10, 5, 0, 0), world.Counts);
    }

    [Fact]
    public void An_issue_that_is_taken_is_marked_once()
    {
        var world = new IntakeWorld().With(42);

        world.Poll();

        Assert.Equal(["foreman", "foreman:in-progress"], world.Issues[42]);
        Assert.Contains("default/night-42", Assert.Single(world.Comments).Value, StringComparison.Ordinal);
        Assert.Equal(["create night-42", "status", "label 42 foreman:in-progress", "comment 42", "note night-42"], world.Writes);
        Assert.Equal("Issue #42 is worked on by Workload night-42.", Assert.Single(world.Events, e => e.Reason == Reasons.IssueTaken).Message);
    }

    [Fact]
    public void Nothing_is_written_while_nothing_changes()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 1 })).With(1, 2, 3);
        world.Pulls.Add(new(8, "x", "Fixes #2", ""));
        world.Poll();
        var writes = world.Writes.Count;

        world.Poll(30);

        Assert.Equal(writes, world.Writes.Count);
    }

    [Theory]
    [InlineData("foreman:in-progress")]
    [InlineData("FOREMAN:Done")]
    [InlineData("foreman:failed")]
    public void An_issue_that_somebody_has_marked_is_left_alone(string mark)
    {
        var world = new IntakeWorld().With(42);
        world.Issues[42].Add(mark);

        world.Poll(3);

        Assert.Empty(world.Children);
        Assert.Equal((0, 0, 0, 0), world.Counts);
    }

    [Fact]
    public void An_issue_that_a_pull_request_is_about_is_not_taken_and_that_is_told_once()
    {
        var world = new IntakeWorld().With(42, 43);
        world.Pulls.Add(new(50, "fix-login", "Mend the login", "This closes #42."));

        world.Poll(3);

        Assert.Equal(["night-43"], world.Children.Select(c => c.Name()));
        Assert.Equal([new SkippedIssue { Issue = 42, Reason = "pull request #50 is about it" }], world.Intake.Skipped);
        Assert.Equal("Issue #42 is not taken: pull request #50 is about it.", Assert.Single(world.Events, e => e.Reason == Reasons.IssueSkipped).Message);
        Assert.Equal(["foreman"], world.Issues[42]);
        world.Pulls.Clear();
        world.Poll();
        Assert.True(world.HasChild(42));
        Assert.Null(world.Intake.Skipped);
    }

    [Fact]
    public void An_issue_whose_branch_is_there_is_not_taken_unless_it_may_be_overwritten()
    {
        var world = new IntakeWorld().With(42);
        world.Branches.Add("foreman/night-42/issue-42");

        world.Poll();

        Assert.Empty(world.Children);
        Assert.Contains("delete it, or set spec.allowOverwrite", Assert.Single(world.Intake.Skipped!).Reason, StringComparison.Ordinal);
        world.Change(s => s with { AllowOverwrite = true });
        world.Poll();
        Assert.True(world.Child(42).Spec.AllowOverwrite);
    }

    [Fact]
    public void A_branch_is_asked_for_before_its_issue_is_taken()
    {
        var snapshot = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 2 })).With(1, 2, 3).Snapshot() with { Branches = ImmutableDictionary<string, bool>.Empty };

        Assert.True(IntakeEngine.Ask(snapshot with { PullRequests = null }) is { PullRequests: true, Branches.IsEmpty: true });
        Assert.Equal(["foreman/night-1/issue-1", "foreman/night-2/issue-2"], IntakeEngine.Ask(snapshot).Branches);
        Assert.Empty(IntakeEngine.Decide(snapshot, Given.Now).Creates);
        var known = snapshot with { Branches = new Dictionary<string, bool> { ["foreman/night-1/issue-1"] = true, ["foreman/night-2/issue-2"] = false } };
        Assert.Equal(["foreman/night-3/issue-3"], IntakeEngine.Ask(known).Branches);
        Assert.Equal(["night-2"], IntakeEngine.Decide(known, Given.Now).Creates.Select(c => c.Name()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_found_about_an_issue_stands_while_nobody_asks(bool pull)
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 1 })).With(1, 2);
        if (pull)
        {
            world.Pulls.Add(new(9, "foreman/other/issue-1", "", ""));
        }
        else
        {
            world.Branches.Add("foreman/night-1/issue-1");
        }

        world.Poll();
        var decision = IntakeEngine.Decide(world.Snapshot() with { PullRequests = null, Branches = ImmutableDictionary<string, bool>.Empty }, world.Now);

        Assert.True(world.HasChild(2));
        Assert.Null(decision.Status);
    }

    [Fact]
    public void An_issue_that_ended_well_is_marked_told_and_its_Workload_goes_after_an_hour()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.End(42, pulls: "https://git.example.com/acme/shop/pull/50");

        world.Poll();

        Assert.Equal(["foreman", "foreman:done"], world.Issues[42]);
        var comment = Assert.Single(world.Comments).Value;
        Assert.Contains("completed", comment, StringComparison.Ordinal);
        Assert.Contains("https://git.example.com/acme/shop/pull/50", comment, StringComparison.Ordinal);
        Assert.Equal((0, 0, 1, 0), world.Counts);
        world.Poll(58);
        Assert.True(world.HasChild(42));
        world.Poll(3);
        Assert.Empty(world.Children);
        Assert.Equal((0, 0, 1, 0), world.Counts);
        Assert.Null(world.Intake.Counted);
        world.Poll(10);
        Assert.Equal([42], world.Made);
    }

    [Fact]
    public void An_issue_that_failed_is_taken_again_once_its_label_is_taken_away()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.End(42, WorkloadPhase.Failed);
        world.Poll();
        Assert.Equal(["foreman", "foreman:failed"], world.Issues[42]);
        Assert.Equal((0, 0, 0, 1), world.Counts);

        world.Issues[42].Remove("foreman:failed");
        world.Poll(5);

        Assert.Equal([42, 42], world.Made);
        Assert.Equal("uid-2", world.Child(42).Uid());
        Assert.Equal(["foreman", "foreman:in-progress"], world.Issues[42]);
        Assert.Equal((1, 0, 0, 1), world.Counts);
        Assert.Equal(2, world.Comments.Count);
    }

    [Fact]
    public void An_issue_whose_list_is_a_little_behind_is_not_taken_again()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.End(42, WorkloadPhase.Failed);
        world.Round();
        world.Issues[42].Remove("foreman:failed");

        world.Round();

        Assert.Equal([42], world.Made);
        Assert.True(world.HasChild(42));
    }

    [Fact]
    public void A_Workload_that_ended_is_not_deleted_on_a_list_from_before_its_mark()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.End(42, WorkloadPhase.Failed);
        world.Round();
        world.Issues[42].Remove("foreman:failed");
        world.ListIsOld = TimeSpan.FromMinutes(4);

        world.Poll(5);
        Assert.Equal([42], world.Made);
        world.Poll(2);

        Assert.Equal([42, 42], world.Made);
    }

    [Fact]
    public void A_lost_label_of_an_issue_in_progress_is_written_again()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.Issues[42].Remove("foreman:in-progress");

        world.Poll(3);

        Assert.Equal(["foreman", "foreman:in-progress"], world.Issues[42]);
    }

    [Fact]
    public void An_issue_that_people_closed_is_cancelled_and_says_so()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.Close(42);

        world.Poll();
        Assert.Null(world.Child(42).Spec.Cancel);
        world.Poll();
        Assert.True(world.Child(42).Spec.Cancel);
        world.Work();
        world.Poll();

        Assert.Equal(["foreman"], world.Closed[42]);
        Assert.Contains("Issue #42 was closed, or its label \"foreman\" was taken away.", Assert.Single(world.Comments).Value, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0, 1), world.Counts);
    }

    [Fact]
    public void An_issue_that_lost_its_label_is_cancelled_and_taken_again_when_it_has_it_back()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.Issues[42].Remove("foreman");
        world.Poll(2);
        world.Work();
        world.Poll();
        Assert.Empty(world.Issues[42]);

        world.Issues[42].Add("foreman");
        world.Poll(4);

        Assert.Equal([42, 42], world.Made);
    }

    [Fact]
    public void Work_whose_pull_request_is_followed_is_not_cancelled_by_the_end_of_its_issue()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.ChangeChild(42, c => c with { Status = new() { FollowUps = [new() { Url = "https://git.example.com/acme/shop/pull/50", State = FollowUpState.Waiting }] } });
        world.Close(42);

        world.Poll(5);

        Assert.Null(world.Child(42).Spec.Cancel);
    }

    [Fact]
    public void A_list_that_is_cut_or_unread_cancels_nothing()
    {
        var world = new IntakeWorld { IsCut = true }.With(1, 2);
        world.Poll();
        world.Close(1);
        world.Poll(3);
        world.IsCut = false;
        world.Unreadable = "No answer.";
        world.Poll(3);

        Assert.All(world.Children, c => Assert.Null(c.Spec.Cancel));
    }

    [Fact]
    public void A_source_that_cannot_be_read_says_so_and_is_tried_again()
    {
        var world = new IntakeWorld { Unreadable = "The issues could not be listed: no such repository." }.With(42);

        world.Poll();

        Assert.Equal((WorkloadPhase.Planning, Reasons.SourceUnreadable), (world.Status.Phase, world.Status.Conditions.Find(ConditionTypes.Planned)!.Reason));
        Assert.Contains("no such repository", Assert.Single(world.Events, e => e.Warning).Message, StringComparison.Ordinal);
        world.Unreadable = null;
        world.Poll();
        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Planned));
        Assert.True(world.HasChild(42));
    }

    [Fact]
    public void Issues_that_cannot_be_marked_are_worked_on_kept_and_told()
    {
        var world = new IntakeWorld { IsReadOnly = true }.With(42);
        world.Poll();
        world.End(42);

        world.Poll(100);

        Assert.Equal(Reasons.SourceUnwritable, world.Status.Conditions.Find(ConditionTypes.Planned)!.Reason);
        Assert.True(world.HasChild(42));
        Assert.Equal([42], world.Made);
        world.IsReadOnly = false;
        world.Poll();
        Assert.Equal(["foreman", "foreman:done"], world.Issues[42]);
        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Planned));
    }

    [Fact]
    public void A_suspended_source_takes_none_and_hands_it_on_without_touching_what_a_person_suspended()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 2 })).With(1, 2, 3);
        world.Poll();
        world.ChangeChild(1, c => c with { Spec = c.Spec with { Suspend = true } });
        world.Change(s => s with { Suspend = true });

        world.Poll();

        Assert.True(world.Child(2).Spec.Suspend);
        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Suspended));
        Assert.False(world.HasChild(3));
        world.Change(s => s with { Suspend = null });
        world.Poll();
        Assert.True(world.Child(1).Spec.Suspend);
        Assert.False(world.Child(2).Spec.Suspend);
        Assert.Null(world.Status.Conditions.Find(ConditionTypes.Suspended));
    }

    [Fact]
    public void A_cancelled_source_cancels_its_Workloads_frees_their_issues_and_ends()
    {
        var world = new IntakeWorld().With(1, 2);
        world.Poll();
        world.Change(s => s with { Cancel = true });

        world.Poll();
        Assert.All(world.Children, c => Assert.True(c.Spec.Cancel));
        Assert.Null(world.Status.Conditions.Find(ConditionTypes.Completed));
        world.Work();
        world.Poll();

        Assert.Equal((WorkloadPhase.Failed, Reasons.Cancelled), (world.Status.Phase, world.Status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.All(world.Issues.Values, labels => Assert.Equal(["foreman"], labels));
        var writes = world.Writes.Count;
        world.Poll(100);
        Assert.Equal(writes, world.Writes.Count);
    }

    [Fact]
    public void A_cancelled_source_ends_though_its_forge_is_away_for_good()
    {
        var world = new IntakeWorld().With(1);
        world.Poll();
        (world.IsReadOnly, world.Unreadable) = (true, "No answer.");
        world.Change(s => s with { Cancel = true });
        world.Poll();
        world.Work();

        world.Poll(65);

        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Completed));
    }

    [Fact]
    public void A_source_that_cannot_be_done_ends_and_is_taken_up_again_when_it_is_mended()
    {
        var world = new IntakeWorld(IntakeWorld.Source() with { Repo = null }).With(1);

        world.Poll();

        Assert.Equal((WorkloadPhase.Failed, Reasons.InvalidPlan), (world.Status.Phase, world.Status.Conditions.Find(ConditionTypes.Completed)!.Reason));
        Assert.Empty(world.Children);
        world.Change(s => s with { Repo = "acme/shop" });
        world.Poll();
        Assert.True(world.HasChild(1));
        Assert.Null(world.Status.Conditions.Find(ConditionTypes.Completed));
    }

    [Fact]
    public void A_source_that_was_spoilt_later_takes_no_more_and_collects_what_it_has()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 1 })).With(1, 2);
        world.Poll();
        world.Change(s => s with { Issues = [7] });
        world.Poll();
        world.End(1);

        world.Poll();

        Assert.Equal((WorkloadPhase.Dispatched, Reasons.InvalidPlan), (world.Status.Phase, world.Status.Conditions.Find(ConditionTypes.Planned)!.Reason));
        Assert.Contains("foreman:done", world.Issues[1]);
        world.Poll(65);
        Assert.Equal([1], world.Made);
        Assert.Equal(WorkloadPhase.Failed, world.Status.Phase);
    }

    [Fact]
    public void A_source_that_looks_for_another_label_lets_its_Workloads_come_to_their_ends()
    {
        var world = new IntakeWorld().With(1);
        world.Poll();
        world.Change(s => s with { Source = new() { Label = "agents" } });

        world.Poll(5);

        Assert.Null(world.Child(1).Spec.Cancel);
    }

    [Fact]
    public void A_Workload_that_was_taken_up_again_is_marked_again_and_counted_once()
    {
        var world = new IntakeWorld().With(42);
        world.Poll();
        world.End(42, WorkloadPhase.Failed);
        world.Poll();
        world.ChangeChild(42, c => c with { Metadata = c.Metadata with { Generation = 2 } });
        world.Poll();
        Assert.Equal(["foreman", "foreman:in-progress"], world.Issues[42]);
        world.End(42);

        world.Poll();

        Assert.Equal(["foreman", "foreman:done"], world.Issues[42]);
        Assert.Equal((0, 0, 0, 1), world.Counts);
    }

    [Fact]
    public void What_could_not_be_made_is_told_and_keeps_others_from_nothing()
    {
        var world = new IntakeWorld().With(1, 2);
        world.Obstacles["night-1"] = "a Workload night-1 exists and is not of this source";

        world.Poll();

        Assert.Equal(["night-2"], world.Children.Select(c => c.Name()));
        Assert.Equal("a Workload night-1 exists and is not of this source", Assert.Single(world.Intake.Skipped!).Reason);
    }

    [Fact]
    public void A_decision_has_bounded_marks()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 100 }) with { AllowOverwrite = true }).With([.. Enumerable.Range(1, 50)]);
        var children = IntakeEngine.Decide(world.Snapshot(), Given.Now).Creates;

        Assert.Equal(50, children.Length);
        Assert.Equal(IntakeEngine.MostMarks, IntakeEngine.Decide(world.Snapshot(children), Given.Now).Marks.Length);
        world.Poll(3);
        Assert.All(world.Issues.Values, labels => Assert.Contains("foreman:in-progress", labels));
    }

    [Fact]
    public void Marks_that_are_refused_keep_no_others_from_being_written_and_are_told()
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 100 }) with { AllowOverwrite = true }).With([.. Enumerable.Range(1, 30)]);
        world.Refused.UnionWith(Enumerable.Range(1, 25));

        world.Poll(3);

        Assert.All(world.Issues, i => Assert.Equal(i.Key > 25, i.Value.Contains("foreman:in-progress")));
        var planned = world.Status.Conditions.Find(ConditionTypes.Planned)!;
        Assert.Equal((Reasons.SourceUnwritable, "Issue #1 may not be written. It is tried again."), (planned.Reason, planned.Message));
        var writes = world.Writes.Count;
        world.Poll(5);
        Assert.Equal(writes, world.Writes.Count);
    }

    [Fact]
    public void A_cancelled_source_waits_for_marks_that_are_held()
    {
        var world = new IntakeWorld().With(1);
        world.Poll();
        world.Refused.Add(1);
        world.Change(s => s with { Cancel = true });
        world.Poll();
        world.Work();

        world.Poll(5);
        Assert.Null(world.Status.Conditions.Find(ConditionTypes.Completed));
        world.Poll(60);

        Assert.True(world.Status.Conditions.IsTrue(ConditionTypes.Completed));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_name_that_can_be_no_label_is_told_so_instead_of_looked_for(int length, bool canBe)
    {
        var world = new IntakeWorld(name: new('n', length));

        Assert.Equal(canBe, IntakeEngine.CanBeLabel(world.Workload));
        world.Poll();
        Assert.Equal(Reasons.InvalidPlan, world.Status.Conditions.Find(ConditionTypes.Completed)!.Reason);
    }

    [Fact]
    public void A_Workload_that_is_being_deleted_is_left_alone()
    {
        var world = new IntakeWorld().With(1);
        var snapshot = world.Snapshot();
        var going = world.Workload with { Metadata = world.Workload.Metadata with { DeletionTimestamp = Given.Now } };

        Assert.Same(IntakeDecision.Nothing, IntakeEngine.Decide(snapshot with { Workload = going }, Given.Now));
        Assert.False(IntakeEngine.NeedsListing(going));
        Assert.True(IntakeEngine.NeedsListing(world.Workload));
    }
}
