using Foreman.Api;

namespace Foreman.Scheduling.Tests.Matching;

public class ResourceClausesTests
{
    [Fact]
    public void Memory_of_a_device_that_has_failed_does_not_count_and_the_others_still_do()
    {
        AcceleratorDevice good = new() { Name = "one", Kind = Accelerator.Cuda, MemoryTotalMB = 24576, Healthy = true };
        var failed = good with { Name = "two", Healthy = false, Reason = "the driver does not tell its memory" };

        Assert.Null(Waits(asked: 48, good, good));
        Assert.Null(Waits(asked: 24, good, failed));
        Assert.Null(Waits(asked: 48, good, good with { Healthy = null }));
        var one = Waits(asked: 48, good, failed);
        Assert.Contains("48 GiB asked, 24 there, as one that has failed does not count", one, StringComparison.Ordinal);
        Assert.Contains("status.capability.accelerators of FleetNode a", one, StringComparison.Ordinal);
        Assert.Contains("as 2 that have failed do not count", Waits(asked: 1, failed, failed), StringComparison.Ordinal);
        Assert.DoesNotContain("failed", Waits(asked: 48, good), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_fails_takes_no_other_work_from_its_host()
    {
        AcceleratorDevice failed = new() { Name = "two", MemoryTotalMB = 24576, Healthy = false };

        var plan = Given.Decide(Given.Cluster([With(failed)], Given.Task("t")));

        Assert.IsType<AssignTask>(Assert.Single(plan.Tasks));
    }

    private static string? Waits(int asked, params AcceleratorDevice[] devices)
    {
        var task = Given.Task("t").With(s => s with { RequiredCapability = new() { MinAcceleratorMemoryGB = asked } });
        return Assert.Single(Given.Decide(Given.Cluster([With(devices)], task)).Tasks) is ExplainTask explained ? explained.Scheduled().Message : null;
    }

    private static FleetNode With(params AcceleratorDevice[] devices)
    {
        var node = Given.Node("a");
        return node with { Status = node.Status! with { Capability = node.Status.Capability! with { Accelerators = devices } } };
    }
}
