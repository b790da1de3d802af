using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Maintenance;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Inspect;

namespace Foreman.Operator.Tests.Maintenance;

public class DrainProgressTests
{
    private static readonly FleetNode Drained = Seen(At(3, new NodeDrain()), Conditions.False, 3);

    [Fact]
    public void What_a_host_has_and_what_has_left_it_is_told_once()
    {
        var (one, two) = (Sample.Task("one").Scheduled(Placement.Node), Sample.Task("two").Scheduled(Placement.Node).Running());
        var first = Next(DrainProgress.Empty, one, two, Sample.Task("three"));
        var second = Next(first, Sample.Task("one"));
        var back = Next(second, one);

        Assert.Equal(["has   team/one: Scheduled on a", "has   team/two: Running on a"], first.Since(DrainProgress.Empty));
        Assert.Equal(["left  team/one: Pending", "left  team/two: deleted"], second.Since(first));
        Assert.Empty(Next(second, Sample.Task("one")).Since(second));
        Assert.Equal(["has   team/one: Scheduled on a"], back.Since(second));
        Assert.Equal(["team/two"], back.Left.Keys);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(Conditions.True, 3, false)]
    [InlineData(Conditions.False, 2, false)]
    [InlineData(Conditions.False, 3, true)]
    [InlineData(Conditions.False, 4, true)]
    public void A_host_is_empty_once_the_operator_has_seen_that_it_takes_none(string? schedulable, int? generation, bool isEmpty)
    {
        var progress = DrainProgress.Empty.Next([], Drained, Seen(Drained, schedulable, generation));

        Assert.Equal((isEmpty, null), (progress.IsEmpty, progress.Ended));
        Assert.Equal(isEmpty ? [] : ["it has no task; the operator has not said yet that it gets none"], progress.Since(DrainProgress.Empty));
    }

    [Fact]
    public void A_host_that_never_had_an_agent_gets_nothing() =>
        Assert.True(DrainProgress.Empty.Next([], Drained, Drained with { Status = null }).IsEmpty);

    [Fact]
    public void A_drain_that_was_taken_back_ends_and_one_that_is_not_read_yet_does_not()
    {
        Assert.Contains("took it back", DrainProgress.Empty.Next([], Drained, At(4, null)).Ended, StringComparison.Ordinal);
        Assert.Contains("was deleted", DrainProgress.Empty.Next([], Drained, null).Ended, StringComparison.Ordinal);
        Assert.Null(DrainProgress.Empty.Next([], Drained, At(2, null)).Ended);
    }

    [Fact]
    public void Trouble_is_told_once()
    {
        var troubled = DrainProgress.Empty with { Trouble = "the server is away" };

        Assert.Equal(["trying again: the server is away"], troubled.Since(DrainProgress.Empty));
        Assert.Empty(troubled.Since(troubled));
    }

    private static FleetNode Seen(FleetNode node, string? schedulable, int? generation) => node with
    {
        Status = node.Status! with { Conditions = schedulable is null ? null : [new() { Type = ConditionTypes.Schedulable, Status = schedulable, Reason = Reasons.Cordoned, Message = "m", ObservedGeneration = generation }] },
    };

    private static DrainProgress Next(DrainProgress before, params AgenticTask[] tasks) => before.Next(tasks, Drained, Drained);

    private static FleetNode At(int generation, NodeDrain? drain)
    {
        var node = InspectedCluster.Node("a");
        return node with { Metadata = node.Metadata with { Generation = generation }, Spec = node.Spec with { Drain = drain } };
    }
}
