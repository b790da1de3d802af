using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Plans;

[Trait("Kind", "12")]
public class TaskDecisionsTests
{
    public static TheoryData<string> Writes => ["assigned", "explained", "taken back", "unsupported", "cancelled"];

    [Theory]
    [MemberData(nameof(Writes))]
    public void Every_condition_that_is_written_is_about_the_spec_of_now(string what)
    {
        var before = new V1Condition { Type = "Other", Status = Conditions.True, ObservedGeneration = 1 };
        var task = what switch
        {
            "explained" => Given.Task("t").With(s => s with { Suspend = true }),
            "taken back" => Given.Task("t").Assigned("a", Placement.Operator).Claimed("gone"),
            "unsupported" => Given.Task("t").With(s => s with { Placement = new("Train") }),
            "cancelled" => Given.Task("t").With(s => s with { Cancel = true }),
            _ => Given.Task("t"),
        };
        task = task with { Metadata = task.Metadata with { Generation = 9 }, Status = task.Status with { Conditions = [before] } };

        var conditions = Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").After.Status.Conditions!;

        Assert.Contains(before, conditions);
        Assert.Contains(conditions, c => c.Type != "Other");
        Assert.All(conditions.Where(c => c.Type != "Other"), c => Assert.Equal(9, c.ObservedGeneration));
    }

    [Fact]
    public void A_wait_of_a_lost_run_is_over_with_it()
    {
        var task = Given.Task("t").Assigned("a", Placement.Operator).Claimed("gone");
        task = task with { Status = task.Status with { Conditions = [new V1Condition { Type = ConditionTypes.Waiting, Status = Conditions.True, Reason = Reasons.ModelLoading }] } };

        var after = Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").After;

        Assert.Equal((TaskPhase.Pending, null), (after.Status.Phase, after.Status.Conditions.Find(ConditionTypes.Waiting)));
    }

    [Fact]
    public void A_long_name_that_somebody_wrote_makes_no_message_too_long()
    {
        var task = Given.Task("t") with { Status = new() { Phase = new TaskPhase(new string('\u00e4', 4000)), AssignedNode = "a" } };
        var cluster = Given.Cluster([Given.Node("a")], task);
        var seen = Given.Decide(cluster);

        var message = Given.Decide(cluster.Then(seen, 56).Renewed("a")).Write("t").After.Status.Attempts[0].Message!;

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(message), 1, TaskAttempt.MaxMessageBytes);
    }
}
