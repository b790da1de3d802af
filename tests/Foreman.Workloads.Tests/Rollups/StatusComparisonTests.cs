using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Rollups;

public sealed class StatusComparisonTests
{
    [Fact]
    public void Equal_texts_in_other_lists_are_equal() => Assert.True(StatusComparison.AreEqual(Full(), Full()));

    [Fact]
    public void An_empty_list_says_what_none_says() =>
        Assert.True(StatusComparison.AreEqual(new() { Phase = WorkloadPhase.Planned }, new() { Phase = WorkloadPhase.Planned, Tasks = [], PullRequests = [], Conditions = [], Plan = [] }));

    [Fact]
    public void No_status_says_something_else_than_an_empty_one() => Assert.False(StatusComparison.AreEqual(null, new()));

    public static TheoryData<string> Differences => ["phase", "count", "condition", "step", "dependsOn", "task", "pull", "usage", "more", "order"];

    [Theory]
    [MemberData(nameof(Differences))]
    public void Every_difference_is_seen(string what)
    {
        var full = Full();
        var other = what switch
        {
            "phase" => full with { Phase = WorkloadPhase.Failed },
            "count" => full with { InFlightTasks = 9 },
            "condition" => full with { Conditions = [full.Conditions![0] with { Message = "other" }] },
            "step" => full with { Plan = [full.Plan![0] with { Message = "other" }, full.Plan[1]] },
            "dependsOn" => full with { Plan = [full.Plan![0] with { DependsOn = ["z"] }, full.Plan[1]] },
            "task" => full with { Tasks = [new() { Name = "other" }] },
            "pull" => full with { PullRequests = ["other"] },
            "usage" => full with { Usage = new() { Seconds = 2 } },
            "more" => full with { Plan = [.. full.Plan!, new()] },
            _ => full with { Plan = [.. Enumerable.Reverse(full.Plan!)] },
        };

        Assert.False(StatusComparison.AreEqual(full, other));
    }

    private static WorkloadStatus Full() => new()
    {
        Phase = WorkloadPhase.Dispatched,
        InFlightTasks = 1,
        Usage = new() { Seconds = 1 },
        Conditions = [new() { Type = ConditionTypes.Planned, Status = Conditions.True, Reason = "x", Message = "y" }],
        Plan = [new() { Name = "a", DependsOn = ["x", "y"], State = StepState.Running, Usage = new() { Seconds = 1 } }, new() { Name = "b" }],
        Tasks = [new() { Name = "w-a", NamespaceProperty = "default" }],
        PullRequests = ["https://forge/pulls/1"],
    };
}
