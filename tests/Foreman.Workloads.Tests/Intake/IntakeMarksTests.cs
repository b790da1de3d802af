using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Intake;

public class IntakeMarksTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Done")]
    [InlineData("Done yesterday")]
    [InlineData("Gone 2026-03-04T05:06:07Z")]
    [InlineData("Done 2026-03-04T05:06:07Z x")]
    public void A_note_that_is_none_counts_for_nothing(string? note) => Assert.Null(IntakeMarks.NotedOf(Child(note)));

    [Fact]
    public void A_note_is_read_as_it_was_written()
    {
        var mark = IntakeMarks.Due(Child(null), null, null)!;

        Assert.Equal(new NotedMark(MarkState.InProgress, Given.Now), IntakeMarks.NotedOf(Child(mark.NoteAt(Given.Now))));
        Assert.Null(IntakeMarks.Due(Child(mark.NoteAt(Given.Now)), null, null));
    }

    [Theory]
    [InlineData(-60, false)]
    [InlineData(119, false)]
    [InlineData(120, true)]
    public void A_label_counts_as_lost_by_a_list_that_was_read_well_after_it_was_written(int seconds, bool isLost)
    {
        var child = Child(IntakeMarks.Due(Child(null), null, null)!.NoteAt(Given.Now));

        Assert.Equal(isLost, IntakeMarks.Due(child, new(42, ["foreman"]), Given.Now.AddSeconds(seconds)) is not null);
    }

    [Fact]
    public void A_mark_says_whether_the_list_has_its_issue()
    {
        Assert.True(IntakeMarks.Due(Child(null), new(42, ["foreman"]), Given.Now)!.IsListed);
        Assert.True(IntakeMarks.Due(Child(null), null, null)!.IsListed);
        Assert.False(IntakeMarks.Due(Child(null), null, Given.Now)!.IsListed);
    }

    [Fact]
    public void A_failed_issue_is_told_in_words_of_the_cluster_and_not_of_models()
    {
        var child = Ended(Child("InProgress 2026-03-04T05:06:07Z"), WorkloadPhase.Failed, Reasons.ChildrenIncomplete);
        child = child with
        {
            Status = child.Status! with
            {
                PullRequests = ["https://git.example.com/acme/shop/pull/9"],
                Plan =
                [
                    new() { Name = "code-42", Kind = TaskKind.IssueFix, State = StepState.Incomplete, Verdict = Verdict.Incomplete, Message = "SECRET" },
                    new() { Name = "code-42-r1", Kind = TaskKind.IssueFix, State = StepState.Failed, Reason = FailureReason.CloneFailed, Superseded = true },
                    new() { Name = "verify-42", Kind = TaskKind.Verify, State = StepState.Succeeded },
                ],
            },
        };

        var mark = IntakeMarks.Due(child, null, null)!;

        Assert.Equal((IntakeMarks.Failed, IntakeMarks.InProgress, 42), (mark.Add, mark.Remove, mark.Issue));
        Assert.Equal(
            """
            Workload `default/night-42` failed (ChildrenIncomplete). Take the label `foreman:failed` away to have the issue taken in again.
            - Pull request: https://git.example.com/acme/shop/pull/9
            - Step `code-42`: Incomplete, INCOMPLETE
            """.ReplaceLineEndings("\n"),
            mark.Text);
    }

    [Fact]
    public void Work_that_was_done_before_is_told_as_that() => Assert.Equal(
        "Workload `default/night-42` found this done before.",
        IntakeMarks.Due(Ended(Child(null), WorkloadPhase.Completed, Reasons.AllAlreadyResolved), null, null)!.Text);

    [Fact]
    public void One_that_was_cancelled_by_a_person_has_failed_and_one_that_its_source_cancelled_is_dropped()
    {
        var cancelled = Ended(Child("InProgress 2026-03-04T05:06:07Z"), WorkloadPhase.Failed, Reasons.Cancelled);
        var dropped = cancelled with
        {
            Metadata = cancelled.Metadata with { Annotations = new Dictionary<string, string>(cancelled.Metadata.Annotations!) { [Labels.CancelledBecause] = "Issue #42 was closed." } },
        };

        Assert.Equal((MarkState.Failed, MarkState.Dropped), (IntakeMarks.StateOf(cancelled), IntakeMarks.StateOf(dropped)));
        var mark = IntakeMarks.Due(dropped, null, null)!;
        Assert.Equal((null, IntakeMarks.InProgress, "Workload `default/night-42` was cancelled. Issue #42 was closed."), (mark.Add, mark.Remove, mark.Text));
    }

    private static Workload Child(string? note)
    {
        var child = IntakeChild.Of(Given.Workload("night", IntakeWorld.Source()), new(42, ["foreman"]));
        var annotations = new Dictionary<string, string>(child.Metadata.Annotations!);
        if (note is not null)
        {
            annotations[Labels.IntakeMark] = note;
        }

        return child with { Metadata = child.Metadata with { Uid = "uid-child", Generation = 1, Annotations = annotations } };
    }

    private static Workload Ended(Workload child, WorkloadPhase phase, string reason) => child with
    {
        Status = new()
        {
            Phase = phase,
            Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True, Reason = reason, ObservedGeneration = 1, LastTransitionTime = Given.Now }],
        },
    };
}
