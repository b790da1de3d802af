using Foreman.Api;
using Foreman.Operator.UserDeployments;
using Foreman.Testing;

namespace Foreman.Operator.Tests.UserDeployments;

public sealed class DeploymentMemoryTests
{
    [Fact]
    public void A_plan_is_due_at_once_when_it_is_new_and_else_after_the_resync()
    {
        var time = new ManualTimeProvider();
        var memory = new DeploymentMemory("u");
        var resync = TimeSpan.FromMinutes(5);
        Assert.Equal(TimeSpan.Zero, memory.DueIn("one", resync, time));

        memory.NoteApplied("one", time.GetTimestamp());
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(TimeSpan.FromMinutes(3), memory.DueIn("one", resync, time));
        Assert.Equal(TimeSpan.Zero, memory.DueIn("other", resync, time));
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(TimeSpan.Zero, memory.DueIn("one", resync, time));
    }

    [Fact]
    public void An_own_status_counts_until_the_store_has_it()
    {
        var memory = new DeploymentMemory("u");
        memory.NoteStatus("12", new() { Phase = UserDeploymentPhase.Running });

        Assert.Equal(UserDeploymentPhase.Running, memory.Newest(At("9")).Status?.Phase);
        Assert.Null(memory.Newest(At("12")).Status);

        static UserDeployment At(string version) => new() { Metadata = new() { Name = "a", ResourceVersion = version } };
    }
}
