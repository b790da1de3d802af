using Foreman.Api;
using Foreman.Agent.Hosting;
using Foreman.Probes;

namespace Foreman.Agent.Tests.Hosting;

public class HostStateTests
{
    [Fact]
    public void A_probe_that_finds_the_same_slots_wakes_nobody()
    {
        var state = new HostState();
        var changes = 0;
        state.Changed += () => changes++;

        state.Change(f => f with { Probed = Probe(2, ram: 10) });
        state.Change(f => f with { Probed = Probe(2, ram: 9) });
        state.Change(f => f with { Probed = Probe(3, ram: 9) });
        state.Change(f => f with { RequestedDrain = new NodeDrain { Reason = "update" } });
        state.Change(f => f with { RequestedDrain = new NodeDrain { Reason = "update" } });

        Assert.Equal(3, changes);
        Assert.Equal(9, state.Facts.Probed!.Capability.AvailableRAMGB);
    }

    private static ProbeResult Probe(int slots, int ram) => new(new NodeCapability { AvailableRAMGB = ram }, slots, "linux", "amd64", []);
}
