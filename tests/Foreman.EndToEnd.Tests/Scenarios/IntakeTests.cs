using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Kubernetes;
using Foreman.Testing;
using static Foreman.EndToEnd.Tests.Fleet.PartsScene;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Issues that get a label and come to their pull requests with nobody at a keyboard: the chart, operator and agent as processes, git and a forge over HTTPS.</summary>
public sealed class IntakeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_labelled_issue_becomes_a_pull_request_and_is_marked_though_the_operator_is_killed()
    {
        await using var scene = await PartsScene.StartAsync(parts: 2);
        var stored = scene.Stored;
        scene.Forge.PageSize = 50;
        stored.Labels.Add((1, "foreman"));
        await using var fleet = await ForemanFleet.StartAsync([.. scene.Flags, "--forge-poll-interval", "1s"], scene.Trusting);
        using var model = new StepModel((_, user) => user.Contains("Fix issue #1", StringComparison.Ordinal) ? Write(1, "right") : null);
        await fleet.StartAgentAsync("host-a", model.Url, more: scene.Flags, environment: scene.Trusting);
        await fleet.Kubectl.ApplyAsync(Agents(fleet.Namespace) + Manifests(fleet.Namespace));
        await EventuallyAsync(fleet, async () => (await SourceAsync(fleet)).Status?.Conditions.IsTrue(ConditionTypes.Planned) == true, "the source to be read");
        Assert.Equal(0, (await SourceAsync(fleet)).Status!.Intake!.InProgress);

        stored.Threads.Single(t => t.Number == 1).Labels.Add("foreman");
        await EventuallyAsync(fleet, () => Task.FromResult(stored.Threads.Single(t => t.Number == 1).Labels.Contains("foreman:in-progress")), "the issue to be taken");
        await fleet.KillAndRestartOperatorAsync();
        await EventuallyAsync(fleet, () => Task.FromResult(stored.Threads.Single(t => t.Number == 1).Labels is var labels && labels.Contains("foreman:done") && !labels.Contains("foreman:in-progress")), "the issue to be done");

        var (done, other) = (stored.Threads.Single(t => t.Number == 1), stored.Threads.Single(t => t.Number == 2));
        Assert.Equal(["foreman", "foreman:done"], done.Labels.Order(StringComparer.Ordinal));
        Assert.Empty(other.Labels);
        Assert.Empty(other.Comments);
        var pull = Assert.Single(stored.OpenPulls);
        Assert.Equal("foreman/night-1/issue-1", pull.Branches!.Head);
        Assert.Contains($"/pulls/{pull.Number}", Assert.Single(done.Comments).Body, StringComparison.Ordinal);
        await EventuallyAsync(fleet, async () => (await SourceAsync(fleet)).Status!.Intake is { InProgress: 0, Completed: 1 }, "the issue to be counted");
        Assert.Equal(WorkloadPhase.Dispatched, (await SourceAsync(fleet)).Status!.Phase);
        await fleet.Kubectl.RunAsync("patch", "workload", "night", "-n", fleet.Namespace, "--type=merge", "-p", """{"spec":{"cancel":true}}""");
        await fleet.Kubectl.RunAsync("wait", "workload/night", "-n", fleet.Namespace, "--for=condition=Completed", "--timeout=60s");
        scene.Forge.Verify();
    }

    private static async Task<Workload> SourceAsync(ForemanFleet fleet) => (await fleet.TryWorkloadAsync("night"))!;

    private static async Task EventuallyAsync(ForemanFleet fleet, Func<Task<bool>> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(condition, what, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await fleet.Kubectl.RunAsync("get", "workloads,agentictasks", "-n", fleet.Namespace, "-o", "yaml")}\n{fleet.Logs()}", e);
        }
    }

    private static string Manifests(string space) =>
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: night, namespace: {{space}}}
        spec:
          intent: Every part is right.
          repo: {{Repository}}
          coderAgentRef: {name: coder}
          source: {label: foreman}
          gateProfile:
            language: generic
            commands:
              test: "grep -q right part-1.txt"
        """;
}
