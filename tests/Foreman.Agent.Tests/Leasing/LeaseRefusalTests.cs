using Foreman.Api;
using Foreman.Agent.Leasing;
using Foreman.Kubernetes;

namespace Foreman.Agent.Tests.Leasing;

public class LeaseRefusalTests
{
    [Fact]
    public void A_holder_whose_Lease_runs_down_may_be_dead_and_one_that_renews_is_alive()
    {
        var first = new LeaseAttempt(false, "other/1", TimeSpan.FromSeconds(40));
        var less = first with { ExpiresIn = TimeSpan.FromSeconds(38) };

        Assert.Equal(LeaseRefusalKind.Silent, LeaseRefusal.Decide(null, first));
        Assert.Equal(LeaseRefusalKind.Silent, LeaseRefusal.Decide(first, less));
        Assert.Equal(LeaseRefusalKind.Alive, LeaseRefusal.Decide(less, first));
        Assert.Equal(LeaseRefusalKind.Silent, LeaseRefusal.Decide(less, first with { Holder = "third/1" }));
    }

    [Fact]
    public void The_message_names_the_holder_with_its_host_and_process_and_what_to_do()
    {
        var instance = new AgentInstance { Holder = "other/1", Host = "gpu-2", Pid = 77 };

        var message = LeaseRefusal.Describe("mac-1", new LeaseAttempt(false, "other/1"), instance);

        Assert.Equal(
            "the FleetNode name mac-1 is held by another agent (other/1 on host gpu-2, process 77): "
            + "give this host another name with --fleet-node-name, or stop that agent",
            message);
    }
}
