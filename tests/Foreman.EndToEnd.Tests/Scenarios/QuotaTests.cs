using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Quotas with the rights that the chart gives.</summary>
public class QuotaTests
{
    [Fact]
    public async Task A_task_over_its_quota_waits_and_starts_when_the_quota_is_raised()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        await using var server = await LlamaServer.StartAsync();
        await fleet.Kubectl.ApplyAsync(Quotas(fleet, "maxRunning: 0"));
        await fleet.StartAgentAsync("host-a", server.Url);

        await fleet.ApplyTaskAsync("t", "Say hello");
        var waits = await fleet.WaitForTaskAsync("t", t => t.Status.Conditions.Find("Scheduled") is { Reason: Reasons.WaitingForQuota }, "to wait for its quota");
        await fleet.Kubectl.ApplyAsync(Quotas(fleet, "weight: none"));
        await Eventually.TrueAsync(async () => (await fleet.Kubectl.RunAsync("get", "events", "-n", ForemanFleet.ReleaseNamespace)).Contains(Reasons.InvalidQuotas, StringComparison.Ordinal), "the error to be told");
        Assert.Equal(TaskPhase.Pending, (await fleet.TaskAsync("t")).PhaseOrPending());
        await fleet.Kubectl.ApplyAsync(Quotas(fleet, "maxRunning: 1"));

        Assert.Contains($"The quota of namespace {fleet.Namespace} lets nothing run", waits.Status.Conditions.Find("Scheduled")!.Message, StringComparison.Ordinal);
        await fleet.WaitForTaskAsync("t", t => t.Status.Attempt > 0, "to start");
    }

    private static string Quotas(ForemanFleet fleet, string entry) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: foreman-quotas, namespace: {{ForemanFleet.ReleaseNamespace}}}
        data:
          quotas.yaml: |
            - namespace: {{fleet.Namespace}}
              {{entry}}
        """;
}
