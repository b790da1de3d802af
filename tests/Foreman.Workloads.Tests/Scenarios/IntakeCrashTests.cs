using Foreman.Api;
using Foreman.Workloads.Tests.Intake;

namespace Foreman.Workloads.Tests.Scenarios;

/// <summary>An operator that takes issues in and dies with a write: the next one comes to the same end.</summary>
public class IntakeCrashTests
{
    [Fact]
    public void Dying_with_any_write_leads_to_the_same_end()
    {
        var whole = Played(null);
        Assert.InRange(whole.Writes.Count, 30, 200);

        for (var write = 1; write <= whole.Writes.Count; write++)
        {
            var other = Played(write);

            Assert.True(whole.State() == other.State(), $"dying with write {write}, {whole.Writes[write - 1]}:\n{string.Join('\n', other.Writes)}\n{other.State()}\ninstead of\n{whole.State()}");
            Assert.Equal(whole.Made, other.Made);
            Assert.Equal(whole.Intake.Counted, other.Intake.Counted);
        }
    }

    // Issues end well, badly, are closed, and are taken again; the source is held and let go.
    private static IntakeWorld Played(int? diesWith)
    {
        var world = new IntakeWorld(IntakeWorld.Source(s => s with { MaxInProgress = 2 })) { DiesWith = diesWith }.With(1, 2, 3, 4);
        world.Pulls.Add(new(50, "x", "Fixes #4", ""));
        world.Poll(3);
        world.End(1, pulls: "https://git.example.com/acme/shop/pull/51");
        world.Poll(3);
        world.Change(s => s with { Suspend = true });
        world.Poll(3);
        world.Change(s => s with { Suspend = null });
        world.End(2, WorkloadPhase.Failed);
        world.Poll(3);
        world.Issues[2].Remove(IntakeMarks.Failed);
        world.Poll(4);
        world.Close(3);
        world.Poll(4);
        world.Work();
        world.Poll(70);
        world.End(2);
        world.Poll(3);
        Assert.Equal((0, 0, 2, 2), world.Counts);
        Assert.Equal(2, Assert.Single(world.Children).Spec.Issues![0]);
        return world;
    }
}
