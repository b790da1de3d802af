using Foreman.Api;
using Foreman.Operator.Workloads;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Workloads;

public class WorkloadMemoryTests
{
    private static readonly Workload Stored = new() { Metadata = new() { Name = "w", Uid = "1", ResourceVersion = "9" }, Status = new() { Phase = WorkloadPhase.Planned } };

    [Theory]
    [InlineData("9", "Planned")]
    [InlineData("10", "Completed")]
    [InlineData("100", "Completed")]
    [InlineData("not-a-number", "Planned")]
    public void A_status_counts_until_the_store_has_it(string written, string phase)
    {
        var memory = new WorkloadMemory("1");
        memory.NoteStatus(written, new() { Phase = WorkloadPhase.Completed });

        Assert.Equal(phase, memory.Newest(Stored).Status!.Phase!.Value.Value);
    }

    [Fact]
    public void A_status_that_came_back_is_forgotten()
    {
        var memory = new WorkloadMemory("1");
        memory.NoteStatus("10", new() { Phase = WorkloadPhase.Completed });
        memory.Newest(Stored with { Metadata = Stored.Metadata with { ResourceVersion = "10" } });

        Assert.Same(Stored, memory.Newest(Stored));
    }

    [Fact]
    public void What_was_refused_is_left_alone_for_a_while_unless_the_spec_changes()
    {
        var (time, pause) = (new ManualTimeProvider(), TimeSpan.FromSeconds(30));
        var memory = new WorkloadMemory("1");
        memory.Refuse("w-a", new("no", 2, time.GetTimestamp()));
        time.Advance(pause - TimeSpan.FromTicks(1));
        memory.Refuse("w-b", new("no either", 2, time.GetTimestamp()));

        Assert.Equal(["w-a", "w-b"], memory.Refusals(2, time, pause).Keys.Order(StringComparer.Ordinal));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("no either", Assert.Single(memory.Refusals(2, time, pause)).Value);
        Assert.Empty(memory.Refusals(3, time, pause));
        Assert.Empty(memory.Refusals(2, time, pause));
    }
}
