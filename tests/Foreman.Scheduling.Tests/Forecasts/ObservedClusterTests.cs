using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Forecasts;

public class ObservedClusterTests
{
    [Theory]
    [InlineData(null, null, true, NodeLiveness.Live)]
    [InlineData(null, null, false, NodeLiveness.Unmanaged)]
    [InlineData(Conditions.True, Reasons.HeartbeatFresh, true, NodeLiveness.Live)]
    [InlineData(Conditions.False, Reasons.HeartbeatStale, true, NodeLiveness.Dead)]
    [InlineData(Conditions.False, Reasons.AgentStopped, true, NodeLiveness.Stopped)]
    [InlineData(Conditions.Unknown, Reasons.ControlPlanePartition, true, NodeLiveness.Suspect)]
    public void What_the_operator_wrote_of_a_host_stands_for_its_Lease(string? ready, string? reason, bool hasInstance, NodeLiveness expected)
    {
        var node = Given.Node("a");
        node = node with
        {
            Status = node.Status! with
            {
                Instance = hasInstance ? new() { Holder = "host/1" } : null,
                Conditions = ready is null ? null : [new() { Type = ConditionTypes.Ready, Status = ready, Reason = reason!, Message = "m" }],
            },
        };
        var cluster = ObservedCluster.Of(new ClusterSnapshot { Nodes = [node] }, Given.Now);

        var plan = Scheduler.Decide(cluster, Given.Now);

        Assert.Equal(expected, LivenessRules.StateOf(plan.State.Leases.GetValueOrDefault("a"), cluster.Uptime, plan.State.Disrupted));
    }

    [Fact]
    public void Why_files_of_a_task_are_missing_is_taken_from_its_condition()
    {
        var task = Given.Task("t").With(s => s with { Payload = s.Payload with { Inputs = [new() { Path = "notes.md", ConfigMapKeyRef = new() { Name = "notes", Key = "k" } }] } });
        task = task with { Status = task.Status with { Conditions = [new() { Type = ConditionTypes.Scheduled, Status = Conditions.False, Reason = Reasons.WaitingForInputs, Message = "ConfigMap \"notes\" does not exist." }] } };

        var cluster = ObservedCluster.Of(new ClusterSnapshot { Tasks = [task] }, Given.Now);

        Assert.Equal("ConfigMap \"notes\" does not exist.", Assert.Single(Forecast.OfQueue(cluster, Given.Now)).Message);
    }
}
