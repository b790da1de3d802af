using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Inspect;

namespace Foreman.Operator.Tests.Inspect;

public class NodesCommandTests
{
    [Fact]
    public async Task Hosts_are_shown_with_what_they_offer()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac", slots: 2), InspectedCluster.Node("away", ready: Conditions.False));

        var text = await cluster.RunAsync("nodes");
        var json = JsonNode.Parse((await cluster.RunAsync("nodes", "-o", "json")).Out)!;

        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Matches(@"\naway +NotReady +0/1 +64/64 GiB +metal +qwen +- +HeartbeatStale: m\n", text.Out);
        Assert.Matches(@"\nmac +Ready +0/2 +64/64 GiB +metal +qwen +-\n", text.Out);
        Assert.Equal(["away", "mac"], json["nodes"]!.AsArray().Select(n => (string)n!["node"]!));
        Assert.Equal(("Ready", 2), ((string)json["nodes"]![1]!["state"]!, (int)json["nodes"]![1]!["slots"]!));
    }

    [Fact]
    public void A_fleet_without_hosts_says_how_to_get_one() =>
        Assert.Contains("foreman-operator enroll", Assert.Single(NodesCommand.Lines([])).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData(null, null, false, "Unknown")]
    [InlineData(Conditions.True, Reasons.AcceptingTasks, false, "Ready")]
    [InlineData(Conditions.True, Reasons.Cordoned, false, "Cordoned")]
    [InlineData(Conditions.True, Reasons.Cordoned, true, "Draining")]
    [InlineData(Conditions.True, Reasons.Draining, false, "Draining")]
    [InlineData(Conditions.True, "", false, "Ready")]
    [InlineData(Conditions.True, Reasons.NotAccepting, false, "Closed")]
    [InlineData(Conditions.False, Reasons.AcceptingTasks, false, "NotReady")]
    [InlineData(Conditions.Unknown, Reasons.AcceptingTasks, false, "Unknown")]
    public void A_state_is_one_word(string? ready, string? schedulable, bool drains, string state)
    {
        var node = InspectedCluster.Node("a");
        node = node with
        {
            Spec = node.Spec with { Drain = drains ? new() : null, Unschedulable = schedulable == Reasons.Cordoned && !drains ? true : null },
            Status = node.Status! with
            {
                Conditions = ready is null ? [] :
                [
                    new() { Type = ConditionTypes.Ready, Status = ready, Reason = "R", Message = "m" },
                    // Without a reason here: what the operator wrote before the host was opened again.
                    new() { Type = ConditionTypes.Schedulable, Status = schedulable == Reasons.AcceptingTasks ? Conditions.True : Conditions.False, Reason = schedulable is "" ? Reasons.Cordoned : schedulable!, Message = "m" },
                ],
            },
        };

        Assert.Equal((state, state == "Ready"), (NodesCommand.State(node).State, NodesCommand.State(node).Why.Length == 0));
    }
}
