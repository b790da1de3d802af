using Foreman.Api;

namespace Foreman.Scheduling.Tests.Explaining;

public class ExplanationTests
{
    [Fact]
    public void The_counts_tell_every_host_once_and_the_nearest_one_with_its_fix()
    {
        var task = Given.Task("t").With(s => s with { RequiredCapability = new() { MinRAMGB = 40, Accelerator = RequiredAccelerator.Cuda } });
        var metal = Given.Node("mac", ram: 128);
        metal = metal with { Status = metal.Status! with { Capability = metal.Status.Capability! with { Accelerator = Accelerator.Metal } } };

        var plan = Given.Decide(Given.Cluster([Given.Node("a", ram: 16), Given.Node("b", ram: 34), metal], task));

        var told = plan.Write("t").Scheduled();
        Assert.Equal(Reasons.NoMatchingNode, told.Reason);
        Assert.Equal(
            "0 of 3 nodes match: 2 with too little available RAM, 1 with another accelerator. "
            + "Nearest is b: 40 GiB asked, 34 there. To let it match: lower spec.requiredCapability.minRAMGB to 34.",
            told.Message);
    }

    [Fact]
    public void An_empty_fleet_says_what_to_start()
    {
        var told = Given.Decide(Given.Cluster([], Given.Task("t"))).Write("t").Scheduled();

        Assert.Equal(Reasons.NoMatchingNode, told.Reason);
        Assert.Contains("Start foreman-agent on a host", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_passes_by_itself_is_waiting_not_never()
    {
        var busy = Given.Task("busy").Assigned("a").Claimed();

        var told = Given.Decide(Given.Cluster([Given.Node("a")], busy, Given.Task("t"))).Write("t").Scheduled();

        Assert.Equal(Reasons.WaitingForCapacity, told.Reason);
        Assert.Contains("1 of 1 in use", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advice_works_when_it_is_followed()
    {
        var task = Given.Task("t").With(s => s with { RequiredCapability = new() { MinContextTokens = 100000 } });
        Assert.Contains("minContextTokens to 32768", Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").Scheduled().Message, StringComparison.Ordinal);

        var changed = task.With(s => s with { RequiredCapability = new() { MinContextTokens = 32768 } });
        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([Given.Node("a")], changed)).Write("t"));
    }

    [Fact]
    public void The_same_answer_is_written_once_and_told_once()
    {
        var cluster = Given.Cluster([], Given.Task("t"));
        var first = Given.Decide(cluster);
        Assert.NotNull(first.Write("t").Event);

        Assert.Empty(Given.Decide(cluster.Then(first, 1)).Tasks);
    }
}
