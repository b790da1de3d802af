using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Schedules;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>TaskSchedules under a real operator on both API servers.</summary>
public class ScheduleTests
{
    [Theory, DevCluster(ForOperators = true), KubeApiServer(ForOperators = true)]
    public async Task A_time_begins_one_task_which_the_status_tells_also_after_a_restart(IClusterUnderTest cluster)
    {
        await using var fleet = await TestOperator.StartAsync(cluster, change: s => s with { Schedules = new() { Backend = ScheduleBackendKind.Kubernetes } });
        var space = await cluster.NewNamespaceAsync();
        await fleet.Client.CreateAsync(Schedule(space));
        await Eventually.TrueAsync(
            async () => (await fleet.Client.ReadAsync<TaskSchedule>("often", space)).Status?.Conditions.IsTrue(ConditionTypes.Accepted) == true, "the schedule to be accepted");

        fleet.Time.Skip(TimeSpan.FromMinutes(1));

        var run = await Eventually.GetAsync(
            async () => (await fleet.Client.ReadAsync<TaskSchedule>("often", space)).Status?.Active?.FirstOrDefault(r => r.Status == ScheduledRunStatus.Running), "the run to be told");
        await fleet.RestartAsync();
        var task = Assert.Single((await fleet.Client.ListAsync<AgenticTask>(space)).Items);
        Assert.Equal((run.Task, "often"), (task.Name(), task.GetLabel(Labels.Schedule)));
        Assert.Equal(run.CorrelationId, task.GetAnnotation(Labels.CorrelationId));
        await fleet.Client.DeleteAsync<TaskSchedule>("often", space);
    }

    [Theory, DevCluster(ForOperators = true)]
    public async Task Without_a_cluster_that_times_them_schedules_come_from_a_file(IClusterUnderTest cluster)
    {
        using var folder = new TempFolder();
        var space = await cluster.NewNamespaceAsync();
        var file = folder.Write("schedules.yaml", $$"""
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: TaskSchedule
            metadata: {name: often, namespace: {{space}}}
            spec:
              schedule: "@every 1m"
              taskTemplate: {spec: {kind: freeform, payload: {prompt: Say hello.} } }
            """);
        await using var fleet = await TestOperator.StartAsync(cluster, change: s => s with { Schedules = new() { File = file } });

        fleet.Time.Skip(TimeSpan.FromMinutes(1));

        var task = await Eventually.GetAsync(async () => (await fleet.Client.ListAsync<AgenticTask>(space)).Items.FirstOrDefault(), "the first run");
        Assert.Equal("often", task.GetLabel(Labels.Schedule));
    }

    private static TaskSchedule Schedule(string space) => new()
    {
        Metadata = new() { Name = "often", NamespaceProperty = space },
        Spec = new() { Schedule = "@every 1m", TaskTemplate = new() { Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } } } },
    };
}
