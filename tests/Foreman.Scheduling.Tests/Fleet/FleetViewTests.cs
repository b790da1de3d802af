using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Fleet;

public class FleetViewTests
{
    [Fact]
    public void A_slot_is_given_away_once_it_is_stored_that_its_task_was_taken_back()
    {
        var back = Given.Task("back").After(new TaskAttempt { Attempt = 1, Node = "a", Placement = Placement.Node, Outcome = AttemptOutcome.Lost });
        var cluster = Given.Cluster([Given.Node("a")], back, Given.Task("next"));

        var before = Given.Decide(cluster with { Unconfirmed = new HashSet<string> { back.Uid() } });
        var after = Given.Decide(cluster with { Tasks = [Given.Task("next")] });

        Assert.Equal((Conditions.False, Reasons.WaitingForCapacity), (before.Write("next").Scheduled().Status, before.Write("next").Scheduled().Reason));
        Assert.Equal("a", after.Write("next").After.Status.AssignedNode);
    }

    [Fact]
    public void A_task_that_waits_for_another_write_holds_no_slot_of_its_earlier_host_when_it_is_assigned_again()
    {
        var again = Given.Task("again").After(new TaskAttempt { Attempt = 1, Node = "a", Placement = Placement.Node, Outcome = AttemptOutcome.Lost }).Assigned("b");
        var cluster = Given.Cluster([Given.Node("a"), Given.Node("b")], again, Given.Task("next")) with { Unconfirmed = new HashSet<string> { again.Uid() } };

        Assert.Equal("a", Given.Decide(cluster).Write("next").After.Status.AssignedNode);
    }
}
