using Foreman.Api;
using Foreman.Agent.Heartbeat;

namespace Foreman.Agent.Tests.Heartbeat;

public class StatusChangeTests
{
    private static readonly DateTimeOffset Now = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);

    private static readonly FleetNodeStatus Status = new()
    {
        Phase = FleetNodePhase.Ready,
        LastHeartbeatTime = Now,
        Slots = 2,
        NotAccepting = [],
        Capability = new NodeCapability
        {
            Accelerator = Accelerator.Cuda,
            AvailableRAMGB = 100,
            TokensPerSecond = 40,
            Accelerators = [new AcceleratorDevice { Name = "H200", MemoryFreeMB = 1000 }],
            Models = [new ServedModel { Name = "m", FreeSlots = 2, DecodeTokensPerSecond = 40, MeasuredAt = Now }],
        },
    };

    [Fact]
    public void Times_free_memory_and_load_can_wait()
    {
        var later = Status with
        {
            LastHeartbeatTime = Now.AddSeconds(10),
            Capability = Status.Capability! with
            {
                AvailableRAMGB = 95,
                TokensPerSecond = 45,
                SwapUsedGB = 1,
                Accelerators = [new AcceleratorDevice { Name = "H200", MemoryFreeMB = 10 }],
                Models = [new ServedModel { Name = "m", FreeSlots = 0, DecodeTokensPerSecond = 45, MeasuredAt = Now.AddSeconds(10) }],
            },
        };

        Assert.False(StatusChange.IsMaterial(Status, later));
        Assert.False(StatusChange.IsMaterial(Status, Status));
    }

    [Fact]
    public void What_placement_depends_on_cannot_wait()
    {
        Assert.True(IsMaterial(s => s with { Phase = FleetNodePhase.Draining }));
        Assert.True(IsMaterial(s => s with { Slots = 1 }));
        Assert.True(IsMaterial(s => s with { NotAccepting = [new NotAccepting { Reason = "DiskPressure" }] }));
        Assert.True(Capability(c => c with { AvailableRAMGB = 80 }));
        Assert.True(Capability(c => c with { TokensPerSecond = 10 }));
        Assert.True(Capability(c => c with { TokensPerSecond = null }));
        Assert.True(Capability(c => c with { Accelerator = Accelerator.None }));
        Assert.True(Capability(c => c with { Models = [] }));
        Assert.True(Capability(c => c with { Models = [c.Models![0] with { ContextTokens = 4096 }] }));
        Assert.True(Capability(c => c with { OnBattery = true }));
    }

    [Fact]
    public void An_empty_list_that_is_stored_as_absent_is_no_change() =>
        Assert.False(StatusChange.IsMaterial(Status with { NotAccepting = null }, Status));

    private static bool IsMaterial(Func<FleetNodeStatus, FleetNodeStatus> change) => StatusChange.IsMaterial(Status, change(Status));

    private static bool Capability(Func<NodeCapability, NodeCapability> change) =>
        IsMaterial(s => s with { Capability = change(s.Capability!) });
}
