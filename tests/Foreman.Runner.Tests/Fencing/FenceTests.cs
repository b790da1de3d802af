using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using static Foreman.Runner.Tests.Scene.Tasks;

namespace Foreman.Runner.Tests.Fencing;

public sealed class FenceTests
{
    private static readonly V1Patch Nothing = V1Patch.Json();

    [Fact]
    public void A_deleted_task_is_gone() => Assert.Equal(FenceAnswer.Gone, Fence.Decide(Write(WriteKind.End), null));

    [Fact]
    public void Another_task_of_the_same_name_is_gone()
    {
        var other = With(TaskPhase.Running, 1, Me) with { Metadata = new V1ObjectMeta { Name = "task", NamespaceProperty = "space", Uid = "another" } };
        Assert.Equal(FenceAnswer.Gone, Fence.Decide(Write(WriteKind.End), other));
    }

    [Theory]
    [InlineData(nameof(WriteKind.Claim))]
    [InlineData(nameof(WriteKind.Reclaim))]
    [InlineData(nameof(WriteKind.Progress))]
    [InlineData(nameof(WriteKind.End))]
    [InlineData(nameof(WriteKind.GiveBack))]
    [InlineData(nameof(WriteKind.Decline))]
    public void A_task_without_its_attempt_tells_that_the_CRDs_were_replaced(string kind) =>
        Assert.Equal(FenceAnswer.CrdsReplaced, Fence.Decide(Write(Enum.Parse<WriteKind>(kind)), With(TaskPhase.Running, 0, Me)));

    [Theory]
    [InlineData(nameof(WriteKind.Claim))]
    [InlineData(nameof(WriteKind.Reclaim))]
    [InlineData(nameof(WriteKind.Progress))]
    [InlineData(nameof(WriteKind.End))]
    [InlineData(nameof(WriteKind.GiveBack))]
    [InlineData(nameof(WriteKind.Decline))]
    public void A_later_attempt_fences_every_write(string kind) =>
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(Enum.Parse<WriteKind>(kind)), With(TaskPhase.Running, 2, Me)));

    [Fact]
    public void A_claim_that_stands_had_arrived() =>
        Assert.Equal(FenceAnswer.Arrived, Fence.Decide(Write(WriteKind.Claim), With(TaskPhase.Running, 1, Me)));

    [Fact]
    public void A_claim_of_another_fences_ours() =>
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(WriteKind.Claim), With(TaskPhase.Running, 1, Another)));

    [Fact]
    public void A_task_taken_back_before_the_claim_fences_it() =>
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(WriteKind.Claim), With(TaskPhase.Pending, 1)));

    [Fact]
    public void An_assignment_that_still_waits_may_be_claimed_again() =>
        Assert.Equal(FenceAnswer.Retry, Fence.Decide(Write(WriteKind.Claim), With(TaskPhase.Scheduled, 1)));

    [Fact]
    public void A_take_over_from_the_old_process_is_told_from_one_that_arrived()
    {
        var write = Write(WriteKind.Reclaim) with { OldHolder = "host-a/0" };
        Assert.Equal(FenceAnswer.Arrived, Fence.Decide(write, With(TaskPhase.Running, 1, Me)));
        Assert.Equal(FenceAnswer.Retry, Fence.Decide(write, With(TaskPhase.Running, 1, "host-a/0")));
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(write, With(TaskPhase.Running, 1, "host-a/2")));
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(write, With(TaskPhase.Pending, 1)));
    }

    [Fact]
    public void An_end_that_stands_with_our_claim_and_entry_had_arrived() =>
        Assert.Equal(FenceAnswer.Arrived, Fence.Decide(Write(WriteKind.End), With(TaskPhase.Succeeded, 1, Me, Entry(1, AttemptOutcome.Succeeded))));

    [Fact]
    public void An_end_by_another_holder_fences_ours() =>
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(WriteKind.End), With(TaskPhase.Succeeded, 1, Another, Entry(1, AttemptOutcome.Succeeded))));

    [Fact]
    public void An_end_that_the_operator_wrote_for_a_lost_attempt_fences_ours() =>
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(WriteKind.End), With(TaskPhase.Failed, 1, Me, Entry(1, AttemptOutcome.Lost))));

    [Fact]
    public void An_end_may_be_tried_again_while_the_task_is_ours() =>
        Assert.Equal(FenceAnswer.Retry, Fence.Decide(Write(WriteKind.End), With(TaskPhase.Running, 1, Me)));

    [Fact]
    public void A_task_taken_back_fences_the_end() =>
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(WriteKind.End), With(TaskPhase.Pending, 1, null, Entry(1, AttemptOutcome.Lost))));

    [Fact]
    public void A_task_given_back_and_assigned_anew_shows_by_its_entry_that_the_write_had_arrived() =>
        Assert.Equal(FenceAnswer.Arrived, Fence.Decide(Write(WriteKind.GiveBack), With(TaskPhase.Running, 2, Another, Entry(1, AttemptOutcome.GivenBack))));

    [Fact]
    public void A_task_taken_back_before_it_was_given_back_fences_the_giving_back() =>
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(WriteKind.GiveBack), With(TaskPhase.Pending, 1, null, Entry(1, AttemptOutcome.Lost))));

    [Fact]
    public void A_task_that_is_still_ours_may_be_given_back_again() =>
        Assert.Equal(FenceAnswer.Retry, Fence.Decide(Write(WriteKind.GiveBack), With(TaskPhase.Running, 1, Me)));

    [Fact]
    public void A_refusal_is_told_from_one_that_arrived()
    {
        Assert.Equal(FenceAnswer.Arrived, Fence.Decide(Write(WriteKind.Decline), With(TaskPhase.Pending, 1, null, Entry(1, AttemptOutcome.Declined))));
        Assert.Equal(FenceAnswer.Retry, Fence.Decide(Write(WriteKind.Decline), With(TaskPhase.Scheduled, 1)));
        Assert.Equal(FenceAnswer.Fenced, Fence.Decide(Write(WriteKind.Decline), With(TaskPhase.Running, 1, Another)));
    }

    private static FencedWrite Write(WriteKind kind) => new(kind, Held(), Nothing);
}
