using Foreman.Api;
using Foreman.Operator.Workflows;
using Foreman.Testing;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Workflows;

public sealed class WorkflowMemoryTests
{
    private static readonly Workflow Stored = new() { Metadata = new() { Name = "w", Uid = "1", ResourceVersion = "9" }, Status = new() { Phase = WorkflowPhase.Pending } };

    [Theory]
    [InlineData("9", "Pending")]
    [InlineData("10", "Running")]
    [InlineData("100", "Running")]
    [InlineData("not-a-number", "Pending")]
    public void A_write_counts_until_the_store_has_it(string version, string phase)
    {
        var memory = new WorkflowMemory("1");
        memory.Note(Written(version));

        Assert.Equal(phase, memory.Newest(Stored).Status!.Phase!.Value.Value);
    }

    [Fact]
    public void A_write_that_came_back_or_was_not_taken_is_forgotten()
    {
        var memory = new WorkflowMemory("1");
        memory.Note(Written("10"));
        memory.Newest(Written("10"));
        Assert.Same(Stored, memory.Newest(Stored));

        memory.Note(Written("10"));
        memory.Note(null);
        Assert.Same(Stored, memory.Newest(Stored));
    }

    [Fact]
    public void What_was_refused_is_left_alone_for_a_while_unless_step_or_spec_change()
    {
        var (time, pause) = (new ManualTimeProvider(), TimeSpan.FromSeconds(30));
        var memory = new WorkflowMemory("1");
        var obstacle = new WorkflowObstacle("no", IsFinal: false);
        Refuse();
        time.Advance(pause - TimeSpan.FromTicks(1));
        Assert.Same(obstacle, memory.ObstacleOf("a", 2, time, pause));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(memory.ObstacleOf("a", 2, time, pause));

        Refuse();
        Assert.Null(memory.ObstacleOf("b", 2, time, pause));
        Refuse();
        Assert.Null(memory.ObstacleOf("a", 3, time, pause));

        void Refuse() => memory.Refuse("a", 2, obstacle, time.GetTimestamp());
    }

    private static Workflow Written(string version) => Stored with { Metadata = Stored.Metadata with { ResourceVersion = version }, Status = new() { Phase = WorkflowPhase.Running } };
}
