using Foreman.Sandbox.Seatbelt;

namespace Foreman.Sandbox.Tests.Seatbelt;

public class SeatbeltLauncherTests
{
    [Fact]
    public void Paths_are_arguments_and_never_part_of_the_profile()
    {
        var policy = new CagePolicy { Workspace = "/Volumes/me/w\") (allow default)", ReadOnlyPaths = ["/opt/a", "/opt/b"] };

        var plan = new SeatbeltLauncher().Plan(policy, new CageCommand { Program = "/bin/echo", Arguments = ["a b"] });

        Assert.Equal(["/bin/sh", "-c"], plan.Take(2));
        Assert.DoesNotContain("/Volumes/me", plan[4], StringComparison.Ordinal);
        Assert.Equal(policy.Workspace, plan[5]);
        Assert.Equal(["-D", "READ0=/opt/a", "-D", "READ1=/opt/b"], plan.Skip(6).Take(4));
        Assert.Equal(["/bin/echo", "a b"], plan.TakeLast(2));
    }
}
