using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Rescue;

[Trait("Kind", "1")]
public class UnknownStatesTests
{
    /// <summary>A status as it may be stored, after how many seconds at most the task is placed again, and what is told.</summary>
    public static TheoryData<string, int, string> States => new()
    {
        { """{"phase":"Running","assignedNode":"never-there"}""", 56, "without a place in status.placement" },
        { """{"phase":"Running","assignedNode":"a"}""", 56, "without a place in status.placement" },
        { """{"phase":"Running","assignedNode":"a","placement":"Node","attempt":1}""", 56, "nobody had claimed it" },
        { """{"phase":"Running","assignedNode":"never-there","placement":"Node","attempt":1}""", 56, "nobody had claimed it" },
        { """{"phase":"Running","assignedNode":"a","placement":"Node","attempt":1,"claim":{}}""", 56, "nobody had claimed it" },
        { """{"phase":"Running","assignedNode":"a","placement":"Operator","attempt":1}""", 56, "nobody had claimed it" },
        { """{"phase":"Running"}""", 56, "without a place in status.placement" },
        { """{"phase":"Running","placement":"Node","claim":{"holder":"host/1"}}""", 56, "without a host in status.assignedNode" },
        { """{"phase":"Running","assignedNode":"","placement":"Node","claim":{"holder":"host/1"}}""", 56, "without a host in status.assignedNode" },
        { """{"phase":"Running","assignedNode":"a","claim":{"holder":"host/1"},"attempt":1}""", 56, "without a place in status.placement" },
        { """{"phase":"Running","assignedNode":"a","placement":"Auto","claim":{"holder":"host/1"},"attempt":1}""", 56, "without a place in status.placement" },
        { """{"phase":"Running","assignedNode":"a","placement":"","claim":{"holder":"host/1"},"attempt":1}""", 56, "without a place in status.placement" },
        { """{"phase":"Running","assignedNode":"never-there","placement":"Node","claim":{"holder":"x/1"},"attempt":1}""", 56, "FleetNode never-there and its Lease are gone" },
        { """{"phase":"Running","assignedNode":"a","placement":"Node","claim":{"holder":"elsewhere/9"},"attempt":1}""", 31, "replaced by a new process" },
        { """{"phase":"Scheduled","assignedNode":"never-there","placement":"Node","attempt":1}""", 16, "did not claim the task" },
        { """{"phase":"Scheduled","assignedNode":"unmanaged","placement":"Node","attempt":1}""", 56, "no agent of unmanaged was seen" },
        { """{"phase":"Scheduled","assignedNode":"a"}""", 56, "without a place in status.placement" },
        { """{"phase":"Scheduled"}""", 56, "without a place in status.placement" },
        { """{"phase":"Scheduled","placement":"Node","attempt":4}""", 56, "without a host in status.assignedNode" },
        { """{"phase":"Verifying","assignedNode":"a"}""", 56, "a task of phase \"Verifying\"" },
        { """{"phase":"Dreaming","assignedNode":"a","placement":"Node","claim":{"holder":"host/1"},"attempt":1}""", 56, "a task of phase \"Dreaming\"" },
        { """{"phase":""}""", 56, "a task of phase \"\"" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void A_task_in_a_state_that_nobody_here_leaves_it_in_is_placed_again_and_says_why(string status, int seconds, string told)
    {
        var read = (AgenticTaskStatus)System.Text.Json.JsonSerializer.Deserialize(status, typeof(AgenticTaskStatus), ApiJson.Default)!;
        var cluster = Given.Cluster([Given.Node("a", slots: 4), Given.Node("unmanaged")], Given.Task("t") with { Status = read });
        cluster = cluster with { Leases = [.. cluster.Leases.Where(l => l.Name() == Labels.LeaseName("a"))] };
        var decisions = new List<TaskDecision>();

        for (var second = 0; second <= seconds + 1; second++)
        {
            var plan = Given.Decide(cluster.Renewed("a"));
            decisions.AddRange(plan.Tasks);
            cluster = cluster.Renewed("a").Then(plan, 1);
        }

        var back = Assert.Single(decisions.OfType<TakeBackTask>());
        Assert.Contains(told, back.Attempt.Message, StringComparison.Ordinal);
        Assert.Contains(told, back.After.Status.Conditions.Find(ConditionTypes.Scheduled)!.Message, StringComparison.Ordinal);
        Assert.True(back.Attempt.Attempt >= 0);
        var assigned = Assert.Single(decisions.OfType<AssignTask>());
        Assert.Equal(("a", read.Attempt + 1), (assigned.After.Status.AssignedNode, assigned.After.Status.Attempt));
    }

    public static TheoryData<string> Statuses => new(States.Select(s => s.Data.Item1));

    [Theory]
    [MemberData(nameof(Statuses))]
    public void The_patch_that_takes_it_back_touches_only_what_is_there(string status)
    {
        var stored = System.Text.Json.Nodes.JsonNode.Parse(status)!.AsObject();
        var read = (AgenticTaskStatus)System.Text.Json.JsonSerializer.Deserialize(status, typeof(AgenticTaskStatus), ApiJson.Default)!;

        var patch = TaskWrites.TakeBack(Given.Task("t") with { Status = read }, new(), []).Content.AsArray();

        foreach (var operation in patch.Where(o => (string)o!["op"]! is "remove"))
        {
            Assert.True(stored.ContainsKey(((string)operation!["path"]!)["/status/".Length..]), $"{operation["path"]} is not there");
        }

        Assert.All(
            new[] { "assignedNode", "placement", "claim" }.Where(stored.ContainsKey),
            field => Assert.Contains(patch, o => (string)o!["op"]! == "remove" && (string)o["path"]! == $"/status/{field}"));
    }

    [Fact]
    public void It_does_not_count_against_the_task()
    {
        var unknown = Given.Task("t") with { Status = new() { Phase = TaskPhase.Running, AssignedNode = "a" } };
        var cluster = Given.Cluster([Given.Node("a")], unknown.With(s => s with { RetryPolicy = new() { Limit = 0 } }));
        var seen = Given.Decide(cluster);
        var back = Given.Decide(cluster.Then(seen, 56).Renewed("a"));

        Assert.IsType<AssignTask>(Given.Decide(cluster.Then(seen, 56).Renewed("a").Then(back)).Write("t"));
    }

    [Fact]
    public void It_is_left_alone_in_a_disruption_and_while_the_api_server_is_away()
    {
        var unknown = Given.Task("t") with { Status = new() { Phase = TaskPhase.Running, AssignedNode = "a" } };
        var cluster = Given.Cluster([Given.Node("a")], unknown) with { IsApiReachable = false };
        var seen = Given.Decide(cluster);

        var later = Given.Decide(cluster.Then(seen, 600));
        Assert.Empty(later.Tasks);

        var back = cluster.Then(later, 601) with { IsApiReachable = true };
        Assert.Empty(Given.Decide(back).Tasks);
    }
}
