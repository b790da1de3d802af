using Foreman.Operator.Workloads.Intake;
using Foreman.Testing;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Workloads.Intake;

public class IntakeMemoryTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_list_before_is_one_of_another_time()
    {
        var memory = new IntakeMemory(_time);
        var lists = Enumerable.Range(1, 3).Select(n => new IntakeListing([new LabelledIssue(n, [])], IsCut: false, _time.GetUtcNow())).ToArray();

        memory.Note(lists[0]);
        Assert.Null(memory.Previous);
        memory.Note(lists[1]);
        Assert.Null(memory.Previous);
        _time.Advance(IntakeMemory.BetweenLists);
        memory.Note(lists[2]);
        Assert.Same(lists[0], memory.Previous);
    }

    [Fact]
    public void What_was_refused_and_what_was_found_is_believed_for_a_while()
    {
        var memory = new IntakeMemory(_time);
        memory.Refuse("night-1", "no");
        memory.NoteBranch("foreman/night-2/issue-2");
        memory.Hold("uid-3", "locked");

        _time.Advance(IntakeMemory.Believed - TimeSpan.FromSeconds(1));
        Assert.Equal("locked", memory.Held["uid-3"]);
        Assert.Equal(("no", true), (memory.Obstacles["night-1"], memory.Branches["foreman/night-2/issue-2"]));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(memory.Obstacles);
        Assert.Empty(memory.Branches);
        Assert.Empty(memory.Held);
    }
}
